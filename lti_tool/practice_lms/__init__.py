"""An LMS to practise with: a strict LTI 1.3 platform with Canvas and Moodle manners."""
