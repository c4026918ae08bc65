"""Register every blueprint and the error pages."""
