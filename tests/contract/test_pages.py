"""What is not JSON: every page, file and download answers as its row says, and protected ones are possible."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from closum.api import routes
from closum.app import route_table
from closum.http.route import Route
from closum.store.identity import Account
from closum.store.session import Session
from tests.contract.test_new_verb import signed_in
from tests.contract.test_route_walk import fill, name_of, path_of
from tests.support.alike import without_alike
from tests.support.answers import REQUEST_ID, check_headers, failure
from tests.support.client import Client
from tests.support.new_verbs import CARD, CSV, DOCUMENTED, PAGES, table

each = pytest.mark.parametrize


EMPTY = {"GET /api/bin/{id}", "GET /api/job/{id}"}
"""Of what the account of a test has not: a deleted record, background work."""


@each(
    "route",
    [one for one in without_alike(route_table()) if one.method == "GET" and one.name not in EMPTY],
    ids=name_of,
)
def test_every_answer_is_what_its_row_says(route: Route, api: Client) -> None:
    """Pages, files and downloads too."""
    fill(api, route)
    answer = api.get(path_of(route))
    assert (answer.status_code, answer.headers["content-type"]) in (
        (200, route.media_type),
        (303, route.media_type),
    )
    assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"]
    assert route.is_public or "Authorization" in answer.headers["vary"]


# Those that the product does not have


@pytest.fixture
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "table", table)


@pytest.mark.usefixtures("_pages")
def test_a_protected_page_is_for_whoever_may(session: Session, account: Account, folder: Path) -> None:
    async def scenario(client: Any, headers: dict[str, str]) -> None:
        for route in PAGES:
            path = path_of(route)
            refused = await client.get(path)
            failure(refused, 401, path)
            assert refused.headers["www-authenticate"] == "Bearer"
            answer = await client.get(path, headers=headers | {"X-Request-Id": "mine"})
            assert (answer.status_code, answer.headers["content-type"]) == (200, route.media_type)
            assert answer.headers["x-request-id"] == "mine"
            assert answer.headers["vary"] == "Authorization"
            if route is not DOCUMENTED:  # a stream has no length
                assert int(answer.headers["content-length"]) == len(answer.content)
            head = await client.head(path, headers=headers | {"X-Request-Id": "mine"})
            assert (head.content, {**head.headers}) == (b"", {**answer.headers})
            failure(await client.post(path, headers=headers, json={}), 405, path)

    signed_in(session, account, folder, scenario)


@pytest.mark.usefixtures("_pages")
def test_a_page_and_a_download_have_headers_of_their_kind(
    session: Session, account: Account, folder: Path
) -> None:
    async def scenario(client: Any, headers: dict[str, str]) -> None:
        page = await client.get("/hello", headers=headers)
        check_headers(page, "text/html; charset=utf-8")
        assert page.text == "<!DOCTYPE html><p>Ana"
        assert page.headers["content-security-policy"].startswith("default-src 'none'; ")
        download = await client.get("/leads.csv", headers=headers)
        assert (download.headers["content-type"], download.content) == (CSV, b"id,name\r\n1,Ana\r\n")
        assert download.headers["content-disposition"] == 'attachment; filename="leads.csv"'
        assert download.headers["cache-control"] == "private, max-age=60"
        card = await client.get("/api/lead/1/card", headers=headers)
        assert card.text == "BEGIN:VCARD\r\nEND:VCARD\r\n"
        failure(await client.get("/api/lead/2/card", headers=headers), 404, "/api/lead/2/card")
        failure(await client.get("/api/lead/1/card?x=1", headers=headers), 400)

    signed_in(session, account, folder, scenario)


@pytest.mark.usefixtures("_pages")
def test_the_document_has_the_media_type_and_samples() -> None:
    (route,) = [route for route in route_table() if route.path == "/api/openapi.json"]
    told: Any = asyncio.run(route.handler(None))  # type: ignore[arg-type]
    document = msgspec.json.decode(told.body)
    assert not {"/hello", "/leads.csv"} & document["paths"].keys()
    card = document["paths"][DOCUMENTED.path]["get"]
    assert card["responses"]["200"]["content"] == {
        CARD: {"schema": {"type": "string"}, "example": "BEGIN:VCARD"}
    }
    shell, ruby, python = (one["source"] for one in card["x-codeSamples"])
    assert f"-H 'Accept: {CARD}'" in shell
    assert 'Net::HTTP.get(uri, "Authorization" => "Bearer your.bearer.token")' in ruby
    assert 'httpx2.get(\n    "http://127.0.0.1:8000/api/lead/1/card"' in python
    compile(python, "sample", "exec")


def test_what_is_documented_and_is_not_json_is_read() -> None:
    with pytest.raises(ValueError, match="only a GET may"):
        Route(
            "POST", "/api/card", PAGES[0].handler, "lead:read", DOCUMENTED.operation, DOCUMENTED.sample, CARD
        )
