"""Calling a platform: one bounded request, and what its refusals mean."""
