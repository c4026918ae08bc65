"""Open Badges 3.0: issue, bake, unbake and verify. No web framework, no database."""
