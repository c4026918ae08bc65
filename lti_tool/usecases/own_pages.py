"""Our own key documents and status lists, so that our verifier never asks us over HTTP."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from credentials import strict_json
from credentials.errors import CredentialsError, FetchError
from credentials.keys import SigningKeyFile
from credentials.resolving import JsonDoor
from credentials.sentence import say
from lti_tool.errors import NotFoundError
from lti_tool.store.database import Database
from lti_tool.usecases import publishing, status_lists


@dataclass(frozen=True)
class OwnPages:
    """A door for the verifier: pages of ours are read here, all other addresses go to `others`.

    Asking ourselves over HTTP would need a second free worker (with one, it would wait for itself
    until the time is up) and a way from this machine to its own public address.
    """

    db: Database
    keys: SigningKeyFile
    base_url: str
    others: JsonDoor

    @property
    def plain_http_hosts(self) -> Collection[str]:
        """Ours too when we are tried out over plain http: nothing is sent to get our own pages."""
        parts = urlsplit(self.base_url)
        ours = (parts.netloc,) if parts.scheme == "http" else ()
        return (*self.others.plain_http_hosts, *ours)

    def get_json(self, url: str) -> dict[str, Any]:
        """The JSON object at `url`; raises FetchError."""
        beginning = f"{self.base_url}/"
        if not url.startswith(beginning):
            return self.others.get_json(url)
        try:
            found = self._own(url.removeprefix(beginning).split("/"))
        except CredentialsError as error:
            raise FetchError(
                say(
                    "own-pages.no-keys",
                    "This server can't read its own keys at the moment. Try again later.",
                )
            ) from error
        if found is None:
            raise FetchError(
                say("own-pages.none", "There is nothing of that kind at %(url)s.", url=url)
            )
        return found

    def _own(self, path: list[str]) -> dict[str, Any] | None:
        with suppress(NotFoundError):
            match path:
                case ["i", slug, "did.json"]:
                    return self._key_document(slug)
                case ["i", slug, "status", number] if _is_number(number):
                    return self._status_list(slug, int(number))
        return None

    def _key_document(self, slug: str) -> dict[str, Any]:
        with self.db.read() as session:
            issuer = publishing.find_issuer(session, slug, base_url=self.base_url)
        return publishing.key_document(self.keys, issuer.addresses)

    def _status_list(self, slug: str, number: int) -> dict[str, Any]:
        with self.db.begin() as session:
            issuer = publishing.find_issuer(session, slug, base_url=self.base_url)
            signed = status_lists.signed_list(
                session,
                issuer.institution.id,
                number,
                addresses=issuer.addresses,
                keys=self.keys,
            )
        return strict_json.read_object(signed)


def _is_number(text: str) -> bool:
    """Whether this can be the number of a list; a longer one would not even fit its column."""
    return text.isascii() and text.isdigit() and len(text) < 10
