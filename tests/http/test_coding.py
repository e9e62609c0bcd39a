"""Pages are compressed for their own readers, and for nobody else who has one asked for."""

import gzip

import pytest

from closum.http.coding import coded, takes_gzip

BODY = b"<p>Ana Silva</p>" * 400
GZIP = (b"accept-encoding", b"gzip, br")


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("GZIP, br", True),
        ("br;q=1, gzip;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*;q=0", False),
        ("x-not-gzip-at-all, identity", False),
        (",;q=;gzip", False),
    ],
)
def test_whether_gzip_is_taken(accepted: str, taken: bool) -> None:
    assert takes_gzip(accepted) is taken


@pytest.mark.parametrize("site", [b"same-origin", b"none"])
def test_a_page_is_compressed_for_who_asks_for_it(site: bytes) -> None:
    body, headers = coded(BODY, [GZIP, (b"sec-fetch-site", site)])
    assert headers == [(b"content-encoding", b"gzip")]
    assert gzip.decompress(body) == BODY
    assert len(body) * 20 < len(BODY)


@pytest.mark.parametrize(
    "asked",
    [
        [GZIP],
        [(b"sec-fetch-site", b"none")],
        [GZIP, (b"sec-fetch-site", b"cross-site")],
        [GZIP, (b"sec-fetch-site", b"same-site")],
        [GZIP, (b"sec-fetch-site", b"none"), (b"sec-fetch-site", b"cross-site")],
        [(b"accept-encoding", b"gzip;q=0"), (b"sec-fetch-site", b"none")],
    ],
)
def test_what_another_site_may_have_asked_for_is_not(asked: list[tuple[bytes, bytes]]) -> None:
    assert coded(BODY, asked) == (BODY, [])
