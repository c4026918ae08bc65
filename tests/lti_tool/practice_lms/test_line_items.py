"""Line items are listed, filtered, paged, read and made."""

import pytest

from tests.lti_tool.practice_lms.service_calls import (
    CONTAINER_MEDIA,
    ITEM_MEDIA,
    LINE_ITEM,
    LINE_ITEMS,
    fetch,
    post_score,
    token_for,
)
from tests.support.practice import REFLECTION, STUDENT

NEW = {"label": "Extra", "scoreMaximum": 10, "resourceId": "extra", "tag": "more"}


def _make(platform, media=ITEM_MEDIA, **changes):
    return platform.answer(
        "POST",
        LINE_ITEMS,
        json=NEW | changes,
        content_type=media,
        headers=token_for(platform),
    )


def test_each_graded_link_has_a_line_item_from_the_start(platform):
    items = fetch(platform, LINE_ITEMS, CONTAINER_MEDIA).json
    assert items == [
        {
            "id": "http://127.0.0.1:8001/services/2/lineitems/1/lineitem?type_id=1",
            "label": "A short reflection",
            "scoreMaximum": 1.0,
            "resourceId": "",
            "tag": "",
            "resourceLinkId": REFLECTION,
        }
    ]
    assert fetch(platform, LINE_ITEM, ITEM_MEDIA).json == items[0]


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_the_list_is_given_in_its_own_media_type_only(platform, accept):
    assert fetch(platform, LINE_ITEMS, accept).status_code == 400


def test_a_line_item_is_made_and_takes_scores(platform):
    made = _make(platform)
    assert made.status_code == 201
    assert made.json["id"].endswith("/lineitems/2/lineitem?type_id=1")
    assert "resourceLinkId" not in made.json
    scores = "/services/2/lineitems/2/lineitem/scores?type_id=1"
    assert post_score(platform, url=scores).status_code == 200
    book = platform.answer("GET", "/gradebook.json").json
    assert book["line-item-2"][STUDENT]["score"] == 10.0


def test_a_second_line_item_of_a_link_stands_beside_its_own(platform):
    _make(platform, resourceLinkId=REFLECTION)
    book = platform.answer("GET", "/gradebook.json").json
    assert set(book) == {REFLECTION, "line-item-2"}


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("resource_link_id=" + REFLECTION, ["A short reflection"]),
        ("resource_id=extra", ["Extra"]),
        ("tag=more&resource_id=extra", ["Extra"]),
        ("tag=none", []),
    ],
)
def test_the_list_is_filtered_as_asked(platform, query, labels):
    _make(platform)
    items = fetch(platform, f"{LINE_ITEMS}&{query}", CONTAINER_MEDIA).json
    assert [item["label"] for item in items] == labels


def test_a_long_list_comes_in_pages(platform):
    _make(platform)
    first = fetch(platform, LINE_ITEMS + "&limit=1", CONTAINER_MEDIA)
    address = first.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
    last = fetch(platform, address, CONTAINER_MEDIA)
    assert [one.json[0]["label"] for one in (first, last)] == ["A short reflection", "Extra"]
    assert "Link" not in last.headers


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"label": " "}, 400),
        ({"label": None}, 400),
        ({"scoreMaximum": 0}, 400),
        ({"scoreMaximum": True}, 400),
        ({"scoreMaximum": "1"}, 400),
        ({"resourceLinkId": "99"}, 403),
        ({"resourceLinkId": 12}, 403),
        ({"media": "application/json"}, 400),
    ],
    ids=str,
)
def test_a_line_item_with_one_fault_is_refused(platform, change, status):
    assert _make(platform, **change).status_code == status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/services/2/lineitems", 400),
        ("/services/9/lineitems?type_id=1", 404),
        ("/services/2/lineitems/7/lineitem?type_id=1", 404),
        (LINE_ITEMS + "&limit=0", 400),
        (LINE_ITEMS + "&from=two", 400),
    ],
)
def test_an_address_that_was_not_given_out_is_refused(platform, url, status):
    assert fetch(platform, url, CONTAINER_MEDIA).status_code == status
