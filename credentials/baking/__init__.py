"""Put a credential into an image, take it out again; picks PNG or SVG by content."""

from __future__ import annotations

from credentials.baking import png, svg
from credentials.errors import BakingError, UnreadableError
from credentials.sentence import say

MAX_IMAGE_BYTES = 10 * 1024 * 1024


def is_image(data: bytes) -> bool:
    """Whether the bytes begin as one of the picture formats badges live in."""
    return png.is_png(data) or svg.is_svg(data)


def bake(image: bytes, credential: str) -> bytes:
    """The picture with the credential inside; one that was there before is replaced.

    Raises BakingError when it is not a PNG or SVG we can write into (Open Badges 3.0 §5.3).
    """
    try:
        _check_size(image)
        if png.is_png(image):
            return png.write(image, credential)
        if svg.is_svg(image):
            return svg.write(image, credential)
    except UnreadableError as error:
        raise BakingError(error.sentence) from error
    raise BakingError(
        say("baking.other-format", "A badge can live in a PNG or an SVG picture, and in no other.")
    )


def unbake(data: bytes) -> str:
    """The credential in a PNG or SVG picture, as it was put in: JSON or a VC-JWT.

    Raises UnreadableError when the picture is damaged, NoCredentialInImageError when it holds none.
    """
    _check_size(data)
    return png.read(data) if png.is_png(data) else svg.read(data)


def _check_size(data: bytes) -> None:
    if len(data) > MAX_IMAGE_BYTES:
        raise UnreadableError(
            say(
                "baking.too-large",
                "This picture is larger than %(limit)s MB, which is more than a badge needs.",
                limit=MAX_IMAGE_BYTES // 1024 // 1024,
            )
        )
