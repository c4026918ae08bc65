"""Who is in a course, as its LMS lists it: read it, apply it, show it to those who teach there."""
