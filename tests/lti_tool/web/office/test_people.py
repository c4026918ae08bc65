"""People and roles: granted and withdrawn with a name to it, and links that let in once."""

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.people import OfficeRoleGrant, Person
from lti_tool.usecases.people import OfficeRole
from tests.support.office import Office, page_of
from tests.support.world import World


def roles_in(world: World) -> set[str]:
    return {grant.role for grant in world.rows(OfficeRoleGrant)}


def test_a_role_is_granted_to_somebody_new_and_recorded(world: World, office: Office) -> None:
    page = office.after(office.send("people", who=" kim@example.edu ", role="marker"))
    assert "The role is granted." in page.one(class_="notice").text
    assert "kim@example.edu" in page.one("table").text
    (event,) = [one for one in world.rows(AuditEvent) if one.details.get("role") == "marker"]
    assert event.actor_id == office.visit.actor.person_id


def test_a_role_that_is_held_already_is_said_to_be_held(office: Office) -> None:
    office.send("people", who="kim@example.edu", role="marker")
    page = office.after(office.send("people", who="kim@example.edu", role="marker"))
    assert "holds that role already" in page.one(class_="notice").text


def test_an_address_from_an_lms_is_confirmed_with_a_tick(world: World, office: Office) -> None:
    with world.wired.db.begin() as session:
        person = session.get_one(Person, (world.institution_id, world.student.person_id))
        person.name, person.email = "Amara Lindqvist", "dean@example.edu"
    typed = {"who": "dean@example.edu", "role": "registrar"}
    answer = office.send("people", **typed)
    assert answer.status_code == 422
    page = page_of(answer)
    assert "Nothing was granted yet." in page.one(role="alert").text
    (chosen,) = [one for one in page.all("option") if "selected" in one.attributes]
    assert chosen.attributes["value"] == "registrar"
    (label,) = [one for one in page.all("label") if one.all("input", name="sure_of")]
    assert "I mean Amara Lindqvist of https://lms.example.edu" in label.text
    assert roles_in(world) == {"administrator"}
    tick = str(label.one("input").attributes["value"])
    office.after(office.send("people", **typed, sure_of=tick))
    assert roles_in(world) == {"administrator", "registrar"}


def test_a_tick_for_somebody_else_confirms_nothing(world: World, office: Office) -> None:
    with world.wired.db.begin() as session:
        person = session.get_one(Person, (world.institution_id, world.student.person_id))
        person.email = "dean@example.edu"
    for tick in ("on", str(world.instructor.person_id)):
        answer = office.send("people", who="dean@example.edu", role="registrar", sure_of=tick)
        assert answer.status_code == 422
    assert roles_in(world) == {"administrator"}


def test_somebody_who_can_not_be_found_is_left_in_the_box(world: World, office: Office) -> None:
    answer = office.send("people", who="Kim Lee", role="marker")
    assert answer.status_code == 422
    page = page_of(answer)
    assert "by an e-mail address or by their id" in page.one(role="alert").text
    assert page.one("input", name="who").attributes["value"] == "Kim Lee"
    assert roles_in(world) == {"administrator"}


def test_an_id_nobody_has_is_not_there(world: World, office: Office) -> None:
    answer = office.send("people", who=str(world.institution_id), role="marker")
    assert answer.status_code == 404


def test_a_role_that_does_not_exist_is_not_granted(world: World, office: Office) -> None:
    answer = office.send("people", who="kim@example.edu", role="emperor")
    assert answer.status_code == 422
    assert "Choose one of the roles" in answer.text
    assert roles_in(world) == {"administrator"}


def test_a_role_is_withdrawn_and_recorded(world: World, office: Office) -> None:
    office.send("people", who="kim@example.edu", role="marker")
    person = next(row for row in world.rows(OfficeRoleGrant) if row.role == "marker")
    page = office.after(office.send(f"people/{person.person_id}/withdraw", role="marker"))
    assert "The role is withdrawn." in page.one(class_="notice").text
    assert roles_in(world) == {"administrator"}
    assert world.actions()["role.withdrawn"] == 1


def test_the_only_administrator_stays_one(world: World, office: Office) -> None:
    mine = office.visit.actor.person_id
    answer = office.send(f"people/{mine}/withdraw", role="administrator")
    assert answer.status_code == 422
    assert "the only administrator" in page_of(answer).one(role="alert").text
    assert roles_in(world) == {"administrator"}


def test_a_link_to_enter_is_shown_once_and_works_once(world: World, office: Office) -> None:
    office.send("people", who="kim@example.edu", role="marker")
    person = next(row for row in world.rows(OfficeRoleGrant) if row.role == "marker")
    answer = office.send(f"people/{person.person_id}/entry-link")
    link = str(page_of(answer).one("input", id="link").attributes["value"])
    assert link.startswith("http://localhost:9000/enter/")
    assert answer.headers["Cache-Control"] == "no-store"
    path = link.removeprefix("http://localhost:9000")
    browser = office.visit.client.application.test_client()
    entered = browser.post(path)
    assert entered.headers["Location"].startswith("/v/")
    assert browser.post(path).status_code == 403


def test_who_made_a_link_for_whom_is_recorded(world: World, office: Office) -> None:
    mine = office.visit.actor.person_id
    office.send(f"people/{mine}/entry-link")
    (event,) = [one for one in world.rows(AuditEvent) if one.action == "entry-link.made"]
    assert (event.actor_id, event.subject) == (mine, str(mine))


def test_there_is_no_link_for_somebody_without_a_role(world: World, office: Office) -> None:
    answer = office.send(f"people/{world.instructor.person_id}/entry-link")
    assert answer.status_code == 422
    assert "holds no office role" in page_of(answer).one(role="alert").text


def test_no_link_opens_a_students_own_writing(world: World, office: Office) -> None:
    student = world.someone(CourseRole.STUDENT, office=[OfficeRole.MARKER])
    answer = office.send(f"people/{student.person_id}/entry-link")
    assert answer.status_code == 422
    assert "also studies here" in page_of(answer).one(role="alert").text
    assert world.actions()["entry-link.made"] == 0


def test_a_button_says_whose_role_it_withdraws(office: Office) -> None:
    (button,) = [one for one in office.page("people").all("button") if one.text == "Withdraw"]
    label = button.attributes["aria-label"]
    assert label == "Withdraw the role “administrator” from Robin Weber"
