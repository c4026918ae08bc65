"""A launch from the platform's post to the Launch value, used once."""

from threading import Barrier, Thread

import pytest

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.launch import DeploymentState, Launch, consume_login
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.platforms import Deployment
from tests.lti_tool.lti.a_platform import (
    AGS,
    LTI,
    MEMBERSHIP,
    NRPS,
    REMOVED,
    APlatform,
    later,
    unreachable,
)

SCORES = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LMS = "https://lms1.example.edu"


def test_a_student_opens_an_activity(platform):
    launch = platform.launch()

    assert launch.institution_id == platform.registration.institution_id
    assert launch.registration_id == platform.registration.id
    assert (launch.sub, launch.deployment_id) == ("4", "1")
    assert launch.activity == "taster/reflection"
    assert launch.target == "https://tool.example.org/activities/taster/reflection"
    assert (launch.context_id, launch.context_title) == ("2", "Acceptance Course 101")
    assert (launch.resource_link_id, launch.resource_link_title) == ("12", "A short reflection")
    assert launch.course_roles == {CourseRole.STUDENT}
    assert launch.name == "Sam Öztürk"
    assert launch.email is None


def test_the_repr_of_a_launch_shows_no_name(platform):
    assert "Öztürk" not in repr(platform.launch())


# --- once ---------------------------------------------------------------------------------------


def test_a_launch_is_used_once(platform_on_both):
    platform = platform_on_both
    launch = platform.launch()
    with platform.db.begin() as session:
        consume_login(session, launch, now=platform.now)

    with platform.db.begin() as session, pytest.raises(LaunchRejectedError) as refused:
        consume_login(session, launch, now=platform.now)

    assert refused.value.code == "launch.already-used"


def test_a_used_launch_posted_again_is_refused_before_it_is_verified(platform):
    login = platform.login()
    token = platform.token(login)
    with platform.db.begin() as session:
        consume_login(session, platform.post(login, token), now=platform.now)

    assert code_of(platform, login, token) == "launch.already-used"


def test_another_token_can_not_use_the_same_login_again(platform):
    login = platform.login()
    with platform.db.begin() as session:
        consume_login(session, platform.post(login), now=platform.now)

    assert code_of(platform, login, platform.token(login, {"sub": "5"})) == "launch.already-used"


def test_a_launch_that_was_rolled_back_can_be_used_again(platform):
    launch = platform.launch()
    with pytest.raises(RuntimeError), platform.db.begin() as session:
        consume_login(session, launch, now=platform.now)
        raise RuntimeError("the visit could not be opened")

    with platform.db.begin() as session:
        consume_login(session, launch, now=platform.now)


def test_of_two_posts_at_once_one_gets_through(platform_on_both):
    platform = platform_on_both
    login = platform.login()
    token, both_read, outcomes = platform.token(login), Barrier(2), []

    def post_and_use() -> None:
        launch = platform.post(login, token)
        both_read.wait(timeout=10)
        outcomes.append(use(platform, launch))

    threads = [Thread(target=post_and_use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["launch.already-used", "used"]


def use(platform: APlatform, launch: Launch) -> str:
    try:
        with platform.db.begin() as session:
            consume_login(session, launch, now=platform.now)
    except LaunchRejectedError as error:
        return error.code
    return "used"


# --- this login, this browser, this registration --------------------------------------------------


def test_a_launch_in_another_browser_is_refused(platform):
    login = platform.login()

    assert code_of(platform, login, browser_secret="somebody-else") == "launch.another-browser"


def test_a_browser_that_kept_no_cookie_is_told_to_open_a_new_window(platform):
    login = platform.login()

    with pytest.raises(LaunchRejectedError) as refused:
        platform.post(login, browser_secret=None)

    assert refused.value.code == "launch.browser-unproven"
    assert "new window" in str(refused.value.remedy)


def test_the_browser_is_asked_for_the_secret_of_this_state(platform):
    first, second = platform.login(), platform.login()

    assert code_of(platform, first, browser_secret=second.browser_secret) == (
        "launch.another-browser"
    )


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"state": ""}, "launch.state-missing"),
        ({"state": "never-given"}, "launch.state-unknown"),
        ({"state": "\ud800"}, "launch.state-unknown"),
        ({"id_token": ""}, "launch.token-missing"),
    ],
)
def test_a_post_without_its_login_is_refused(platform, form, code):
    assert code_of(platform, platform.login(), **form) == code


def test_a_launch_that_comes_after_ten_minutes_is_refused(platform):
    login = platform.login()

    too_late = later(platform.now, minutes=10)

    assert code_of(platform, login, now=too_late) == "launch.login-expired"


def test_a_login_at_one_registration_is_unknown_at_another(platform, sqlite_db, now):
    other = APlatform(sqlite_db, now, number=2)
    login = platform.login()

    assert code_of(other, login, platform.token(login)) == "launch.state-unknown"


def test_a_token_of_another_registration_is_refused(platform, sqlite_db, now):
    other = APlatform(sqlite_db, now, number=2)
    login = platform.login()

    assert code_of(platform, login, other.token(login)) == "launch.platform-wrong"


# --- the platform says no -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("login_required", "launch.login-required"),
        ("launch_no_longer_valid", "launch.no-longer-valid"),
        ("unauthorized_client", "launch.client-refused"),
        ("<script>", "launch.platform-refused"),
    ],
)
def test_an_error_from_the_platform_is_put_in_plain_words(platform, error, code):
    with pytest.raises(LaunchRejectedError) as refused:
        platform.post(platform.login(), error=error, error_description="<b>secret</b>")

    assert refused.value.code == code
    assert "secret" not in f"{refused.value} {refused.value.remedy}"


def test_keys_that_can_not_be_fetched_are_said_to_be_our_trouble_not_the_students(platform):
    platform.page.answer = unreachable()

    with pytest.raises(LaunchRejectedError) as refused:
        platform.launch()

    assert refused.value.code == "launch.platform-keys-unreachable"
    assert refused.value.http_status == 503


# --- what a launch says ---------------------------------------------------------------------------


def test_a_new_deployment_is_unknown_and_a_recorded_one_has_its_state(platform):
    assert platform.launch().deployment_state is DeploymentState.UNKNOWN

    with platform.db.begin() as session:
        session.add(
            Deployment(
                institution_id=platform.registration.institution_id,
                registration_id=platform.registration.id,
                deployment_id="1",
                state="active",
                seen_at=platform.now,
            )
        )

    assert platform.launch().deployment_state is DeploymentState.ACTIVE


@pytest.mark.parametrize(
    ("changes", "activity"),
    [
        ({f"{LTI}custom": {"activity": "p/from-custom"}}, "p/from-custom"),
        ({f"{LTI}custom": {"activity": "$Activity"}}, "taster/reflection"),
        ({f"{LTI}custom": {"activity": ""}}, "taster/reflection"),
        ({f"{LTI}custom": {"activity": 7}}, "taster/reflection"),
        ({f"{LTI}custom": {"activity": "../secret"}}, "taster/reflection"),
        ({f"{LTI}custom": None}, "taster/reflection"),
        ({f"{LTI}target_link_uri": "https://tool.example.org/go?activity=p/a"}, "p/a"),
        ({f"{LTI}target_link_uri": "https://tool.example.org/go?activity=p%2Fa"}, "p/a"),
        ({f"{LTI}target_link_uri": "https://tool.example.org/activities/p/a/b"}, None),
        ({f"{LTI}target_link_uri": "https://tool.example.org/activities/P/A"}, None),
        ({f"{LTI}target_link_uri": "https://tool.example.org"}, None),
    ],
)
def test_the_activity_comes_from_the_custom_parameter_or_the_target(platform, changes, activity):
    assert platform.launch(changes).activity == activity


def test_the_activity_is_found_below_a_base_address_with_a_path(sqlite_db, now):
    platform = APlatform(sqlite_db, now, base_url="https://tool.example.org/testamur")

    assert platform.launch().activity == "taster/reflection"


def test_what_the_lms_left_empty_or_did_not_fill_in_is_absent(platform):
    launch = platform.launch(
        {
            "name": "$Person.name.full",
            "given_name": "",
            "family_name": "",
            "email": "$Person.email.primary",
            "locale": "$Message.locale",
            f"{LTI}context": {"id": "", "title": ""},
            AGS: {"lineitem": "", "lineitems": "$LineItems.url", "scope": [SCORES]},
            f"{LTI}launch_presentation": {"return_url": "$Message.returnUrl"},
        }
    )

    absent = (
        *(launch.name, launch.email, launch.locale, launch.context_id, launch.context_title),
        *(launch.line_item_url, launch.line_items_url, launch.memberships_url, launch.return_url),
        *(launch.product_family, launch.for_user),
    )
    assert absent == (None,) * 11


def test_a_name_is_put_together_when_the_whole_one_is_missing(platform):
    launch = platform.launch({"name": "", "given_name": "Sam", "family_name": "Öztürk"})

    assert launch.name == "Sam Öztürk"


def test_services_and_presentation_are_read(platform):
    launch = platform.launch(
        {
            "email": "sam@example.edu",
            AGS: {"lineitem": f"{LMS}/li?t=1", "lineitems": f"{LMS}/lis", "scope": [SCORES]},
            NRPS: {"context_memberships_url": "https://roster.example.edu:8443/m"},
            f"{LTI}launch_presentation": {"locale": "de-CH", "return_url": "https://school.edu/r"},
            f"{LTI}tool_platform": {"product_family_code": "moodle"},
        }
    )

    assert (launch.email, launch.locale) == ("sam@example.edu", "de-CH")
    assert launch.line_item_url == f"{LMS}/li?t=1"
    assert launch.line_items_url == f"{LMS}/lis"
    assert launch.memberships_url == "https://roster.example.edu:8443/m"
    assert launch.return_url == "https://school.edu/r"
    assert launch.product_family == "moodle"
    assert set(launch.platform_origins) == {
        LMS,
        "https://school.edu",
        "https://roster.example.edu:8443",
    }


def test_a_line_item_without_the_score_scope_is_as_good_as_none(platform):
    launch = platform.launch({AGS: {"lineitem": f"{LMS}/li", "scope": [f"{SCORES}.other"]}})

    assert launch.line_item_url is None


def test_a_service_named_by_http_is_called_by_https_where_the_host_has_it(platform):
    launch = platform.launch(
        {AGS: {"lineitem": "http://LMS1.example.edu/li", "lineitems": "http://other.edu/lis"}}
    )

    assert launch.line_item_url == "https://LMS1.example.edu/li"
    assert launch.line_items_url == "http://other.edu/lis"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://x.edu/", "https://x.edu; script-src *", 7, "//x.edu"]
)
def test_an_address_that_is_none_is_absent_and_frames_nothing(platform, address):
    launch = platform.launch({f"{LTI}launch_presentation": {"return_url": address}})

    assert launch.return_url is None
    assert launch.platform_origins == (LMS,)


def test_a_submission_review_names_the_student_it_is_about(platform):
    launch = platform.launch(
        {
            f"{LTI}message_type": "LtiSubmissionReviewRequest",
            f"{LTI}for_user": {"user_id": "9"},
            f"{LTI}roles": [f"{MEMBERSHIP}#Instructor"],
            AGS: {"lineitem": f"{LMS}/li", "scope": [SCORES]},
        }
    )

    assert launch.for_user == "9"
    assert launch.message_type == "LtiSubmissionReviewRequest"


def test_ids_that_are_row_numbers_are_read_as_their_digits(platform):
    launch = platform.launch(
        {
            f"{LTI}deployment_id": 1,
            f"{LTI}context": {"id": 2, "title": "Psychologie für Übermütige"},
            f"{LTI}resource_link": {"id": 3, "title": None},
            f"{LTI}for_user": {"user_id": 9},
        }
    )

    assert (launch.deployment_id, launch.context_id) == ("1", "2")
    assert (launch.resource_link_id, launch.for_user) == ("3", "9")
    assert launch.context_title == "Psychologie für Übermütige"


@pytest.mark.parametrize("flag", [True, 1.5, ["2"]])
def test_an_id_that_is_neither_text_nor_whole_number_is_refused(platform, flag):
    assert platform.refusal({f"{LTI}context": {"id": flag}}) == "launch.name-unusable"


def test_parts_that_are_null_are_as_good_as_absent(platform):
    nothing = dict.fromkeys(
        [
            f"{LTI}context",
            f"{LTI}custom",
            f"{LTI}for_user",
            f"{LTI}launch_presentation",
            f"{LTI}lis",
            f"{LTI}lti1p1",
            f"{LTI}tool_platform",
            AGS,
            NRPS,
            "name",
            "email",
            "locale",
        ]
    )

    launch = platform.launch(nothing)

    assert (launch.context_id, launch.name, launch.email, launch.locale) == (None,) * 4
    assert (launch.line_item_url, launch.memberships_url, launch.service_scopes) == (None,) * 3


def test_a_line_item_may_come_without_the_list_it_is_in_and_without_scopes(platform):
    launch = platform.launch({AGS: {"lineitem": f"{LMS}/li/1?type_id=7"}})

    assert launch.line_item_url == f"{LMS}/li/1?type_id=7"
    assert (launch.line_items_url, launch.service_scopes) == (None, None)


def test_a_deep_linking_launch_needs_no_resource_link(platform):
    launch = platform.launch(
        {
            f"{LTI}message_type": "LtiDeepLinkingRequest",
            f"{LTI}resource_link": REMOVED,
            "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": {
                "deep_link_return_url": f"{LMS}/return",
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe"],
            },
        }
    )

    assert launch.resource_link_id is None


def code_of(platform: APlatform, login, token=None, **post) -> str:
    with pytest.raises(LaunchRejectedError) as refused:
        platform.post(login, token, **post)
    return refused.value.code
