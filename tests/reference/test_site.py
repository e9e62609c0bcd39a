"""What the files of the reference are answered with."""

import pytest

from closum.http.file import has_etag
from closum.reference.site import files


@pytest.mark.parametrize(
    ("named", "same"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ("", False),
        ("a", False),
        ('"ab"', False),
    ],
)
def test_whether_a_tag_is_named(named: str, same: bool) -> None:
    assert has_etag(named, '"a"') is same


def test_headers_that_are_given_twice_count_together() -> None:
    file = files()["/docs/redoc.js"]
    twice = [(b"accept-encoding", b"gzip"), (b"accept-encoding", b"br")]
    assert (b"content-encoding", b"gzip") in file.answer(twice).headers


def test_the_root_path_is_text() -> None:
    page = files('/a"<b>')["/docs"].answer([]).body
    assert isinstance(page, bytes)
    assert b'/a&quot;&lt;b&gt;/docs/closum.js"' in page


def test_nothing_of_the_site_names_another_host_to_be_asked() -> None:
    script = files()["/docs/redoc.js"].answer([]).body
    assert isinstance(script, bytes)
    assert b"cdn.redoc.ly" not in script
    assert b"sourceMappingURL=redoc" not in script
