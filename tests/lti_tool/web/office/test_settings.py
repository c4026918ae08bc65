"""The institution's settings: saved whole or not at all, and shown where they matter."""

from io import BytesIO

from lti_tool.store.tables.people import Institution
from tests.support.builders import an_institution
from tests.support.office import Office, page_of
from tests.support.world import World

PNG = b"\x89PNG\r\n\x1a\n and the rest"
FIELDS: dict[str, object] = {
    "name": "School of Medicine",
    "url": "https://medicine.example.edu",
    "email": "office@example.edu",
    "description": "Teaches medicine.",
    "time_zone": "Europe/Vienna",
    "support-name": ["Counselling", "", "Night line"],
    "support-detail": ["Room 3, every day", "", "01 234"],
}


def send(office: Office, **differently: object):
    return office.visit.post("office/settings", {**FIELDS, **differently})


def the_row(world: World) -> Institution:
    (row,) = world.rows(Institution)
    return row


def test_settings_are_saved_and_stand_in_the_form(world: World, office: Office) -> None:
    page = office.after(send(office))
    assert "Saved." in page.one(class_="notice").text
    assert page.one("input", name="name").attributes["value"] == "School of Medicine"
    assert the_row(world).time_zone == "Europe/Vienna"
    assert world.actions()["institution.changed"] == 1


def test_support_contacts_stand_in_the_help_of_every_page(office: Office) -> None:
    page = office.after(send(office))
    help_panel = page.one("aside")
    assert [term.text for term in help_panel.all("dt")] == ["Counselling", "Night line"]


def test_emptied_contacts_are_gone(world: World, office: Office) -> None:
    send(office)
    send(office, **{"support-name": ["", ""], "support-detail": ["", ""]})
    assert the_row(world).support == []


def test_every_field_that_can_not_be_used_is_named_and_nothing_is_saved(
    world: World, office: Office
) -> None:
    answer = send(office, name="", url="medicine", email="office", time_zone="Vienna")
    assert answer.status_code == 422
    page = page_of(answer)
    for field in ("name", "url", "email", "time_zone"):
        box = page.one("input", name=field)
        assert box.attributes["aria-invalid"] == "true"
        described = str(box.attributes["aria-describedby"]).split()
        assert f"{field}-fault" in described
        assert page.one(id=f"{field}-fault").text
    assert page.one("input", name="url").attributes["value"] == "medicine"
    assert the_row(world).name == "Example University"


def test_a_contact_without_a_name_is_asked_for_one(world: World, office: Office) -> None:
    answer = send(office, **{"support-name": [""], "support-detail": ["01 234"]})
    assert answer.status_code == 422
    assert "Write whom each contact reaches" in answer.text
    assert "01 234" in answer.text


def test_another_institutions_name_is_taken(world: World, office: Office) -> None:
    with world.wired.db.begin() as session:
        an_institution(session, "School of Law")
    answer = send(office, name="School of Law")
    assert answer.status_code == 422
    assert "Another institution here has this name or short name." in answer.text


def test_a_logo_is_taken_and_shown(office: Office) -> None:
    answer = office.send("settings/logo", logo=(BytesIO(PNG), "logo.png"))
    page = office.after(answer)
    shown = office.visit.client.get(str(page.one("img").attributes["src"]))
    assert (shown.data, shown.mimetype) == (PNG, "image/png")


def test_a_logo_that_is_no_png_is_refused_beside_its_box(world: World, office: Office) -> None:
    answer = office.send("settings/logo", logo=(BytesIO(b"GIF89a"), "logo.gif"))
    assert answer.status_code == 422
    assert "must be a PNG picture" in page_of(answer).one(id="logo-fault").text
    assert the_row(world).logo is None


def test_no_logo_chosen_changes_nothing(world: World, office: Office) -> None:
    assert office.send("settings/logo").status_code == 422
    assert the_row(world).logo is None


def test_a_logo_that_is_too_large_is_refused(world: World, office: Office) -> None:
    large = BytesIO(PNG + b"x" * 256 * 1024)
    assert office.send("settings/logo", logo=(large, "logo.png")).status_code == 422
    assert the_row(world).logo is None


def test_there_is_no_logo_to_show_before_there_is_one(office: Office) -> None:
    assert office.visit.get("office/settings/logo.png").status_code == 404
