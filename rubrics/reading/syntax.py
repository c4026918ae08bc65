"""What a YAML parser's complaint means for the person who wrote the file."""

from ruamel.yaml.error import MarkedYAMLError

from rubrics.reading.nodes import Place
from rubrics.sentence import Sentence, say

_GENERAL = say(
    "file.syntax",
    "The file cannot be read from here on. Look in this line and the one before it for a missing "
    "colon, quote or bracket, or for lines that are not indented alike.",
)
_TAB = say("file.tab", "There is a tab here. Indent with spaces only.")
_UNCLOSED_QUOTE = say("file.quote-open", "The quote that opens here is never closed. Close it.")
_UNCLOSED_BRACKET = say(
    "file.bracket-open",
    "The bracket that opens here is never closed, or a comma is missing inside it.",
)

# The parser's words (ruamel.yaml 0.19) and ours. The first that fits is taken.
_BY_PROBLEM = (
    ("character '\\t'", _TAB),
    (
        "mapping values are not allowed",
        say(
            "file.colon",
            "There is a colon too many here, or this line is indented unlike its neighbours. "
            "Put a text that contains a colon in quotes.",
        ),
    ),
    (
        "that cannot start any token",
        say(
            "file.start-character",
            "A text cannot begin with this character. Put the text in quotes.",
        ),
    ),
    (
        "expected <block end>",
        say("file.indent", "This line is not indented like its neighbours. Align it with them."),
    ),
    (
        "unknown escape character",
        say(
            "file.escape",
            "A backslash in double quotes has a special meaning. Write it twice, or use single "
            "quotes.",
        ),
    ),
)
# Complaints that are noticed at the end of the file but were caused where something was opened.
_BY_CONTEXT = (
    ("while scanning a quoted scalar", _UNCLOSED_QUOTE),
    ("while scanning a double-quoted scalar", _UNCLOSED_QUOTE),
    ("while scanning a single-quoted scalar", _UNCLOSED_QUOTE),
    (
        "while scanning a simple key",
        say("file.colon-missing", "A colon is missing after the key that begins here."),
    ),
    ("while parsing a flow", _UNCLOSED_BRACKET),
)


def explain_syntax(error: MarkedYAMLError) -> tuple[Place, Sentence]:
    """Return where to look and what to mend for one complaint of the parser."""
    problem = error.problem or ""
    for words, sentence in _BY_PROBLEM:
        if words in problem:
            return _place(error.problem_mark), sentence
    for words, sentence in _BY_CONTEXT:
        if words in (error.context or ""):
            return _place(error.context_mark), sentence
    return _place(error.problem_mark), _GENERAL


def _place(mark: object) -> Place:
    """Return a parser's mark (counted from 0) as a place; the top of the file without a mark."""
    return Place(getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)
