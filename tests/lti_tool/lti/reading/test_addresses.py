"""Addresses: what may be called, what is ours, what may frame us."""

import pytest

from lti_tool.lti.reading.addresses import is_ours, origin_of, path_below, with_https_where_known

BASE = "https://tool.example.org/testamur"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://lms.example.edu/a?b#c", "https://lms.example.edu"),
        ("HTTPS://LMS.example.edu:443/", "https://lms.example.edu"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8800/x", "http://localhost:8800"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080"),
        ("https://my_lms.example.edu/", "https://my_lms.example.edu"),
        ("https://lms.example.edu:70000/", None),
        ("https://lms.example.edu:0/", None),
        ("https://[broken/", None),
        ("https:///path", None),
        ("https://*.example.edu/", None),
        ("https://a;b/", None),
        ("https://a'b/", None),
        ("https://me:secret@lms.example.edu/", None),
        ("data:text/html,x", None),
        ("https://lms.example.edu/" + "x" * 2_000, None),
        (None, None),
    ],
)
def test_an_origin_is_safe_to_print_in_a_policy(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://tool.example.org/testamur", ""),
        ("https://tool.example.org/testamur/", ""),
        ("https://TOOL.example.org:443/testamur/activities/p/a?x=1", "activities/p/a"),
        ("https://tool.example.org/testamurder", None),
        ("https://tool.example.org/", None),
        ("http://tool.example.org/testamur", None),
        ("https://other.example.org/testamur", None),
    ],
)
def test_ours_is_what_lies_below_our_base_address(address, path):
    assert path_below(address, BASE) == path
    assert is_ours(address, BASE) is (path is not None)


@pytest.mark.parametrize(
    ("address", "called"),
    [
        (None, None),
        ("https://a.edu/x", "https://a.edu/x"),
        ("http://a.edu/x?y=1", "https://a.edu/x?y=1"),
        ("http://a.edu:8080/x", "http://a.edu:8080/x"),
        ("http://b.edu/x", "http://b.edu/x"),
    ],
)
def test_https_is_used_where_the_host_is_known_by_it(address, called):
    assert with_https_where_known(address, ["https://a.edu/y", None]) == called
