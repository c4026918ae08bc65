"""Command line: verify a badge file, make a key."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from credentials.command_line import VerifyOptions, make_key, verify_file
from credentials.errors import CredentialsError
from credentials.fetching import is_loopback


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parsed = _parser().parse_args(arguments)
    now = datetime.now(UTC)
    if parsed.command == "verify":
        return _verify(parsed, now)
    return _key(parsed, now)


def _verify(parsed: argparse.Namespace, now: datetime) -> int:
    options = VerifyOptions(
        now=now,
        plain_http_hosts=parsed.plain_http_host,
        trusted_issuers=parsed.trust,
        recipient_email=parsed.recipient,
        as_json=parsed.json,
    )
    code, text = verify_file(parsed.file, options)
    sys.stdout.write(text + "\n")
    return code


def _key(parsed: argparse.Namespace, now: datetime) -> int:
    try:
        key = make_key(
            parsed.file, controller=parsed.issuer, sealing_key_path=parsed.sealing_key, now=now
        )
    except CredentialsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{key.id}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m credentials", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser(
        "verify",
        help="verify a badge: a JSON file, or a PNG or SVG picture with a badge inside",
        epilog="exit codes: 0 verified, 1 failed, 2 unreadable, 3 something could not be checked",
    )
    verify.add_argument("file", type=Path)
    verify.add_argument("--json", action="store_true", help="print the report as JSON")
    verify.add_argument("--recipient", metavar="EMAIL", help="check that this is whose badge it is")
    verify.add_argument("--trust", metavar="DID", action="append", help="an issuer you trust")
    verify.add_argument(
        "--plain-http-host",
        metavar="HOST:PORT",
        action="append",
        type=_loopback_host,
        default=[],
        help="a name of this machine to ask without https, for trying things out",
    )
    key = commands.add_parser("key", help="make a signing key in a sealed file")
    key.add_argument("file", type=Path)
    key.add_argument("--issuer", metavar="DID", required=True, help="whose key it is")
    key.add_argument("--sealing-key", metavar="FILE", type=Path, required=True)
    return parser


def _loopback_host(host: str) -> str:
    if is_loopback(host):
        return host
    raise argparse.ArgumentTypeError(f"{host} is not a name of this machine itself")


if __name__ == "__main__":
    sys.exit(main())
