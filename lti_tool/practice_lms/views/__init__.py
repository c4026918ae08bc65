"""What is opened in the practice LMS: its pages, its levers, both ends of a launch."""
