"""One file per activity kind: what a student or facilitator does with it."""
