"""Addresses a platform names: are they ours, may they be called, may they frame us?"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_ADDRESS = 2_000
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Browsers drop or turn these round before they read an address, so that what we checked and what
# they open could differ: white space and control characters, backslashes.
_TRICKY = re.compile(r"[\x00-\x20\x7f-\x9f\\]|[\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")


def split_address(text: object) -> SplitResult | None:
    """An http(s) address with a plain host and no user name, split; None for anything else."""
    if not isinstance(text, str) or len(text) > MAX_ADDRESS:
        return None
    return _split(text)


# A launch names two dozen addresses, nearly all of them the same as in the launch before.
@lru_cache(maxsize=1024)
def _split(text: str) -> SplitResult | None:
    if _TRICKY.search(text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or port == 0:
        return None
    return parts if _HOST.fullmatch(parts.hostname or "") else None


def origin_of(text: object) -> str | None:
    """`https://host[:port]` of an address, safe to print in a Content-Security-Policy."""
    parts = split_address(text)
    return None if parts is None else _origin(parts)


@lru_cache(maxsize=1024)
def _origin(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def joined(base: str, target: str) -> str:
    """`target` as seen from the page at `base` (RFC 3986 §5); "" when it is no address at all."""
    try:
        return urljoin(base, target.strip())
    except ValueError:
        return ""


def origins_of(addresses: Iterable[object]) -> tuple[str, ...]:
    """The different origins among `addresses`, in order; what is no address is left out."""
    found = (origin_of(address) for address in addresses)
    return tuple(dict.fromkeys(origin for origin in found if origin is not None))


def is_ours(address: str, base_url: str) -> bool:
    """Whether an address lies under our own base address (LTI 1.3 §5.3.4; OWASP ASVS 3.7.2)."""
    return path_below(address, base_url) is not None


def path_below(address: str, base_url: str) -> str | None:
    """The path of an address below `base_url`, without a leading slash; None when not ours."""
    parts = split_address(address)
    if parts is None or origin_of(address) != origin_of(base_url):
        return None
    base_path = urlsplit(base_url).path.rstrip("/")
    if parts.path != base_path and not parts.path.startswith(f"{base_path}/"):
        return None
    return parts.path[len(base_path) :].lstrip("/")


def with_https_where_known(address: str | None, known: Iterable[object]) -> str | None:
    """`address` over https when a host of that name is known by https.

    Self-hosted Canvas behind a TLS proxy names its line items by http and everything else by
    https; an access token must not travel in the clear for that.
    """
    parts = split_address(address)
    if address is None or parts is None or parts.scheme == "https":
        return address
    if f"https://{parts.netloc.lower()}" not in origins_of(known):
        return address
    return parts._replace(scheme="https").geturl()
