"""Publish a version of a programme; find published ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.programme.definition import Activity, Programme
from lti_tool.programme.errors import ProgrammeFileError, UnknownIdError
from lti_tool.programme.loading import load_programme
from lti_tool.sentence import say
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared
from lti_tool.store.tables.programmes import BadgeImage, ProgrammeVersion
from lti_tool.usecases import audit, publishable

MOST_PARSED = 64
_PARSED: dict[str, Programme] = {}
"""By digest. The same content is the same programme for everybody, and never changes."""

_SOURCE = Prepared(
    select(ProgrammeVersion.source)
    .where(
        ProgrammeVersion.institution_id == bindparam("institution_id"),
        ProgrammeVersion.digest == bindparam("digest"),
    )
    .limit(1)
)
_OF_PROGRAMME = select(ProgrammeVersion.digest).where(
    ProgrammeVersion.institution_id == bindparam("institution_id"),
    ProgrammeVersion.programme_id == bindparam("programme_id"),
)
_CURRENT = Prepared(
    _OF_PROGRAMME.order_by(
        ProgrammeVersion.published_at.desc(), ProgrammeVersion.version.desc()
    ).limit(1)
)
_VERSION = Prepared(_OF_PROGRAMME.where(ProgrammeVersion.version == bindparam("version")))


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
    `publishable.faults` finds), InvalidInputError, ConflictError.
    """
    programme = load_programme(source)
    if found := publishable.faults(programme, now=now):
        raise ProgrammeFileError(found)
    publishable.refuse_pictures(programme, images)
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
    _keep_pictures(session, row, {badge.image for badge in programme.badges}, images)
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


def current(session: Transaction, institution_id: UUID, programme_id: str) -> Programme | None:
    """The version new students enrol in: the one published last. None when there is none."""
    asked = {"institution_id": institution_id, "programme_id": programme_id}
    found = _CURRENT.rows(session, asked)
    return of_digest(session, institution_id, found[0]["digest"]) if found else None


def of_digest(session: Transaction, institution_id: UUID, digest: str) -> Programme:
    """The version of this content, which somebody has published, parsed once in each process."""
    found = _PARSED.get(digest)
    if found is None:
        asked = {"institution_id": institution_id, "digest": digest}
        found = load_programme(_SOURCE.rows(session, asked)[0]["source"])
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        _PARSED[digest] = found
    return found


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
    session: Transaction, institution_id: UUID, programme_id: str, version_id: str
) -> Programme:
    """One published version; raises NotFoundError."""
    asked = {
        "institution_id": institution_id,
        "programme_id": programme_id,
        "version": version_id,
    }
    found = _VERSION.rows(session, asked)
    if not found:
        raise NotFoundError(
            "programmes.unknown", say("programmes.unknown", "There is no such programme here.")
        )
    return of_digest(session, institution_id, found[0]["digest"])


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


def _keep_pictures(
    session: Session, row: ProgrammeVersion, names: Iterable[str], images: Mapping[str, str]
) -> None:
    for name in sorted(names):
        session.add(
            BadgeImage(
                institution_id=row.institution_id,
                programme_id=row.programme_id,
                version=row.version,
                name=name,
                svg=images[name],
            )
        )


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
