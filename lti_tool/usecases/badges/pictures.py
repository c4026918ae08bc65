"""Badge pictures: SVG as programmes bring them, PNG as badges are baked into them."""

from functools import lru_cache

import resvg_py

BADGE_PIXELS = 512


@lru_cache(maxsize=64)
def badge_png(svg: str) -> bytes:
    """A badge picture as PNG, 512 pixels wide. Raises ValueError when it can't be drawn."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=BADGE_PIXELS, height=BADGE_PIXELS))
