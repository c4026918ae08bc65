"""SVG element: read and write, entities refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Never
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from credentials import strict_json
from credentials.errors import NoCredentialInImageError, UnreadableError
from credentials.sentence import say

_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENT = f"{_NAMESPACE} credential"
_ROOT = "http://www.w3.org/2000/svg svg"
_OLDER_ELEMENT = "http://openbadges.org assertion"
_MAX_DEPTH = 200
_BEGINNING = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE|<svg)", re.IGNORECASE)
# A whole opening tag; a ">" inside quotes does not end it. Only used where expat found a tag.
_OPENING_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")


def is_svg(data: bytes) -> bool:
    """Whether the bytes begin as an SVG may; whether they are one shows when they are read."""
    return _BEGINNING.match(data) is not None


def read(data: bytes) -> str:
    """The text of the one openbadges:credential element (Open Badges 3.0 §5.3.2).

    Raises NoCredentialInImageError when there is none, UnreadableError when the picture is
    damaged, defines entities, or holds two badges or more text than a badge can have.
    """
    scan = _scan(data)
    if len(scan.found) > 1:
        raise UnreadableError(
            say("svg.two-badges", "This picture holds two badges; nobody can say which one counts.")
        )
    if scan.found:
        return "".join(scan.found[0]).strip()
    if scan.is_older:
        raise NoCredentialInImageError(
            say(
                "svg.older-format",
                "This picture holds a badge in the older format Open Badges 2, which this "
                "verifier does not read. Ask the issuer for a newer copy.",
            )
        )
    raise NoCredentialInImageError(
        say(
            "svg.no-badge", "There is no badge in this picture. Use the file as the issuer gave it."
        )
    )


def write(data: bytes, credential: str) -> bytes:
    """The picture with the credential right after its opening tag.

    Raises UnreadableError when it is no SVG to write into, or holds a badge already.
    """
    scan = _scan(data)
    if scan.found:
        raise UnreadableError(
            say("svg.has-badge", "This picture holds a badge already; start from a plain one.")
        )
    tag = _OPENING_TAG.match(data, scan.root_start)
    if tag is None or tag.group().endswith(b"/>"):
        raise UnreadableError(_DAMAGED)
    return data[: tag.end()] + _element(credential).encode("utf-8") + data[tag.end() :]


def _element(credential: str) -> str:
    """JSON stands in CDATA, a VC-JWT in an attribute (§5.3.2)."""
    opening = f"<openbadges:credential xmlns:openbadges={quoteattr(_NAMESPACE)}"
    if credential.startswith("eyJ"):
        return f"{opening} verify={quoteattr(credential)}/>"
    safe = credential.replace("]]>", "]]]]><![CDATA[>")
    return f"{opening}><![CDATA[{safe}]]></openbadges:credential>"


def _scan(data: bytes) -> _Scan:
    """Read the picture as UTF-8, whatever it declares, so that offsets are of these bytes."""
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.buffer_text = True  # without, every line break is a call of its own
    scan = _Scan(parser)
    parser.StartElementHandler = scan.on_start
    parser.EndElementHandler = scan.on_end
    parser.CharacterDataHandler = scan.on_text
    parser.EntityDeclHandler = _refuse  # entities can grow a thousandfold or read other files
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        _refuse()
    return scan


@dataclass
class _Scan:
    """What expat met on its way through the picture; a badge's text comes in pieces."""

    parser: expat.XMLParserType
    found: list[list[str]] = field(default_factory=list)
    text_size: int = 0
    is_older: bool = False
    root_start: int = -1
    _path: list[str] = field(default_factory=list)

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path:
            self.root_start = self.parser.CurrentByteIndex
        if (not self._path and name != _ROOT) or len(self._path) > _MAX_DEPTH:
            _refuse()
        self._path.append(name)
        self.is_older = self.is_older or name == _OLDER_ELEMENT
        if name == _ELEMENT:
            self.found.append([attributes.get("verify", "")])

    def on_end(self, _name: str) -> None:
        self._path.pop()

    def on_text(self, text: str) -> None:
        if self._path[-1] == _ELEMENT:
            self.text_size += len(text)
            self.found[-1].append(text)
        if self.text_size > strict_json.MAX_BYTES:
            raise UnreadableError(_TOO_MUCH)


def _refuse(*_declaration: object) -> Never:
    raise UnreadableError(_DAMAGED)


_DAMAGED = say(
    "svg.damaged",
    "This picture is damaged or is not a plain SVG; get a fresh copy of it.",
)
_TOO_MUCH = say(
    "svg.too-much", "This picture holds far more text where the badge belongs than a badge has."
)
