"""Allocate, save marks, list what waits: one file each."""
