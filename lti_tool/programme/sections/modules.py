"""Modules and the activities in them."""

from collections.abc import Mapping

from lti_tool.programme.definition import Activity, Module, Privacy
from lti_tool.programme.kinds.kind import COMMON, Common, Kind
from lti_tool.programme.sections.keys import MODULE
from lti_tool.sentence import say
from rubrics.reading.faults import Reading
from rubrics.reading.fields import Fields, Keys
from rubrics.reading.nodes import Entries, Node, Scalar


def read_modules(
    programme: Fields, privacy: Privacy, kinds: Mapping[str, Kind]
) -> tuple[Module, ...]:
    """Read every module. An activity of a kind that isn't known is a fault and left out."""
    return tuple(
        _read_module(Fields(node, MODULE, programme.reading), privacy, kinds)
        for node in programme.items("modules")
    )


def _read_module(fields: Fields, privacy: Privacy, kinds: Mapping[str, Kind]) -> Module:
    nodes = fields.items("activities")
    activities = (_read_activity(node, privacy, kinds, fields.reading) for node in nodes)
    return Module(
        id=fields.declared("module"),
        title=fields.text("title"),
        intro=fields.text("intro"),
        activities=tuple(one for one in activities if one is not None),
    )


def _read_activity(
    node: Node, privacy: Privacy, kinds: Mapping[str, Kind], reading: Reading
) -> Activity | None:
    kind = kinds.get(_kind_name(node))
    if kind is None:
        _fault_kind(node, kinds, reading)
        return None
    fields = Fields(node, COMMON + kind.keys, reading)
    return kind.read(fields, _read_common(fields, privacy, kinds))


def _kind_name(node: Node) -> str:
    kind = node.entries.get("kind") if isinstance(node, Entries) else None
    return str(kind.value) if isinstance(kind, Scalar) else ""


def _read_common(fields: Fields, privacy: Privacy, kinds: Mapping[str, Kind]) -> Common:
    return Common(
        id=fields.declared("activity"),
        kind=fields.choice("kind", tuple(kinds)),
        title=fields.text("title"),
        privacy=fields.choice("privacy", tuple(privacy.levels), privacy.default),
        minutes=fields.whole("minutes", least=1) or None,
        outcomes=fields.references("outcome", "outcomes"),
    )


def _fault_kind(node: Node, kinds: Mapping[str, Kind], reading: Reading) -> None:
    """Say which kinds are known; the id still counts, so that its mentions aren't faults too."""
    anything = Keys(optional=tuple(node.entries) if isinstance(node, Entries) else ())
    fields = Fields(node, anything, reading)
    fields.declared("activity")
    fields.fault(
        "kind",
        say(
            "programme.kind-unknown",
            "This version does not know the activity kind “%(kind)s”. It knows: %(known)s.",
            kind=_kind_name(node),
            known=", ".join(kinds),
        ),
    )
