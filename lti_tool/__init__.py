"""The web application: everything that keeps state."""
