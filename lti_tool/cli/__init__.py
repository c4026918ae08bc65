"""Commands, one file per noun; each is loaded only when it is called."""

from lti_tool.cli.commands import testamur


def main() -> None:
    """Run the command line; the entry point of the installed `testamur`."""
    testamur(prog_name="testamur")
