"""Student: write, save, submit, read feedback."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError, StaleVersionError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import release, submissions
from lti_tool.usecases.activities import reflection
from lti_tool.usecases.activities.reflection import WritingView
from lti_tool.usecases.submissions import Saved
from lti_tool.web.visits import HEADER, signed_in, visit_pages, wiring

pages = visit_pages("submissions")

NOTICES = {"saved": say("submissions.saved", "Your draft is saved. Only you can read it.")}

PAGE = "/programmes/<programme_id>/writing/<activity_id>"


@dataclass(frozen=True)
class Writing:
    """What a form brought: where it belongs, the text, and the version it was begun from."""

    programme_id: str
    activity_id: str
    text: str
    version: int

    def address(self, endpoint: str, *, notice: str | None = None) -> str:
        """The address of a page of this piece of writing."""
        return url_for(
            endpoint, programme_id=self.programme_id, activity_id=self.activity_id, notice=notice
        )


@pages.get(PAGE)
def write(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """The box to write in while it is open; what was handed in, with its feedback."""
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        view = reflection.read(session, actor, programme_id, activity_id, master=wired.master)
        given = release.feedback(session, actor, view, master=wired.master)
    return render_template(
        "submissions/write.html",
        view=view,
        text=view.draft,
        version=view.version,
        feedback={one.submission_id: one for one in given},
        notice=NOTICES.get(request.args.get("notice", "")),
    )


@pages.post(f"{PAGE}/draft")
def save_draft(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """Save from a script, which gets the new version, or from the button."""
    writing = _typed(programme_id, activity_id)
    if HEADER in request.headers:
        return jsonify(version=_save(writing).version)

    def saved() -> ResponseReturnValue:
        _save(writing)
        return redirect(writing.address(".write", notice="saved"), 303)

    return _keeping_text(writing, saved)


@pages.post(f"{PAGE}/submit")
def submit(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """Save, then hand in what was saved: whatever is refused, the text is kept."""
    writing = _typed(programme_id, activity_id)

    def handed_in() -> ResponseReturnValue:
        version = _save(writing).version
        wired = wiring()
        with wired.db.begin() as session:
            reflection.hand_in(
                session,
                signed_in().actor,
                programme_id,
                activity_id,
                version_read=version,
                now=wired.now(),
                master=wired.master,
            )
        return redirect(writing.address(".receipt"), 303)

    return _keeping_text(writing, handed_in)


@pages.get(f"{PAGE}/receipt")
def receipt(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """What was handed in last, when, and under which code markers see it."""
    view = _read(programme_id, activity_id)
    if not view.rounds:
        return redirect(url_for(".write", programme_id=programme_id, activity_id=activity_id), 303)
    return render_template("submissions/receipt.html", view=view, round=view.rounds[-1])


def _typed(programme_id: str, activity_id: str) -> Writing:
    # Browsers send line ends as CR LF; texts are kept, and compared, with LF.
    text = request.form.get("text", "").replace("\r\n", "\n")
    version = request.form.get("version", 0, type=int)
    return Writing(programme_id, activity_id, text, version)


def _save(writing: Writing) -> Saved:
    wired = wiring()
    with wired.db.begin() as session:
        return submissions.save_draft(
            session,
            signed_in().actor,
            writing.programme_id,
            writing.activity_id,
            text=writing.text,
            version_read=writing.version,
            now=wired.now(),
            master=wired.master,
        )


def _keeping_text(
    writing: Writing, attempt: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Try to save or hand in; if it can't be done, the answer holds what was typed."""
    try:
        return attempt()
    except StaleVersionError as newer:
        return _both_versions(writing, newer), newer.http_status
    except ConflictError as closed:
        return _handed_in_already(writing, closed)
    except InvalidInputError as fault:
        return _look_again(writing, fault.sentence), fault.http_status


def _both_versions(writing: Writing, newer: StaleVersionError) -> str:
    view = _read(writing.programme_id, writing.activity_id)
    return render_template("submissions/conflict.html", view=view, typed=writing.text, newer=newer)


def _handed_in_already(writing: Writing, closed: ConflictError) -> ResponseReturnValue:
    view = _read(writing.programme_id, writing.activity_id)
    if view.rounds[-1].text == writing.text:
        # A button pressed twice: the first press did it.
        return redirect(writing.address(".receipt"), 303)
    page = render_template(
        "submissions/closed.html", view=view, typed=writing.text, sentence=closed.sentence
    )
    return page, closed.http_status


def _look_again(writing: Writing, fault: Sentence) -> str:
    view = _read(writing.programme_id, writing.activity_id)
    is_saved = view.draft == writing.text
    return render_template(
        "submissions/write.html",
        view=view,
        text=writing.text,
        version=view.version if is_saved else writing.version,
        feedback={},
        fault=fault,
    )


def _read(programme_id: str, activity_id: str) -> WritingView:
    wired = wiring()
    with wired.db.begin() as session:
        return reflection.read(
            session, signed_in().actor, programme_id, activity_id, master=wired.master
        )
