"""Read the forms and links of a page, and fill a form in, as a browser without scripts would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

Attributes = Mapping[str, str]
Pairs = tuple[tuple[str, str], ...]

BUTTON_KINDS = ("submit", "image", "button", "reset")
TICKED_KINDS = ("checkbox", "radio")


class FormError(Exception):
    """A page has no such form, or a form no such field; the message says what it does have."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: where it goes, how, and what it would send untouched.

    `other_actions` are where some of its buttons send it instead (their `formaction`).
    """

    action: str
    method: str
    attributes: Attributes
    fields: Pairs
    names: frozenset[str]
    buttons: Pairs
    other_actions: tuple[str, ...] = ()

    @property
    def is_auto_submitting(self) -> bool:
        """Whether a script would send it on at once; marked by `data-auto-submit`."""
        return "data-auto-submit" in self.attributes

    def by_other_buttons(self) -> tuple["Form", ...]:
        """The form as each button with a `formaction` sends it."""
        return tuple(replace(self, action=action) for action in self.other_actions)

    def filled(self, values: Mapping[str, str | Iterable[str]], *, button: str = "") -> Pairs:
        """What it sends with these values in; several values for a field make several pairs.

        `button` is the name or the value of the button pressed; without it none is sent.

        Raises:
            FormError: when a field or the button is not in the form.
        """
        unknown = sorted(set(values) - self.names)
        if unknown:
            have = ", ".join(sorted(self.names))
            raise FormError(f"The form has no field {', '.join(unknown)}. It has: {have}.")
        kept = tuple(pair for pair in self.fields if pair[0] not in values)
        new = tuple(
            (name, one)
            for name, value in values.items()
            for one in ([value] if isinstance(value, str) else value)
        )
        return kept + new + self._pressed(button)

    def _pressed(self, button: str) -> Pairs:
        if not button:
            return ()
        for pair in self.buttons:
            if button in pair:
                return (pair,)
        have = ", ".join("=".join(pair) for pair in self.buttons)
        raise FormError(f"The form has no button {button}. It has: {have}.")


@dataclass(slots=True)
class _OpenForm:
    """A form while the page is being read."""

    attributes: Attributes
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    other_actions: list[str] = field(default_factory=list)

    def closed(self, page_url: str) -> Form:
        return Form(
            action=urljoin(page_url, self.attributes.get("action") or page_url),
            method=self.attributes.get("method", "get").upper(),
            attributes=self.attributes,
            fields=tuple(self.fields),
            names=frozenset(self.names),
            buttons=tuple(self.buttons),
            other_actions=tuple(urljoin(page_url, action) for action in self.other_actions),
        )


def read_forms(html: str, page_url: str) -> tuple[Form, ...]:
    """The forms of a page, in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(form.closed(page_url) for form in reader.forms)


def read_links(html: str, page_url: str) -> Pairs:
    """The links of a page: absolute address and words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple((urljoin(page_url, href), " ".join(words.split())) for href, words in reader.links)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_OpenForm] = []
        self.links: list[tuple[str, str]] = []
        self._form: _OpenForm | None = None
        self._select: list[tuple[str, bool]] | None = None
        self._select_attributes: Attributes = {}
        self._textarea: Attributes | None = None
        self._href: str | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        start = getattr(self, f"_start_{tag}", None)
        if start is not None:
            start(attributes)

    def handle_endtag(self, tag: str) -> None:
        end = getattr(self, f"_end_{tag}", None)
        if end is not None:
            end()

    def handle_data(self, data: str) -> None:
        self._words += data

    def _start_form(self, attributes: Attributes) -> None:
        self._form = _OpenForm(attributes)
        self.forms.append(self._form)

    def _end_form(self) -> None:
        self._form = None

    def _start_a(self, attributes: Attributes) -> None:
        self._href, self._words = attributes.get("href"), ""

    def _end_a(self) -> None:
        if self._href is not None:
            self.links.append((self._href, self._words))
        self._href = None

    def _start_input(self, attributes: Attributes) -> None:
        kind = attributes.get("type", "text").lower()
        if kind in BUTTON_KINDS:
            self._add_button(attributes)
        elif kind in TICKED_KINDS:
            value = attributes.get("value", "on")
            self._add(attributes, value if "checked" in attributes else None)
        else:
            self._add(attributes, None if kind == "file" else attributes.get("value", ""))

    def _start_button(self, attributes: Attributes) -> None:
        if attributes.get("type", "submit") == "submit":
            self._add_button(attributes)

    def _start_textarea(self, attributes: Attributes) -> None:
        self._textarea, self._words = attributes, ""

    def _end_textarea(self) -> None:
        if self._textarea is not None:
            self._add(self._textarea, self._words.removeprefix("\n"))
        self._textarea = None

    def _start_select(self, attributes: Attributes) -> None:
        self._select, self._select_attributes = [], attributes

    def _start_option(self, attributes: Attributes) -> None:
        if self._select is not None:
            self._select.append((attributes.get("value", ""), "selected" in attributes))

    def _end_select(self) -> None:
        options, self._select = self._select or [], None
        chosen = [value for value, is_selected in options if is_selected]
        first = [value for value, _ in options][:1]
        for value in chosen or first:
            self._add(self._select_attributes, value)

    def _add(self, attributes: Attributes, value: str | None) -> None:
        """Note a field; value None when it would send nothing, but may be filled in."""
        form, name = self._owner(attributes), attributes.get("name")
        if form is None or not name or "disabled" in attributes:
            return
        form.names.add(name)
        if value is not None:
            form.fields.append((name, value))

    def _add_button(self, attributes: Attributes) -> None:
        form, name = self._owner(attributes), attributes.get("name")
        if form is None or "disabled" in attributes:
            return
        if name:
            form.buttons.append((name, attributes.get("value", "")))
        if "formaction" in attributes:
            form.other_actions.append(attributes["formaction"])

    def _owner(self, attributes: Attributes) -> _OpenForm | None:
        """The form a control belongs to: the one it names, else the one around it."""
        if "form" not in attributes:
            return self._form
        named = (form for form in self.forms if form.attributes.get("id") == attributes["form"])
        return next(named, None)
