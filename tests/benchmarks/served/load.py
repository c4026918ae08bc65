"""Launches over real HTTP by several browsers at once, each on a connection that stays open."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from itertools import islice
from statistics import quantiles
from urllib.parse import urlencode

from tests.benchmarks.platform import Platform, students

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Target:
    """A served tool: where it is, and who launches into it."""

    host: str
    login_path: str
    launch_path: str
    platform: Platform


@dataclass(frozen=True)
class Load:
    """What came of it: how many launches a second, and how long each took, in seconds."""

    per_second: float
    seconds: Sequence[float]

    @property
    def p95(self) -> float:
        """The time in seconds that all but one in twenty launches stayed under."""
        if len(self.seconds) == 1:
            return self.seconds[0]
        return quantiles(self.seconds, n=20, method="inclusive")[-1]


def launch_all(target: Target, *, launches: int, browsers: int) -> Load:
    """So many launches by so many browsers at once; raises AssertionError when one is refused."""
    shares = [launches // browsers + (place < launches % browsers) for place in range(browsers)]
    who = students()
    began = time.perf_counter()
    with ThreadPoolExecutor(browsers) as pool:
        work = [pool.submit(_browse, target, list(islice(who, share))) for share in shares]
        seconds = [taken for done in work for taken in done.result()]
    return Load(launches / (time.perf_counter() - began), seconds)


def _browse(target: Target, who: Sequence[int]) -> list[float]:
    with closing(HTTPConnection(target.host, timeout=TIMEOUT_SECONDS)) as connection:
        return list(_launches(connection, target, who))


def _launches(connection: HTTPConnection, target: Target, who: Sequence[int]) -> Iterator[float]:
    for student in who:
        began = time.perf_counter()
        answer = _post(connection, target.login_path, target.platform.login_fields())
        cookies = [given.split(";")[0] for given in answer.headers.get_all("Set-Cookie", [])]
        login = time.perf_counter() - began
        fields = target.platform.launch_fields(answer.headers["Location"], student)
        began = time.perf_counter()
        _post(connection, target.launch_path, fields, cookies=cookies)
        yield login + time.perf_counter() - began


def _post(
    connection: HTTPConnection,
    path: str,
    fields: dict[str, str],
    *,
    cookies: Sequence[str] = (),
) -> HTTPResponse:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (302, 303), body.decode()
    return answer
