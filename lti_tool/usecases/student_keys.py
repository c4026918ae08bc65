"""Each student's own key: made at first need, sealed under the master key."""

import os
from uuid import UUID

from sqlalchemy.orm import Session

from lti_tool.store.encryption import KEY_BYTES, SealingKey, StudentKey, place_of
from lti_tool.store.tables.people import StudentKeyRow


def student_key(
    session: Session, institution_id: UUID, person_id: UUID, *, master: SealingKey
) -> StudentKey:
    """The student's key, opened; a new one when they have none. Raises CannotOpenError."""
    place = place_of(institution_id, "student_keys", "sealed", person_id)
    row = session.get(StudentKeyRow, (institution_id, person_id))
    if row is None:
        material = os.urandom(KEY_BYTES)
        session.add(
            StudentKeyRow(
                institution_id=institution_id,
                person_id=person_id,
                sealed=master.seal(material, place=place),
            )
        )
        session.flush()
        return StudentKey(SealingKey(material))
    return StudentKey(SealingKey(master.open(row.sealed, place=place)))
