"""The tool tried out on this machine: an installation in a folder, its processes, a walkthrough."""
