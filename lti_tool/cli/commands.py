"""Every command by name: what its one line of help says, and the file that is loaded to run it."""

import importlib
from dataclasses import dataclass
from importlib.metadata import version

import click

from lti_tool.cli.saying import ExplainingGroup


@dataclass(frozen=True)
class Command:
    """One line of `testamur --help`. `where` is `module:object` and imported when called."""

    where: str
    help: str


SECTIONS: dict[str, dict[str, Command]] = {
    "Try it out": {
        "demo": Command("demo:demo", "Start the tool and a practice LMS; prints where to click."),
    },
    "Check files (no settings, database or key needed)": {
        "verify": Command("verify:verify", "Verify badges: PNG, SVG or JSON files."),
        "programmes": Command("programmes:programmes", "Check and publish programme files."),
    },
    "Set up": {
        "db": Command("database:db", "Bring the database up to date; make the master key."),
        "signing-keys": Command(
            "signing_keys:signing_keys", "The keys that sign badges: make, list, rotate, retire."
        ),
        "tool-keys": Command(
            "tool_keys:tool_keys", "The keys an LMS knows the tool by: make, list, rotate."
        ),
        "platforms": Command(
            "platforms:platforms", "Invite, register, list, change and approve LMSs."
        ),
        "doctor": Command("doctor:doctor", "Examine the connection with an LMS; what to mend."),
        "people": Command("people:people", "Grant and withdraw office roles; entry links."),
    },
    "Run": {
        "web": Command("work:web", "Serve the pages."),
        "worker": Command("work:worker", "Sign badges and post scores."),
    },
    "Certificates": {
        "revoke": Command("awards:revoke", "Revoke a certificate."),
    },
}

EPILOG = """\b
Examples:
  testamur demo                          see everything at work, on this machine
  testamur verify certificate.png        is this certificate genuine?
  testamur programmes check FILE         what there is to mend, with line and column

\b
The first steps of a real installation:
  testamur db new-master-key
  testamur db upgrade
  testamur signing-keys new --institution "Example School of Medicine"
  testamur people grant you@example.edu administrator --institution …

Settings are TESTAMUR_* variables; deploy/settings.example.env lists them all.
"""


class _Lazy(ExplainingGroup):
    """Imports a command's file when it is called: `verify` must not wait for a database driver."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for commands in SECTIONS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for commands in SECTIONS.values():
            if cmd_name in commands:
                module, _, name = commands[cmd_name].where.partition(":")
                found = getattr(importlib.import_module(f"lti_tool.cli.{module}"), name)
                return found if isinstance(found, click.Command) else None
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, one.help) for name, one in commands.items()])


@click.group(cls=_Lazy, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("testamur"), message="%(prog)s %(version)s")
def testamur() -> None:
    """Track a programme in your LMS, have reflections marked, issue badges anyone can verify."""
