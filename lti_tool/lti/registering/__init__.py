"""Registering ourselves with an LMS: its configuration, what we send, what it answers."""
