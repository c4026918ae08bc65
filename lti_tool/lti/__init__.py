"""Speaking LTI 1.3 with an LMS; the only room that imports pylti1p3."""
