"""Scores on their way to an LMS: send them, understand refusals, show them to staff."""
