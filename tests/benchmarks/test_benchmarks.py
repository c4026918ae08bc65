"""The benchmark runs from end to end; how fast anything is, no test says."""

import json

from tests.benchmarks.__main__ import measure
from tests.benchmarks.measures import Measure
from tests.benchmarks.report import as_json, as_table
from tests.benchmarks.sizes import TINY

GROUPS = ("launch,", "worker,", "verify", "build and sign", "issue", "launch over HTTP")


def test_every_group_measures_something(tmp_path, postgresql_server_url):
    measures = list(measure(tmp_path, TINY, postgresql=postgresql_server_url))

    names = [one.name for one in measures]
    assert all(one.ours > 0 for one in measures)
    assert len(names) == len(set(names))
    assert all(any(name.startswith(group) for name in names) for group in GROUPS)


def test_the_result_names_the_peer_and_says_how_we_compare():
    measures = [
        Measure("launch", 30.0, "launches/s", 60.0, "pylti1p3"),
        Measure("web memory", 120.04, "MB"),
    ]

    found = json.loads(as_json(measures, machine="2 CPUs"))

    assert found["launch"] == {
        "ours": 30.0,
        "peer": 60.0,
        "ratio": 0.5,
        "unit": "launches/s",
        "beside": "pylti1p3",
    }
    assert found["web memory"]["peer"] is None
    assert as_table(measures).splitlines() == [
        "measure      ours  peer  ratio  unit        peer is",
        "launch       30.0  60.0  0.50x  launches/s  pylti1p3",
        "web memory  120.0     -      -  MB",
    ]
