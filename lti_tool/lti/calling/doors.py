"""Which addresses may be called, and by which session: https to public ones, unless allowed."""

import logging
from collections.abc import Collection
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import SplitResult

import requests
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from lti_tool.lti.calling.deadline import TimedAdapter
from lti_tool.lti.calling.faults import address_plain, address_refused
from lti_tool.lti.reading.addresses import split_address

# Hosted Canvas and some Moodles answer 403 to callers that do not say what they are.
USER_AGENT = "Testamur (LTI 1.3 tool)"
_DEFAULT_PORTS = {"http": 80, "https": 443}

# A refused address is told in the error; on a terminal, Python would print the library's warning.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())


class _PublicAdapter(TimedAdapter, IPFilterAdapter):  # type: ignore[misc]  # untyped base
    """Connects to public addresses only, for as long as the call may take."""

    def __init__(self) -> None:
        IPFilterAdapter.__init__(self, is_https_proto=True)


class Doors:
    """One session for public addresses, one for hosts an administrator allows by name.

    The public one looks a name up once, refuses private, loopback, link-local, multicast and
    reserved addresses, and connects to the address it looked at, so that a name can't change
    its mind in between. Neither follows redirects, keeps cookies or asks a proxy.
    """

    def __init__(self, private_hosts: Collection[str], *, ca_file: Path | None) -> None:
        self._private_hosts = frozenset(host.lower() for host in private_hosts)
        self._public, self._private = _session(ca_file), _session(ca_file)
        self._public.mount("https://", _PublicAdapter())
        for scheme in ("http://", "https://"):
            self._private.mount(scheme, TimedAdapter())

    def door_to(self, url: str) -> requests.Session:
        """The session to ask `url` with.

        Raises PlatformError `platform.address-refused` for what is no http(s) address, and
        `platform.address-plain` for plain http to a host that is not allowed by name.
        """
        parts = split_address(url)
        if parts is None:
            raise address_refused()
        if not self._private_hosts.isdisjoint(_names(parts)):
            return self._private
        if parts.scheme != "https":
            raise address_plain(url)
        return self._public

    def close(self) -> None:
        """Close the kept connections."""
        self._public.close()
        self._private.close()


def _names(parts: SplitResult) -> tuple[str, str]:
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    return name, f"{name}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def _session(ca_file: Path | None) -> requests.Session:
    session = requests.Session()
    # A proxy would connect to addresses we never saw, and a .netrc replace our access token.
    session.trust_env = False
    if ca_file is not None:
        session.verify = str(ca_file)
    session.headers["User-Agent"] = USER_AGENT
    # An unpacked answer could be a thousand times larger.
    session.headers["Accept-Encoding"] = "identity"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
