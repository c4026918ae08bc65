"""What could not be delivered: shown with its reason, and sent again by a person."""

from uuid import UUID

from sqlalchemy import update

from lti_tool import worker
from lti_tool.store.tables.outbox import OutboxMessage
from tests.support.office import Office, page_of
from tests.support.world import World


def give_up(world: World, kind: str = "issue_badge", error: str | None = None) -> UUID:
    """Set the only message of this kind aside, as the worker does."""
    (message,) = world.messages(kind)
    with world.wired.db.begin() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id)
            .values(
                set_aside_at=world.clock(),
                attempts=12,
                last_error=error or "issuing.key-gone: The signing key is not there.",
            )
        )
    return message.id


def test_nothing_stuck_says_so(office: Office) -> None:
    assert "Nothing is stuck." in office.page("waiting").text


def test_what_is_stuck_says_what_it_was_why_and_how_often(world: World, office: Office) -> None:
    world.earned()
    message_id = give_up(world)
    page = office.page("waiting")
    assert "A badge could not be made and signed." in page.one("section").text
    assert "The signing key is not there." in page.text
    assert "Tried: 12." in page.text
    assert [code.text for code in page.all("code")] == ["issuing.key-gone", str(message_id)]


def test_what_is_still_tried_says_when_it_is_tried_next(world: World, office: Office) -> None:
    world.earned()
    (message,) = world.messages("issue_badge")
    with world.wired.db.begin() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id)
            .values(attempts=4, last_error="SigningKeyError: There is no signing key.")
        )
    page = office.page("waiting")
    assert "There is no signing key." in page.text
    assert "Still trying. Tried: 4. Next try:" in page.text
    office.send(f"waiting/{message.id}/again")
    assert worker.deliver(world.wired, message.id)


def test_the_start_page_counts_what_is_stuck(world: World, office: Office) -> None:
    world.earned()
    give_up(world)
    assert "One delivery that is stuck" in office.page("").text


def test_an_error_without_a_sentence_shows_its_name_alone(world: World, office: Office) -> None:
    world.earned()
    give_up(world, "post_score", "TimeoutError")
    page = office.page("waiting")
    assert "could not be entered in the LMS" in page.text
    assert page.all("code")[0].text == "TimeoutError"


def test_what_is_sent_again_wakes_a_worker_and_arrives(world: World, office: Office) -> None:
    world.earned()
    message_id = give_up(world)
    world.queue.woken.clear()
    page = office.after(office.send(f"waiting/{message_id}/again"))
    assert "It is on its way again." in page.one(class_="notice").text
    assert world.queue.woken == [message_id]
    assert worker.deliver(world.wired, message_id)
    assert world.actions()["delivery.sent-again"] == 1


def test_what_is_no_longer_stuck_is_not_sent_again(world: World, office: Office) -> None:
    world.earned()
    message_id = give_up(world)
    office.send(f"waiting/{message_id}/again")
    answer = office.send(f"waiting/{message_id}/again")
    assert answer.status_code == 409
    assert "no longer stuck" in page_of(answer).one(role="alert").text


def test_what_has_arrived_is_not_sent_again(world: World, office: Office) -> None:
    world.issued()
    (message,) = world.messages("issue_badge")
    assert office.send(f"waiting/{message.id}/again").status_code == 409
