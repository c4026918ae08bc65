"""What a badge of a programme says, and how it looks."""
