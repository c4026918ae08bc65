"""What the commands of this library do, for `python -m credentials` and for other programs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from credentials import printing
from credentials.baking import MAX_IMAGE_BYTES
from credentials.errors import SigningKeyError, UnreadableError
from credentials.fetching import Fetcher
from credentials.keys import SigningKey, SigningKeyFile
from credentials.resolving import DidResolver
from credentials.sentence import Sentence, say
from credentials.verifying import Check, Outcome, Report, verify

EXIT_CODES = {"verified": 0, "failed": 1, "unreadable": 2, "not_checked": 3}

_VERDICTS = {
    "verified": say("verdict.verified", "Verified: every check passed."),
    "failed": say("verdict.failed", "Not genuine or no longer good: at least one check failed."),
    "not_checked": say("verdict.not-checked", "Open: something could not be checked."),
}
_OUTCOMES = {
    Outcome.PASSED: say("outcome.passed", "passed"),
    Outcome.FAILED: say("outcome.failed", "failed"),
    Outcome.NOT_CHECKED: say("outcome.not-checked", "not checked"),
    Outcome.NOT_APPLICABLE: say("outcome.not-applicable", "not asked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """How to verify: the time, which loopback hosts may speak plain http, and what to compare."""

    now: datetime
    plain_http_hosts: Collection[str] = ()
    trusted_issuers: Collection[str] | None = None
    recipient_email: str | None = None
    as_json: bool = False
    words: Callable[[Sentence], str] = str


def verify_file(path: Path, options: VerifyOptions) -> tuple[int, str]:
    """Verify one file: the exit code (see `EXIT_CODES`) and what to print."""
    try:
        report = _verify(_read(path), options)
    except UnreadableError as error:
        return EXIT_CODES["unreadable"], _unreadable(path, error.sentence, options)
    text = _as_json(report, options) if options.as_json else _as_lines(path, report, options)
    return EXIT_CODES[report.outcome], text


def make_key(path: Path, *, controller: str, sealing_key_path: Path, now: datetime) -> SigningKey:
    """Make a signing key in a sealed file; it becomes the issuer's current one.

    `sealing_key_path` holds 32 bytes, as they are or in hexadecimal. Raises SigningKeyError.
    """
    return SigningKeyFile(path, read_sealing_key(sealing_key_path)).new(controller, now=now)


def read_sealing_key(path: Path) -> bytes:
    """The 32 bytes in a file, as they are or in hexadecimal. Raises SigningKeyError."""
    try:
        data = path.read_bytes()
        return data if len(data) == 32 else bytes.fromhex(data.decode("ascii").strip())
    except (OSError, ValueError):
        raise SigningKeyError(
            say(
                "signing-key.no-sealing-key",
                "The sealing key file %(path)s cannot be read. It holds 32 random bytes, as they "
                "are or in hexadecimal; make one with: openssl rand -hex 32",
                path=path,
            )
        ) from None


def _read(path: Path) -> bytes:
    """The file, or so much of it that it is too large: some files (/dev/zero) have no end."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError:
        raise UnreadableError(
            say("reading.no-file", "There is no file %(path)s that can be read.", path=path)
        ) from None


def _verify(data: bytes, options: VerifyOptions) -> Report:
    fetcher = Fetcher(options.plain_http_hosts)
    return verify(
        data,
        resolver=DidResolver(fetcher),
        fetcher=fetcher,
        now=options.now,
        trusted_issuers=options.trusted_issuers,
        recipient_email=options.recipient_email,
    )


def _as_json(report: Report, options: VerifyOptions) -> str:
    return printing.as_json(report.to_json(options.words))


def _as_lines(path: Path, report: Report, options: VerifyOptions) -> str:
    lines = [f"{path}: {options.words(_VERDICTS[report.outcome])}"]
    if report.shown is not None:
        shown = report.shown
        lines.append(f"  {shown.achievement_name} ({shown.issuer_name or shown.issuer_id})")
    lines += [_line(number, check, options) for number, check in enumerate(report.checks, start=1)]
    return "\n".join(map(printing.one_line, lines))


def _line(number: int, check: Check, options: VerifyOptions) -> str:
    outcome = options.words(_OUTCOMES[check.outcome])
    return f"  {number} {check.id:<10}  {outcome:<11}  {options.words(check.sentence)}"


def _unreadable(path: Path, sentence: Sentence, options: VerifyOptions) -> str:
    words = options.words(sentence)
    if not options.as_json:
        return printing.one_line(f"{path}: {words}")
    return printing.as_json({"outcome": "unreadable", "checks": [], "sentence": words})
