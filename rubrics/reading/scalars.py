"""Unquoted words of a file to values; what two YAML programs would read differently is refused."""

import re

from rubrics.reading.faults import Reading
from rubrics.reading.nodes import Place, Scalar
from rubrics.sentence import say

_CONSTANTS: dict[str, bool | None] = {"": None, "null": None, "true": True, "false": False}
# At most 15 digits, so that every program reads the same number (RFC 8259 section 6).
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_BROKEN = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{1,3}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", re.ASCII)
# YAML 1.1 reads these as truth values, base-60, octal, grouped or endless numbers; 1.2 does not.
_UNSURE = re.compile(
    r"yes|no|on|off|y|n|~|true|false|null|[-+]?[0-9]+(:[0-9]{1,2})+(\.[0-9]*)?"
    r"|[-+]?0[0-9]+|0[xob][0-9a-f_]+|[-+]?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?"
    r"|\+[0-9.]+|[-+]?\.(inf|[0-9]+)|\.nan|=",
    re.ASCII | re.IGNORECASE,
)
# Outside what YAML 1.2 (section 5.1) calls printable, which of the control characters is tab and
# the ends of lines: no font draws the others, and no badge that held them could be signed.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
CONTROL_CHARACTER = say(
    "file.control-character",
    "There is a character here that cannot be seen or printed. Delete it.",
)


def quoted_text(text: str, place: Place, reading: Reading) -> Scalar:
    """Return a quoted text, without what it must not hold.

    Half characters (lone surrogates) cannot be stored and are a fault. So is a control character
    written as an escape, which as itself would have stopped the parser.
    """
    try:
        # JSON writes characters beyond U+FFFF as two escapes (RFC 8259 section 7): join them.
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        reading.fault(
            place,
            say(
                "file.half-character",
                "This text contains half a character, which cannot be stored. Type it anew.",
            ),
        )
        whole = ""
    if _CONTROL.search(whole):
        reading.fault(place, CONTROL_CHARACTER)
    return Scalar(_CONTROL.sub("", whole), place)


def unquoted(word: str, place: Place, reading: Reading) -> Scalar:
    """Return the value of an unquoted word: nothing, true, false, a number or text."""
    if word in _CONSTANTS:
        return Scalar(_CONSTANTS[word], place)
    if _WHOLE.fullmatch(word):
        return Scalar(int(word), place)
    if _BROKEN.fullmatch(word):
        return Scalar(float(word), place)
    if _DATE.fullmatch(word):
        reading.fault(
            place,
            say(
                "file.date-unquoted",
                'Put quotes around this date, so that it is not changed on the way: "%(word)s".',
                word=word,
            ),
        )
    elif _UNSURE.fullmatch(word):
        reading.fault(
            place,
            say(
                "file.word-unsure",
                "Programs disagree about what %(word)s means without quotes. Write "
                '"%(word)s" if it is text, true or false if it is a choice, or a plain number.',
                word=word,
            ),
        )
    return Scalar(word, place)
