"""Verify files; needs no settings, database or key."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from credentials import printing
from credentials.command_line import EXIT_CODES, VerifyOptions, verify_file
from credentials.fetching import Fetcher
from lti_tool.cli.saying import words

_WORST_FIRST = [EXIT_CODES[name] for name in ("failed", "unreadable", "not_checked", "verified")]


@click.command(
    epilog="Ends with 0 verified, 1 failed, 2 unreadable, 3 something not checked. It also ends "
    "with 2 when an option is wrong; then nothing was verified."
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report for programs.")
@click.option("--recipient", metavar="EMAIL", help="Check that this is whose badge it is.")
@click.option(
    "--trust",
    type=click.Path(path_type=Path),
    help="A file of the issuers you trust: one identifier (did:…) a line.",
)
@click.option(
    "--plain-http",
    "plain_http_hosts",
    multiple=True,
    metavar="HOST:PORT",
    help="A name of this machine to ask without https, for trying things out; "
    "TESTAMUR_PLAIN_HTTP_HOSTS adds to these.",
)
def verify(
    files: tuple[Path, ...],
    *,
    as_json: bool,
    recipient: str | None,
    trust: Path | None,
    plain_http_hosts: tuple[str, ...],
) -> None:
    """Verify badges: is it genuine, is it still good, who issued it?

    Each FILE is a picture with a badge inside (PNG, SVG) or a badge as JSON. Several files end
    with the worst of their results: failed, unreadable, not checked, verified.
    """
    options = VerifyOptions(
        now=datetime.now(UTC),
        plain_http_hosts=_checked((*plain_http_hosts, *_hosts_of_settings())),
        trusted_issuers=_trusted(trust),
        recipient_email=recipient,
        as_json=as_json,
        words=words,
    )
    results = [verify_file(path, options) for path in files]
    click.echo(_printed(files, [text for _, text in results], as_json=as_json))
    sys.exit(min((code for code, _ in results), key=_WORST_FIRST.index))


def _hosts_of_settings() -> list[str]:
    """Read by itself: verifying needs no other setting, and must not ask for them."""
    listed = os.environ.get("TESTAMUR_PLAIN_HTTP_HOSTS", "").split(",")
    return [host.strip() for host in listed if host.strip()]


def _checked(hosts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(Fetcher(hosts).plain_http_hosts)
    except ValueError as error:
        raise click.UsageError(f"--plain-http: {error}.") from error


def _trusted(path: Path | None) -> frozenset[str] | None:
    if path is None:
        return None
    lines = (line.strip() for line in _lines(path))
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError as error:
        raise click.UsageError(
            f"--trust: there is no file {path} that can be read, so nothing was verified. "
            "Give a text file with one identifier (did:…) a line."
        ) from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--trust: {path} can't be read as text.") from error


def _printed(files: tuple[Path, ...], texts: list[str], *, as_json: bool) -> str:
    if not as_json or len(texts) == 1:
        return "\n".join(texts)
    reports = [
        {"file": str(path), **json.loads(text)} for path, text in zip(files, texts, strict=True)
    ]
    return printing.as_json(reports)
