"""Rubrics as frozen values: read, mark, agree, compare. No web framework, no database."""
