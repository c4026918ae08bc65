"""Command line without the installed script: `python -m lti_tool.cli`."""

from lti_tool.cli import main

if __name__ == "__main__":
    main()
