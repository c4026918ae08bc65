"""Publish a version of a programme; find published ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.programme.definition import Activity, Programme
from lti_tool.programme.errors import Fault, ProgrammeFileError, UnknownIdError
from lti_tool.programme.kinds.reflection import Reflection
from lti_tool.programme.loading import load_programme
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.programmes import BadgeImage, ProgrammeVersion
from lti_tool.usecases import audit

DECIDING = frozenset(
    {"opens", "approval", "reveals", "agree", "independent", "second_mark", "conflicts_of_interest"}
)
"""Keys of the file that change who earns a badge, among those that nobody acts on yet."""


@dataclass(frozen=True)
class PublishedProgramme:
    """A line in the office's list of programmes."""

    programme_id: str
    version: str
    title: str
    digest: str
    published_at: datetime


def publish(
    session: Session,
    institution_id: UUID,
    source: str,
    images: Mapping[str, str],
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> PublishedProgramme:
    """Publish the programme in `source`, with its badge images (name in the file to SVG text).

    A published version is frozen: the same content again changes nothing, other content under the
    same version is refused. Raises ProgrammeFileError (with the faults of the file, or with what
    `beyond_this_version` finds), InvalidInputError, ConflictError.
    """
    programme = _parsed(source)
    if beyond := beyond_this_version(programme):
        raise ProgrammeFileError(beyond)
    missing = sorted({badge.image for badge in programme.badges if badge.image} - images.keys())
    if missing:
        raise InvalidInputError(
            "programmes.image-missing",
            say(
                "programmes.image-missing",
                "These badge pictures are not beside the programme file: %(names)s.",
                names=", ".join(missing),
            ),
        )
    before = session.get(ProgrammeVersion, (institution_id, programme.id, programme.version))
    if before is not None:
        if before.digest != programme.digest:
            raise _frozen(programme)
        return _line(before)
    row = ProgrammeVersion(
        institution_id=institution_id,
        programme_id=programme.id,
        version=programme.version,
        digest=programme.digest,
        title=programme.title,
        source=source,
        published_at=now,
        published_by=actor_id,
    )
    session.add(row)
    session.flush()
    for name in sorted({badge.image for badge in programme.badges if badge.image}):
        session.add(
            BadgeImage(
                institution_id=institution_id,
                programme_id=programme.id,
                version=programme.version,
                name=name,
                svg=images[name],
            )
        )
    audit.record(
        session,
        institution_id,
        "programme.published",
        subject=f"{programme.id}/{programme.version}",
        now=now,
        actor_id=actor_id,
        details={"digest": programme.digest},
    )
    return _line(row)


def beyond_this_version(programme: Programme) -> tuple[Fault, ...]:
    """What forbids publishing the file: rules about who earns a badge that nobody acts on yet.

    A certificate must never be given out by rules its file doesn't have. Parts that are kept and
    change nothing about that are no obstacle.
    """
    kept = (
        replace(notice, sentence=_not_acted_on(notice.sentence.values["key"]))
        for notice in programme.carried
        if notice.sentence.values["key"] in DECIDING
    )
    return (*kept, *_several_markers(programme))


def current(session: Session, institution_id: UUID, programme_id: str) -> Programme | None:
    """The version new students enrol in: the one published last. None when there is none."""
    source = session.scalar(
        select(ProgrammeVersion.source)
        .where(
            ProgrammeVersion.institution_id == institution_id,
            ProgrammeVersion.programme_id == programme_id,
        )
        .order_by(ProgrammeVersion.published_at.desc(), ProgrammeVersion.version.desc())
        .limit(1)
    )
    return None if source is None else _parsed(source)


def all_current(session: Session, institution_id: UUID) -> tuple[Programme, ...]:
    """Every published programme in the version new students enrol in, by title."""
    ids = session.scalars(
        select(ProgrammeVersion.programme_id)
        .where(ProgrammeVersion.institution_id == institution_id)
        .distinct()
    )
    found = (current(session, institution_id, programme_id) for programme_id in ids.all())
    return tuple(sorted(filter(None, found), key=lambda programme: programme.title))


def version(
    session: Session, institution_id: UUID, programme_id: str, version_id: str
) -> Programme:
    """One published version; raises NotFoundError."""
    row = session.get(ProgrammeVersion, (institution_id, programme_id, version_id))
    if row is None:
        raise NotFoundError(
            "programmes.unknown", say("programmes.unknown", "There is no such programme here.")
        )
    return _parsed(row.source)


def published(session: Session, institution_id: UUID) -> tuple[PublishedProgramme, ...]:
    """Every published version, newest first."""
    rows = session.scalars(
        select(ProgrammeVersion)
        .where(ProgrammeVersion.institution_id == institution_id)
        .order_by(ProgrammeVersion.published_at.desc(), ProgrammeVersion.version.desc())
    )
    return tuple(_line(row) for row in rows)


def badge_svg(session: Session, institution_id: UUID, programme: Programme, image: str) -> str:
    """The SVG of a badge picture as published; raises NotFoundError."""
    row = session.get(BadgeImage, (institution_id, programme.id, programme.version, image))
    if row is None:
        raise NotFoundError(
            "programmes.image-unknown", say("programmes.image-unknown", "There is no such picture.")
        )
    return row.svg


def find_activity(programme: Programme, activity_id: str) -> Activity | None:
    """The activity of this id in this version, or None."""
    try:
        return programme.activity(activity_id)
    except UnknownIdError:
        return None


def split_activity(activity: str) -> tuple[str, str]:
    """A name such as `foundations-taster/first-page` as (programme id, activity id)."""
    programme_id, _, activity_id = activity.partition("/")
    return programme_id, activity_id


def _several_markers(programme: Programme) -> Iterator[Fault]:
    for activity in programme.activities:
        if isinstance(activity, Reflection) and activity.markers > 1:
            yield programme.source.fault(
                _not_acted_on("markers"), activity.id, "marking", "markers"
            )


def _not_acted_on(key: object) -> Sentence:
    return say(
        "programmes.not-acted-on",
        "“%(key)s” has a say in who earns a badge, and this version of the tool does not act on "
        "it yet. Take it out, or publish this file with a later version.",
        key=key,
    )


@lru_cache(maxsize=64)
def _parsed(source: str) -> Programme:
    # Versions are frozen and parsing is pure, so the parsed value can be shared by all requests.
    return load_programme(source)


def _frozen(programme: Programme) -> ConflictError:
    return ConflictError(
        "programmes.frozen",
        say(
            "programmes.frozen",
            "Version %(version)s of %(programme)s is published and can't change any more: "
            "students are on it. Give the changed file a new version.",
            version=programme.version,
            programme=programme.id,
        ),
    )


def _line(row: ProgrammeVersion) -> PublishedProgramme:
    return PublishedProgramme(
        programme_id=row.programme_id,
        version=row.version,
        title=row.title,
        digest=row.digest,
        published_at=row.published_at,
    )
