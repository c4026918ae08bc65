"""A browser without scripts: keeps cookies, follows launches, fills in forms, over real HTTP."""

from collections.abc import Iterable, Mapping
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter

from lti_tool.practice_lms.forms import Form, FormError, Pairs, read_forms, read_links

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
MAX_HOPS = 10
TIMEOUT_SECONDS = 30.0

Values = Mapping[str, str | Iterable[str]]
Files = Mapping[str, tuple[str, bytes]]


class Page:
    """One answer, with the forms and links in it."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.url = response.url
        self.status = response.status_code
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        self.text = response.text if is_html else ""
        self.forms: tuple[Form, ...] = read_forms(self.text, self.url)
        self.links: Pairs = read_links(self.text, self.url)

    def form(self, wanted: str = "") -> Form:
        """The form with this id, or whose action ends so; without a wish, the only form.

        When no form's own action ends so, one is taken that a button of its sends there.

        Raises:
            FormError: when there is none, or more than one.
        """
        fitting = [form for form in self.forms if _fits(form, wanted)]
        if not fitting:
            by_buttons = (one for form in self.forms for one in form.by_other_buttons())
            fitting = [form for form in by_buttons if _fits(form, wanted)]
        if len(fitting) != 1:
            have = ", ".join(form.attributes.get("id", form.action) for form in self.forms)
            raise FormError(
                f"{self.url} ({self.status}) has {len(fitting)} forms like “{wanted}”. "
                f"It has: {have or 'none'}."
            )
        return fitting[0]

    def link(self, words: str) -> str:
        """The address of the first link that has these words in it.

        Raises:
            FormError: when no link has.
        """
        for address, text in self.links:
            if words in text:
                return address
        have = ", ".join(text for _, text in self.links)
        raise FormError(f"{self.url} ({self.status}) has no link “{words}”. It has: {have}.")


class Visitor:
    """One person at one browser. Two visitors need two sessions."""

    def __init__(self, session: Session) -> None:
        session.cookies.set_policy(_LoopbackCookies())
        session.headers.setdefault("User-Agent", "practice-visitor")
        session.mount("http://", _CookieAdapter(session))
        self._session = session

    def get(self, url: str) -> Page:
        """Open an address."""
        return Page(self._session.get(url, timeout=TIMEOUT_SECONDS))

    def submit(
        self,
        page: Page,
        form: str = "",
        *,
        values: Values | None = None,
        files: Files | None = None,
        button: str = "",
    ) -> Page:
        """Fill in a form of a page and send it.

        `form` is its id or the end of its action; `files` are name and content by field.

        Raises:
            FormError: when the form, a field or the button isn't there.
        """
        chosen = page.form(form)
        return self._send(chosen, chosen.filled(values or {}, button=button), files=files)

    def launch(self, url: str) -> Page:
        """Open an address and send on every form that would send itself, as a launch does.

        Raises:
            FormError: when it never comes to rest.
        """
        page = self.get(url)
        for _ in range(MAX_HOPS):
            waiting = [form for form in page.forms if form.is_auto_submitting]
            if not waiting:
                return page
            page = self._send(waiting[0], waiting[0].fields)
        raise FormError(f"{url} sent itself on {MAX_HOPS} times and never came to rest.")

    def _send(self, form: Form, pairs: Pairs, *, files: Files | None = None) -> Page:
        where: dict[str, Any] = {"params" if form.method == "GET" else "data": list(pairs)}
        return Page(
            self._session.request(
                form.method, form.action, files=files, timeout=TIMEOUT_SECONDS, **where
            )
        )


def _fits(form: Form, wanted: str) -> bool:
    path = urlsplit(form.action).path
    return not wanted or form.attributes.get("id") == wanted or path.endswith(wanted)


class _LoopbackCookies(DefaultCookiePolicy):
    """Send Secure cookies over plain http to this machine, as Chromium does, and nowhere else."""

    def return_ok_secure(self, cookie: Cookie, request: Request) -> bool:
        is_safe = (
            request.type == "https" or urlsplit(request.get_full_url()).hostname in LOOPBACK_HOSTS
        )
        return is_safe or not cookie.secure


class _CookieAdapter(HTTPAdapter):
    """Write the Cookie header by the session's own policy.

    requests copies the cookies of a session into a jar with the standard policy before it
    sends them, which drops Secure ones; this is the last place to put them back.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def add_headers(self, request: PreparedRequest, **kwargs: Any) -> None:
        request.headers.pop("Cookie", None)
        request.prepare_cookies(self._session.cookies)
