"""Moodle 5's manners, as captured from a running one; "point" is a point of its README."""
