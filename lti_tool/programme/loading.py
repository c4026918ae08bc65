"""Programme from YAML, strict, errors with line numbers."""

from collections.abc import Mapping
from functools import partial
from typing import Literal, cast

from lti_tool.programme.carried import carried_parts
from lti_tool.programme.checking import check
from lti_tool.programme.definition import Programme
from lti_tool.programme.errors import ProgrammeFileError
from lti_tool.programme.kinds import KINDS
from lti_tool.programme.kinds.kind import Kind
from lti_tool.programme.sections import badges, modules, requirements, settings
from lti_tool.programme.sections.keys import PROGRAMME
from lti_tool.programme.source import Source
from rubrics.loading import read_rubric
from rubrics.reading.canonical import digest
from rubrics.reading.faults import Reading
from rubrics.reading.fields import Fields
from rubrics.reading.files import read_file
from rubrics.reading.nodes import Node, plain

SCHEMA = "certificate-programme/1"


def load_programme(
    text: str | bytes,
    *,
    path: str = "programme.yaml",
    kinds: Mapping[str, Kind] = KINDS,
) -> Programme:
    """Read a programme file (format certificate-programme/1), at most 256 KiB of UTF-8.

    `path` only names the file in faults. Raises ProgrammeFileError, which carries every fault
    found: first those of the text and its shape, and when there are none, those of its sense.
    """
    reading = Reading(path)
    programme = read_file(text, reading, partial(_read_programme, kinds=kinds))
    if programme is None:
        raise ProgrammeFileError(reading.in_order())
    faults = check(programme)
    if faults:
        raise ProgrammeFileError(faults)
    return programme


def _read_programme(node: Node, reading: Reading, *, kinds: Mapping[str, Kind]) -> Programme:
    fields = Fields(node, PROGRAMME, reading)
    fields.choice("schema", (SCHEMA,))
    privacy = settings.read_privacy(fields)
    status = fields.choice("status", ("draft", "published", "retired"))
    programme = Programme(
        id=fields.identifier("id"),
        version=settings.read_version(fields),
        status=cast(Literal["draft", "published", "retired"], status),
        language=settings.read_language(fields),
        title=fields.text("title"),
        summary=fields.text("summary"),
        contact=fields.identifier("contact"),
        privacy=privacy,
        release_roles=settings.read_release_roles(fields),
        outcomes=settings.read_outcomes(fields),
        modules=modules.read_modules(fields, privacy, kinds),
        requirements=requirements.read_requirements(fields),
        badges=badges.read_badges(fields),
        rubrics=tuple(read_rubric(one, reading) for one in fields.items("rubrics")),
        # From here on: what all the reading above has found.
        digest=digest(plain(node)),
        carried=carried_parts(reading),
        source=Source(
            reading.path, node, {id: group for id, (_, group) in reading.declared.items()}
        ),
    )
    reading.resolve()
    return programme
