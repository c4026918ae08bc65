"""Examine a registration from both ends: numbered checks with what was found and what to do."""
