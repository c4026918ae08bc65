"""Strict reading of hand-written files: every value knows its place, every fault its mend."""
