"""How each section of a programme file is read."""
