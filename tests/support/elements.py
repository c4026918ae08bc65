"""Read a page as elements, so that tests ask for meaning and not for strings."""

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "circle", "path", "rect"}


class Element:
    """One element of a page, enough to ask about its meaning."""

    def __init__(self, name: str, attributes: dict[str, str | None]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join(" ".join(parts).split())

    def all(self, name: str = "", /, **attributes: str) -> list["Element"]:
        """Every element below with this name and these attributes (`class_` for class)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        found = []
        for child in self.children:
            if isinstance(child, Element):
                has = all(child.attributes.get(key) == value for key, value in wanted.items())
                found += [child] if has and name in ("", child.name) else []
                found += child.all(name, **attributes)
        return found

    def one(self, name: str = "", /, **attributes: str) -> "Element":
        (element,) = self.all(name, **attributes)
        return element


class Page(HTMLParser):
    """Build elements from HTML and insist that they are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(html)
        self.close()
        assert self.open == [self.root], f"left open: {[e.name for e in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
