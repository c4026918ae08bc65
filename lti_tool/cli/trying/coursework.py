"""The walkthrough's student and instructor: read, agree, write, mark, release."""

from lti_tool.cli.trying.browser import Browser, expect
from lti_tool.cli.trying.site import Site
from lti_tool.cli.trying.story import Story, UnexpectedError
from lti_tool.practice_lms.visitor import Page
from lti_tool.programme.definition import Activity, Programme
from lti_tool.programme.kinds.page import Page as ReadingPage
from lti_tool.programme.kinds.reflection import Reflection
from lti_tool.sentence import say
from rubrics.rubric import Rubric

INSTRUCTOR, STUDENT = "3", "4"

REACHED = "established"
TEXT = (
    "In my second week on the ward I noticed that I had stopped eating lunch. A team I admired was "
    "short of people, and I wanted to be somebody who does not need a break. One afternoon I read "
    "the same line of a chart three times and could not have said what it meant. A nurse asked me, "
    "kindly, when I had last sat down, and I heard myself answer sharply.\n\n"
    "What stirred in me first was shame, then something like relief that somebody had seen it. I "
    "had taken tiredness for a lack of commitment. Now I think that I was protecting a picture of "
    "myself, and that the patient in front of me paid for it with my attention.\n\n"
    "From Monday I will take my break at a fixed time and tell the resident when I go. After two "
    "weeks I will ask the same nurse whether she notices a difference. If I skip it three times, I "
    "will talk to the tutor about my timetable."
)
COMMENT = (
    "You look closely at one moment and at your own part in it. Your next step has a date and "
    "somebody who will tell you honestly whether it helped. Keep asking what the tiredness says."
)


def study(browser: Browser, site: Site, programme: Programme, story: Story) -> Page:
    """Do every activity of the programme as the student; returns the last page."""
    page = None
    for activity in programme.activities:
        if isinstance(activity, ReadingPage):
            page = _read(browser, site, activity, story)
        else:
            page = _write(browser, site, activity, story)
    if page is None:
        raise ValueError("a programme has activities")
    return page


def mark_and_release(browser: Browser, site: Site, programme: Programme, story: Story) -> None:
    """Mark what was handed in as the course's instructor, and release it."""
    reflection = next(one for one in programme.activities if isinstance(one, Reflection))
    with story.step(
        say(
            "walkthrough.instructor-opens",
            "Ines Halvorsen, instructor, opens the activity from her course and finds one piece "
            "of work to mark, under a code.",
        )
    ):
        course_page = browser.launch(launch_url(site, INSTRUCTOR, reflection))
        queue = browser.follow(course_page, "/marking")
        sheet = browser.follow(queue, "/marking/[0-9a-f-]{36}")
    with story.step(
        say("walkthrough.marks", "She marks it on the rubric, writes a comment and finishes.")
    ):
        marks = _marks(programme.rubric(reflection.rubric))
        expect(browser.send(sheet, values=marks, button="finish"), "notice=finished")
    with story.step(
        say(
            "walkthrough.releases",
            "She releases the result. From here on nobody clicks: the requirement is met, the "
            "certificate is decided and the grades are queued, all in one transaction.",
        )
    ):
        ready = browser.follow(queue, "/release")
        expect(browser.send(ready, button="all"), "notice=released")


def launch_url(site: Site, person: str, activity: Activity) -> str:
    """The address in the LMS at which this person opens this activity."""
    return f"{site.lms_url}/as/{person}/launch/{site.links[activity.id]}"


def _read(browser: Browser, site: Site, activity: ReadingPage, story: Story) -> Page:
    sentence = (
        say(
            "walkthrough.agrees",
            "Amara Lindqvist, student, opens “%(title)s” from her course and agrees to it.",
            title=activity.title,
        )
        if activity.done_when == "agreed"
        else say(
            "walkthrough.reads",
            "Amara Lindqvist, student, opens “%(title)s” from her course and marks it as done.",
            title=activity.title,
        )
    )
    with story.step(sentence):
        page = browser.send(browser.launch(launch_url(site, STUDENT, activity)), "/done")
        expect(page, "notice=")
    return page


def _write(browser: Browser, site: Site, activity: Activity, story: Story) -> Page:
    with story.step(
        say(
            "walkthrough.writes",
            "She opens “%(title)s” and writes; the draft is saved while she writes.",
            title=activity.title,
        )
    ):
        box = browser.launch(launch_url(site, STUDENT, activity))
        browser.save_draft(box, TEXT)
        box = browser.open(box.url)
        _expect_draft(box)
    with story.step(say("walkthrough.hands-in", "She hands it in.")):
        page = browser.send(box, "/submit")
        expect(page, "/receipt")
    return page


def _expect_draft(box: Page) -> None:
    kept = dict(box.form("/draft").fields).get("text", "")
    if kept.replace("\r\n", "\n") != TEXT:
        raise UnexpectedError(
            say("walkthrough.draft-lost", "The page does not show the draft that was saved.")
        )


def _marks(rubric: Rubric) -> dict[str, str]:
    """The level that is asked for in every criterion, and a comment where words are wanted."""
    return {
        f"comment-{one.id}" if one.feedback_only else f"level-{one.id}": COMMENT
        if one.feedback_only
        else REACHED
        for one in rubric.criteria
    }
