"""What may be placed, by whom, and what is signed only for those."""

from dataclasses import replace

import pytest

from lti_tool.errors import InvalidInputError, NotAllowedError, NotFoundError
from lti_tool.lti.deep_linking import Placing
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.loading import load_programme
from lti_tool.programme.shipped import shipped, shipped_text
from lti_tool.usecases.lms import placing
from lti_tool.usecases.lms.placing import Offer, Signing
from lti_tool.usecases.visits import SignedIn, VisitDetails
from tests.support.builders import FIRST_PAGE, LMS, REFLECTION, TASTER
from tests.support.wired import BASE_URL
from tests.support.world import World

ASKED = Placing(
    deployment_id="1",
    return_url=f"{LMS}/back",
    takes_activities=True,
    takes_several=True,
    takes_columns=True,
    data=None,
)


def visitor(world: World, *roles: CourseRole, asked: Placing | None = ASKED) -> SignedIn:
    return SignedIn(
        number="1",
        actor=world.someone(*roles),
        details=VisitDetails(placing=asked),
        registration_id=None,
        expires_at=world.clock(),
        form_key="key",
    )


def offered(**changes: object) -> Offer:
    return Offer((shipped(TASTER),), replace(ASKED, **changes))


def test_a_visit_that_asked_for_nothing_is_offered_nothing(world):
    with pytest.raises(NotFoundError):
        world.do(placing.offer, visitor(world, CourseRole.INSTRUCTOR, asked=None))


@pytest.mark.parametrize(
    "roles",
    [
        [CourseRole.STUDENT],
        [CourseRole.STUDENT, CourseRole.TEST_STUDENT],
        [CourseRole.OBSERVER],
        [CourseRole.MEMBER],
    ],
)
def test_students_and_guests_are_offered_nothing(world, roles):
    with pytest.raises(NotAllowedError):
        world.do(placing.offer, visitor(world, *roles))


@pytest.mark.parametrize(
    "roles", [[], [CourseRole.TEACHING_ASSISTANT], [CourseRole.STUDENT, CourseRole.INSTRUCTOR]]
)
def test_who_runs_the_course_and_who_has_no_role_in_it_is_offered_all(world, roles):
    offer = world.do(placing.offer, visitor(world, *roles))

    assert [one.id for one in offer.programmes] == [TASTER]


def test_nothing_is_signed_for_a_visit_that_came_from_no_lms(world):
    signing = Signing(base_url=BASE_URL, master=world.wired.master, nonce="n", now=world.clock())

    with pytest.raises(NotFoundError):
        world.do(
            placing.answer, visitor(world, CourseRole.INSTRUCTOR), (), message="", signing=signing
        )


def test_activities_come_in_the_order_of_their_programme():
    links = placing.chosen(offered(), [REFLECTION, FIRST_PAGE], columns_for_all=False)

    assert [link.activity for link in links] == [FIRST_PAGE, REFLECTION]
    assert [link.text for link in links] == ["Foundations taster: Foundations"] * 2


def test_an_activity_ticked_twice_is_placed_once():
    assert len(placing.chosen(offered(), [FIRST_PAGE, FIRST_PAGE], columns_for_all=False)) == 1


def test_activities_of_the_same_name_in_two_programmes_are_two():
    other = load_programme(shipped_text(TASTER).replace(f"id: {TASTER}", "id: other"))
    offer = Offer((shipped(TASTER), other), ASKED)

    links = placing.chosen(offer, ["other/first-reflection"], columns_for_all=False)

    assert [link.activity for link in links] == ["other/first-reflection"]


@pytest.mark.parametrize(
    ("names", "changes", "code"),
    [
        ([], {}, "placing.nothing-chosen"),
        (["other/thing"], {}, "placing.nothing-chosen"),
        ([FIRST_PAGE, "other/thing"], {}, "placing.nothing-chosen"),
        ([TASTER], {}, "placing.nothing-chosen"),
        ([FIRST_PAGE], {"takes_activities": False}, "placing.nothing-chosen"),
        ([FIRST_PAGE, REFLECTION], {"takes_several": False}, "placing.only-one"),
    ],
)
def test_what_can_not_be_placed_is_refused(names, changes, code):
    with pytest.raises(InvalidInputError) as refused:
        placing.chosen(offered(**changes), names, columns_for_all=False)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("takes_columns", "columns_for_all", "tags"),
    [
        (True, False, [None, "reflection"]),
        (True, True, ["page", "reflection"]),
        (False, True, [None, None]),
    ],
)
def test_a_column_is_for_what_is_marked_or_for_all(takes_columns, columns_for_all, tags):
    links = placing.chosen(
        offered(takes_columns=takes_columns),
        [FIRST_PAGE, REFLECTION],
        columns_for_all=columns_for_all,
    )

    assert [link.tag for link in links] == tags
