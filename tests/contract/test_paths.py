"""Paths as they were sent: what is encoded in a segment does not end it."""

import pytest

from tests.support.client import Client
from tests.support.server import Server


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/lead%0A", 404),
        ("/health%0A", 404),
        ("/api/lead%2F", 404),
        ("/api%2Flead", 404),
        ("/api/lead/1%0A", 404),
        ("/api/lead/a%2Fb", 404),
    ],
)
def test_an_encoded_slash_or_newline_is_part_of_a_segment(api: Client, target: str, status: int) -> None:
    assert api.get(target).status_code == status


def test_a_segment_with_an_encoded_slash_is_an_id_that_needs_a_token(server: Server) -> None:
    with Client(server.address, None) as stranger:
        assert stranger.get("/api/lead/a%2Fb").status_code == 401
