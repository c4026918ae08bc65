"""Kill -9 at each step from a release to the certificate and the grade: each still happens once."""

import time
from contextlib import closing

import pytest

from lti_tool.practice_lms.state.failures import Failure
from lti_tool.queue import queue_beside
from lti_tool.store.tables.awards import Award
from lti_tool.store.tables.marking import OutcomeRow
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.submissions import Submission
from lti_tool.store.upgrading import upgrade
from tests.faults.conftest import Site, a_site
from tests.support.killed import start

WORKER_POINTS = {
    "before the claim": "lti_tool.outbox:claim:before",
    "after the claim": "lti_tool.outbox:claim:after",
    "before reserving": "lti_tool.usecases.issuing:_reserve:before",
    "reserved, not committed": "lti_tool.usecases.issuing:_reserve:after",
    "reserved, before signing": "lti_tool.usecases.issuing:_sign:before",
    "signed, not recorded": "lti_tool.usecases.issuing:_sign:after",
    "recorded, not committed": "lti_tool.usecases.issuing:_record:after",
    "recorded and committed": "lti_tool.worker:issue_award:after",
    "before the score is posted": "lti_tool.lti.grades:post_score:before",
    "posted, not noted": "lti_tool.lti.grades:post_score:after",
    "noted, not committed": "lti_tool.usecases.audit:record:after",
}


@pytest.mark.parametrize("point", WORKER_POINTS.values(), ids=WORKER_POINTS.keys())
def test_a_worker_killed_anywhere_leaves_one_certificate_and_one_grade(site, point):
    site.release(site.world.finished_writing())
    site.run("sweep", dies=point)
    before = site.credential()
    site.run("drain")
    after = site.assert_all_happened_once()
    if before is not None:
        assert after.credential_id == before.credential_id
        assert after.unsigned == before.unsigned
        assert after.signed == (before.signed or after.signed)


def test_a_worker_killed_again_and_again_still_comes_to_the_end(site):
    site.release(site.world.finished_writing())
    for point in WORKER_POINTS.values():
        site.processes.run(site.job("sweep", dies=point))
        time.sleep(0.2)
    site.run("drain")
    site.assert_all_happened_once()


def test_a_release_killed_before_its_commit_leaves_nothing_and_can_be_done_again(site):
    submission_id = site.world.finished_writing()
    site.release(submission_id, dies="lti_tool.usecases.release:_follow_up:after")
    assert [row.state for row in site.world.rows(Submission)] == ["submitted"]
    for table in (OutcomeRow, Award, OutboxMessage):
        assert site.world.rows(table) == []
    assert site.world.actions()["result.released"] == 0
    site.release(submission_id)
    site.run("drain")
    site.assert_all_happened_once()


def test_a_release_killed_before_it_could_wake_a_worker_is_found_by_the_sweep(site):
    site.release(site.world.finished_writing(), dies="lti_tool.queue:Queue.wake:before")
    site.run("drain")
    site.assert_all_happened_once()


def test_a_score_whose_answer_got_lost_is_posted_again_and_counts_once(site):
    site.platform.practice.failures.ask("score", Failure(status=502, after_storing=True))
    site.release(site.world.finished_writing())
    site.run("drain")
    site.assert_all_happened_once()
    assert [grade.refused for grade in site.grades()] == [1]


def test_a_worker_outlives_a_killed_database(durable_postgresql, tmp_path, processes):
    url = durable_postgresql.url()
    upgrade(url)
    with a_site(url, tmp_path, processes) as site:
        submission_id = site.world.finished_writing()
        site.platform.practice.failures.ask("score", Failure(status=None, delay=1.5))
        worker = start(site.job("work"))
        try:
            site.release(submission_id)
            _wait_until(lambda: site.grades()[0].posts == 1)
            durable_postgresql.kill()
            time.sleep(2)
            durable_postgresql.start()
            _wake_until_done(site)
            assert worker.poll() is None
        finally:
            worker.terminate()
            assert worker.wait(timeout=10) == 0
        site.assert_all_happened_once()


def _wake_until_done(site: Site) -> None:
    """Stand in for the sweep of the next minute, which would do the same."""

    def is_done() -> bool:
        left = [row.id for row in site.world.rows(OutboxMessage) if row.done_at is None]
        queue.wake(left)
        return not left

    with closing(queue_beside(site.world.wired.settings.database_url, queue_file=None)) as queue:
        _wait_until(is_done)


def _wait_until(is_so, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
