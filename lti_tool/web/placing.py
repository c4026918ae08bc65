"""Choose activities from inside a course's editor and hand the choice back to the LMS."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.errors import InvalidInputError
from lti_tool.lti.deep_linking import ActivityLink
from lti_tool.sentence import Sentence, say, say_many
from lti_tool.usecases.lms import placing
from lti_tool.usecases.lms.placing import Signing
from lti_tool.web.headers import allow_posting_to
from lti_tool.web.translating import translate
from lti_tool.web.visits import signed_in, visit_pages, wiring

pages = visit_pages("placing")

_GIVEN_UP = say("placing.given-up", "Nothing was chosen, so nothing was added.")


@pages.get("/place")
def choose() -> ResponseReturnValue:
    """Everything that can be placed, by programme and module."""
    return _page(frozenset())


@pages.post("/place")
def place() -> ResponseReturnValue:
    """Hand the choice, or that there is none, back to the LMS by a form of the browser's."""
    if request.form.get("do") == "give-up":
        return _hand_back((), _GIVEN_UP)
    names = frozenset(request.form.getlist("activity"))
    columns_for_all = "columns" in request.form
    try:
        with wiring().db.begin() as session:
            offered = placing.offer(session, signed_in())
        links = placing.chosen(offered, names, columns_for_all=columns_for_all)
    except InvalidInputError as problem:
        return _page(names, problem=problem.sentence), problem.http_status
    return _hand_back(links, _placed(len(links)))


def _page(names: frozenset[str], *, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        offered = placing.offer(session, signed_in())
    return render_template(
        "placing/choose.html",
        programmes=offered.programmes,
        placing=offered.placing,
        names=names,
        columns_for_all="columns" in request.form,
        problem=problem,
    )


def _hand_back(links: tuple[ActivityLink, ...], message: Sentence) -> str:
    wired = wiring()
    signing = Signing(
        base_url=wired.settings.base_url,
        master=wired.master,
        nonce=wired.new_secret(),
        now=wired.now(),
    )
    with wired.db.begin() as session:
        answer = placing.answer(
            session, signed_in(), links, message=translate(message), signing=signing
        )
    allow_posting_to(answer.url)
    return render_template("placing/hand_back.html", answer=answer, count=len(links))


def _placed(count: int) -> Sentence:
    return say_many(
        "placing.placed",
        "One activity was chosen.",
        "%(count)s activities were chosen.",
        count=count,
    )
