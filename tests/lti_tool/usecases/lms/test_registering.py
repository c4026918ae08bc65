"""An LMS registers us: what is kept, what uses the invitation up, what stays when it is anew."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from lti_tool.errors import ConflictError, InvalidInputError, NotAllowedError, PlatformError
from lti_tool.lti.registering.tool import SERVICES, TOOL
from lti_tool.store.tables.platforms import Course, Deployment, Invitation, Registration
from lti_tool.usecases.lms import deployments, invitations, platforms, registering
from lti_tool.usecases.lms.registering import Begun
from tests.support.registrar import a_registrar
from tests.support.wired import BASE_URL
from tests.support.world import at_once


@pytest.fixture
def moodle():
    """A Moodle on loopback."""
    with a_registrar() as running:
        yield running


@pytest.fixture
def canvas():
    """A Canvas on loopback, of those that name no deployment."""
    with a_registrar("canvas") as running:
        yield running


def invited(world, **options):
    return world.do(invitations.invite, world.institution_id, **options)


def begun_with(invitation, lms, token=None):
    return Begun(invitation.secret, lms.configuration_url, token or lms.token())


def register(world, begun):
    return registering.register(
        world.wired.db, world.wired.platform_http, begun, base_url=BASE_URL, now=world.clock()
    )


def propose(world, begun):
    return registering.propose(world.wired.db, world.wired.platform_http, begun, now=world.clock())


def row_of(world, registration_id):
    (row,) = (row for row in world.rows(Registration) if row.id == registration_id)
    return row


def is_open(world):
    (row,) = world.rows(Invitation)
    return row.used_at is None


def test_looking_names_the_lms_and_changes_nothing(world, canvas):
    proposal = propose(world, begun_with(invited(world), canvas))

    assert proposal.configuration.account_name == "Example College"
    assert proposal.institution_id == world.institution_id
    assert proposal.renews is None
    assert is_open(world)
    assert not canvas.registered


def test_moodle_registers_us_with_its_deployment_let_in(world, moodle):
    invitation = invited(world)

    registered = register(world, begun_with(invitation, moodle))

    row = row_of(world, invitation.registration_id)
    assert (row.platform_issuer, row.client_id) == (moodle.url, "tool-1")
    assert (row.auth_url, row.token_url) == (f"{moodle.url}/auth", f"{moodle.url}/token")
    assert (row.jwks_url, row.product_family) == (f"{moodle.url}/jwks", "moodle")
    assert row.scopes == list(SERVICES)
    assert [(one.id, one.state) for one in registered.deployments] == [("1", "active")]
    assert not is_open(world)


def test_what_is_sent_names_the_addresses_of_the_registration_that_will_be(world, moodle):
    invitation = invited(world)

    register(world, begun_with(invitation, moodle))

    sent = moodle.registered["tool-1"]
    launch_url = f"{BASE_URL}/lti/{invitation.registration_id}/launch"
    assert sent["redirect_uris"] == [launch_url]
    assert sent[TOOL]["target_link_uri"] == launch_url


def test_canvas_registers_us_and_its_deployments_will_show_themselves(world, canvas):
    registered = register(world, begun_with(invited(world), canvas))

    assert registered.deployments == ()
    assert (registered.name, registered.product_family) == ("Example College", "canvas")


def test_a_used_invitation_registers_nothing_more(world, moodle):
    invitation = invited(world)
    register(world, begun_with(invitation, moodle))

    for act in (propose, register):
        with pytest.raises(NotAllowedError):
            act(world, begun_with(invitation, moodle, moodle.token(2)))

    assert set(moodle.registered) == {"tool-1"}


def test_of_two_at_once_one_registers_and_the_lms_hears_of_one(world, moodle):
    invitation = invited(world)
    acts = [
        lambda number=number: register(world, begun_with(invitation, moodle, moodle.token(number)))
        for number in (1, 2)
    ]

    results = at_once(*acts)

    assert sorted(isinstance(one, NotAllowedError) for one in results) == [False, True]
    assert moodle.asked == 1


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ((401, "token_already_used"), "registration.token-spent"),
        ((404, "<html>Error | Moodle</html>"), "registration.page-instead"),
        ((503, "busy"), "registration.not-now"),
        ((200, "{}"), "registration.no-client-id"),
    ],
)
def test_a_refusal_leaves_the_invitation_open(world, moodle, refusal, code):
    moodle.refusal = refusal
    begun = begun_with(invited(world), moodle)

    with pytest.raises(PlatformError) as refused:
        register(world, begun)

    assert refused.value.code == code
    assert is_open(world)
    moodle.refusal = None
    register(world, begun)
    assert not is_open(world)


def test_an_lms_that_is_not_there_leaves_the_invitation_open(world, moodle):
    nowhere = "http://127.0.0.1:9/openid-configuration"
    begun = replace(begun_with(invited(world), moodle), configuration_url=nowhere)

    with pytest.raises(PlatformError) as refused:
        register(world, begun)

    assert refused.value.code == "registration.unreachable"
    assert is_open(world)


@pytest.mark.parametrize(
    "endpoint",
    ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"],
)
def test_an_lms_may_not_lead_to_plain_http_that_nobody_allowed(world, moodle, endpoint):
    moodle.configuration = {endpoint: "http://lms.example.edu/plain"}
    begun = begun_with(invited(world), moodle)

    with pytest.raises(PlatformError) as refused:
        propose(world, begun)

    assert refused.value.code == "platform.address-plain"


def test_an_answer_without_end_is_not_read(world, moodle):
    moodle.refusal = (200, "x" * 70_000)
    begun = begun_with(invited(world), moodle)

    with pytest.raises(PlatformError) as refused:
        register(world, begun)

    assert refused.value.code == "platform.answer-too-large"
    assert is_open(world)


def test_a_configuration_that_is_not_there_is_said(world, moodle):
    elsewhere = f"{moodle.url}/openid-configuration"
    begun = replace(begun_with(invited(world), moodle), configuration_url=elsewhere)

    with pytest.raises(PlatformError) as refused:
        propose(world, begun)

    assert refused.value.code == "registration.no-configuration"


def test_a_page_in_place_of_a_configuration_is_said(world, moodle):
    begun = replace(
        begun_with(invited(world), moodle), configuration_url=f"{moodle.url}/signed-out"
    )

    with pytest.raises(PlatformError) as refused:
        propose(world, begun)

    assert refused.value.code == "registration.configuration-unreadable"


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "https://user:word@lms.example.edu/", "//lms.example.edu/"]
)
def test_what_is_no_address_is_called_by_nobody(world, moodle, url):
    begun = replace(begun_with(invited(world), moodle), configuration_url=url)

    with pytest.raises(PlatformError) as refused:
        propose(world, begun)

    assert refused.value.code == "platform.address-refused"


@pytest.mark.parametrize("token", ["", "a-token-that-is-no-jwt"])
def test_it_is_for_the_lms_to_say_what_is_a_token(world, moodle, token):
    moodle.refusal = (401, "missing_registration_token")
    begun = replace(begun_with(invited(world), moodle), token=token)

    with pytest.raises(PlatformError) as refused:
        register(world, begun)

    assert refused.value.code == "registration.token-spent"


def test_a_private_address_is_said_in_the_words_of_the_guard(world, moodle):
    inside = "https://10.0.0.1/openid-configuration"
    begun = replace(begun_with(invited(world), moodle), configuration_url=inside)

    with pytest.raises(PlatformError) as refused:
        propose(world, begun)

    assert refused.value.code == "platform.address-private"


@pytest.mark.parametrize("token", ["two words", "new\nline", "ключ"])
def test_a_token_that_is_none_is_sent_to_nobody(world, moodle, token):
    with pytest.raises(InvalidInputError):
        register(world, begun_with(invited(world), moodle, token))

    assert moodle.asked == 0


def test_an_lms_registered_anew_keeps_its_courses_and_its_name(world, moodle):
    first = invited(world)
    registered = register(world, begun_with(first, moodle))
    with world.wired.db.begin() as session:
        session.add(
            Course(
                institution_id=world.institution_id,
                id=first.registration_id,
                registration_id=registered.id,
                deployment_id="1",
                context_id="7",
                seen_at=world.clock(),
            )
        )
        session.execute(
            update(Registration).where(Registration.id == registered.id).values(name="Our Moodle")
        )
    again = invited(world, for_registration=registered.id)

    assert propose(world, begun_with(again, moodle, moodle.token(2))).renews is not None
    register(world, begun_with(again, moodle, moodle.token(2)))

    row = row_of(world, registered.id)
    assert (row.client_id, row.name) == ("tool-2", "Our Moodle")
    assert registered.id in {course.registration_id for course in world.rows(Course)}
    states = {
        row.deployment_id: row.state
        for row in world.rows(Deployment)
        if row.registration_id == registered.id
    }
    assert states == {"1": "active", "2": "active"}
    assert world.actions()["platform.changed"] == 1


def test_moodles_update_finds_the_tool_it_updates_whichever_address_was_pasted(world, moodle):
    registered = register(world, begun_with(invited(world), moodle))
    begun = begun_with(invited(world), moodle, moodle.update_token("1"))

    proposal = propose(world, begun)
    renewed = register(world, begun)

    assert proposal.renews is not None
    assert proposal.renews.id == renewed.id == registered.id
    login_url = moodle.registered["tool-1"]["initiate_login_uri"]
    assert login_url == f"{BASE_URL}/lti/{registered.id}/login"


def test_an_update_of_a_tool_we_do_not_know_is_a_new_connection(world, moodle):
    moodle.tools["9"] = "tool-9"
    invitation = invited(world)

    registered = register(world, begun_with(invitation, moodle, moodle.update_token("9")))

    assert registered.id == invitation.registration_id


def test_a_client_id_that_is_another_connections_is_not_taken_over(world, moodle):
    register(world, begun_with(invited(world), moodle))
    before = len(world.rows(Registration))
    moodle.spent.clear()

    with pytest.raises(ConflictError):
        register(world, begun_with(invited(world), moodle))

    assert len(world.rows(Registration)) == before


def test_no_lms_gets_our_proof_for_another_ones_token_address(world, canvas):
    # One key proves us to all of them: what is made out to one would let others in there.
    register(world, begun_with(invited(world), canvas))
    invitation = invited(world)

    with a_registrar("canvas") as greedy:
        greedy.configuration = {"authorization_server": f"{canvas.url}/token"}
        with pytest.raises(ConflictError) as refused:
            register(world, begun_with(invitation, greedy, greedy.token(1)))

    assert refused.value.code == "platforms.borrowed"
    assert invitation.registration_id not in {row.id for row in world.rows(Registration)}


def test_an_lms_that_lies_in_wait_for_another_ones_client_id_gets_nothing(world, canvas):
    with a_registrar("canvas") as greedy:
        greedy.configuration = {"authorization_server": canvas.url}
        register(world, begun_with(invited(world), greedy, greedy.token(1)))

    with pytest.raises(ConflictError) as refused:
        register(world, begun_with(invited(world), canvas))

    assert refused.value.code == "platforms.borrowed"


def test_an_lms_may_name_another_host_as_its_authorization_server(world, moodle):
    moodle.configuration = {"authorization_server": "https://api.lms.example/token"}
    register(world, begun_with(invited(world), moodle))

    with a_registrar() as other:
        registered = register(world, begun_with(invited(world), other, other.token(2)))

    assert registered.platform_issuer == other.url


@pytest.mark.parametrize("family", ["moodle", "canvas"])
def test_an_lms_that_gives_us_another_ones_client_id_is_not_connected(world, moodle, family):
    # Moodle looks at no audience (its README, point 35): whoever is shown such a proof gets in.
    register(world, begun_with(invited(world), moodle))
    invitation = invited(world)

    with a_registrar(family) as greedy, pytest.raises(PlatformError) as refused:
        register(world, begun_with(invitation, greedy, greedy.token(1)))

    assert refused.value.code == "registration.same-client"
    assert invitation.registration_id not in {row.id for row in world.rows(Registration)}


def test_two_canvases_may_count_their_clients_alike(world, canvas):
    register(world, begun_with(invited(world), canvas))

    with a_registrar("canvas") as other:
        registered = register(world, begun_with(invited(world), other, other.token(1)))

    assert registered.client_id == "tool-1"


def test_a_connection_is_not_made_anew_with_another_lms(world, moodle):
    # Its people are known by their ids there: another LMS could send anybody in their place.
    registered = register(world, begun_with(invited(world), moodle))
    again = invited(world, for_registration=registered.id)

    with a_registrar() as other:
        for act in (propose, register):
            with pytest.raises(NotAllowedError) as refused:
                act(world, begun_with(again, other, other.token(2)))
            assert refused.value.code == "registration.another-lms"
        assert not other.registered

    assert row_of(world, registered.id).platform_issuer == moodle.url
    register(world, begun_with(again, moodle, moodle.token(2)))


def test_a_shared_issuer_makes_no_two_lmss_the_same(world, canvas):
    hosted = {"issuer": "https://canvas.instructure.com"}
    canvas.configuration = hosted
    registered = register(world, begun_with(invited(world), canvas))
    world.do(deployments.approve, world.institution_id, registered.id, "1:a")

    with a_registrar("canvas") as other:
        other.configuration, other.tools["1:a"] = hosted, "tool-9"
        begun = begun_with(invited(world), other, other.update_token("1:a"))
        with pytest.raises(NotAllowedError) as refused:
            register(world, begun)

    assert refused.value.code == "registration.another-lms"
    assert row_of(world, registered.id).jwks_url == f"{canvas.url}/jwks"


def test_an_lms_nobody_came_from_is_removed_and_others_are_not(world, moodle):
    registered = register(world, begun_with(invited(world), moodle))

    world.do(platforms.remove, world.institution_id, registered.id)

    assert registered.id not in {row.id for row in world.rows(Registration)}
    (used,) = world.rows(Registration)
    with pytest.raises(ConflictError, match="People have come"):
        world.do(platforms.remove, world.institution_id, used.id)
