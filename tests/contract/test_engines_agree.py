"""One series of calls, answered by both engines: the same to the byte."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.store.opening import open_session
from tests.contract.test_hostile_bodies import NOT_JSON, REFUSED
from tests.support.engine import ENGINES
from tests.support.inprocess import Clock, built, running
from tests.support.resources import by_need, change, several

Call = tuple[str, str, bytes]
ODD = (
    "0",
    "-1",
    "1",
    "5",
    "1e3",
    "%00",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 40,
    "x",
    "%F0%9F%98%80",
)
NAMES = (
    "Zoë",
    "zoe",
    "ZOE",
    "Ärger",
    "arger",
    "ılık",
    "Ilık",
    "straße",
    "STRASSE",
    "\\",
    "%",
    "_",
    "'",
    "",
    None,
)


def calls() -> Iterator[Call]:
    for resource in by_need(RESOURCES):
        for body in several(resource, 30):
            yield "POST", f"/api/{resource.slug}", json.dumps(body).encode()
    for name in NAMES:
        yield (
            "POST",
            "/api/lead",
            json.dumps({"name": name, "custom_data": {"a": [name, 1.5, None]}}).encode(),
        )
    for broken in (*NOT_JSON.values(), *REFUSED.values()):
        yield "POST", "/api/lead", broken
        yield "PUT", "/api/lead/1", broken
    for resource in RESOURCES:
        yield from about(resource)
    for name in NAMES:
        for zone in ("wet", "x"):
            yield "PUT", "/api/account", json.dumps({"name": name, "zone": zone}).encode()
            yield "GET", "/api/account", b""


def about(resource: Resource) -> Iterator[Call]:
    """Reads of all kinds, and changes."""
    path = f"/api/{resource.slug}"
    for one in ODD:
        yield "GET", f"{path}/{one}", b""
        for name in ("limit", "page", "sort", "direction"):
            yield "GET", f"{path}?{name}={one}", b""
    for sort in resource.listing.sorts:
        for direction in ("asc", "desc"):
            for page in (1, 2, 4, 900):
                yield "GET", f"{path}?sort={sort}&direction={direction}&limit=13&page={page}", b""
    if "update" in resource.verbs:
        for number in (1, 2, 999):
            yield "PUT", f"{path}/{number}", json.dumps(change(resource, number)).encode()
            yield "PUT", f"{path}/{number}", json.dumps(change(resource, 1)).encode()  # what the first has
        yield "GET", f"{path}?limit=1000", b""


async def answers(url: str) -> list[tuple[Call, int, bytes]]:
    clock = Clock()
    with open_session(url) as session, session.write() as unit:
        user = users.add_user(unit, users.add_account(unit, "Acme"), "ana@example.com", "none")
    token = Tokens(signing_key(None, url)).issue(user, unit.now, int(clock.now))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    found = []
    async with running(built(url, clock)) as client:
        for method, path, body in calls():
            answer = await client.request(method, path, content=body, headers=headers)
            found.append(((method, path, body), answer.status_code, answer.content))
    return found


def test_both_engines_give_the_same_answers_to_the_byte(tmp_path: Path) -> None:
    first, second = (asyncio.run(answers(engine.fill(tmp_path))) for engine in ENGINES.values())
    for ours, theirs in zip(first, second, strict=True):
        assert ours == theirs
    assert {status for _, status, _ in first} >= {200, 201, 400, 404, 422}
    for engine in ENGINES.values():
        engine.forget(tmp_path)
