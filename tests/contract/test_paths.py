"""Paths as they were sent: what is encoded in a segment does not end it."""

from pathlib import Path

import pytest

from tests.support.answers import failure
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
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


@pytest.mark.parametrize("segment", ["{id}", "%7Bid%7D", "%7bid%7d", "{name}", "{id}/", "{", "%257Bid%257D"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_the_words_of_the_route_table_are_ids_like_any_other(
    server: Server, api: Client, segment: str, method: str
) -> None:
    path = f"/api/lead/{segment}"
    unknown = api.request(method, "/api/lead/abc", json={"name": "Ana"})
    assert (unknown.status_code, api.request(method, path, json={"name": "Ana"}).status_code) == (404, 404)
    assert api.request("POST", path).status_code == 405
    with Client(server.address, None) as stranger:
        assert stranger.request(method, path).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/api/{name}",
        "/api/%7Bname%7D",
        "/api/{name}/{id}",
        "/docs/{id}",
        "/health/{id}",
        "/api/token/{id}",
        "/{id}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_they_are_no_paths_of_their_own(api: Client, path: str, method: str) -> None:
    assert api.request(method, path).status_code == 404


def test_under_a_root_path_they_are_ids_too(tmp_path: Path) -> None:
    with Server(tmp_path, "--root-path", "/crm") as server, Client(server.address, None) as stranger:
        for path in ("/api/lead/{id}", "/api/lead/%7Bid%7D"):
            assert stranger.get(path).status_code == 401
        assert stranger.get("/api/{name}").status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/leads", "/api/Lead", "/API/lead", "/api/lead/1/email", "/api/lead/1/2", "/other"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_path_is_404_for_everybody(path: str, method: str, server: Server) -> None:
    with Client(server.address, None) as nobody:
        failure(nobody.request(method, path), 404, path)
