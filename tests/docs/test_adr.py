"""The form of the records in docs/adr, and decisions that are seen only over HTTP, or between two users."""

import asyncio
import json
import re
import socket
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from closum.accounts import users
from closum.accounts.tokens import Identity
from closum.errors import Unauthorized
from closum.model import draft
from closum.model.query import Query
from closum.operations import guarded, records
from closum.operations.guarded import Caller
from closum.resources.lead import LEAD
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.support.stored import written

RECORDS = sorted((Path(__file__).parents[2] / "docs/adr").glob("*.md"))
A_PAGE = 750  # words


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name[:4])
def test_a_record_has_the_form_of_the_template_and_fits_a_page(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {record.name[:4]}: ")
    assert re.findall(r"^#+ .*$", text, re.MULTILINE)[1:] == [
        "## Context",
        "## Decision",
        "## What enforces it",
    ]
    assert len(text.split()) <= A_PAGE


def test_no_two_records_have_one_number() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(numbers) == len({*numbers}) > 45


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/lead"), ("PUT", "/api/lead/1")])
def test_0002_a_user_who_is_disabled_while_the_body_comes_in_writes_nothing(
    server: Server, api: Client, method: str, path: str
) -> None:
    api.new("lead", {"name": "Ana"})
    body = json.dumps({"name": "Eva"}).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    url = urlsplit(server.address)
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")  # the token is checked, the body is wanted
        with server.session() as session, session.write() as unit:
            user = users.user_named(unit, api.email)
            identity.enable_user(unit, user.id, False)
        connection.sendall(body)
        with HTTPResponse(connection) as answer:
            answer.begin()
            assert answer.status == 401
    with server.session() as session, session.read() as unit:
        one = records.retrieve(unit.of(user.account_id), LEAD, 1)
        assert (one["name"], records.page(unit.of(user.account_id), LEAD, Query("id"))[1]) == ("Ana", 1)


def test_0002_in_a_set_only_those_of_the_others_are_written(session: Session, account: Account) -> None:
    with session.write() as unit:
        ids = [users.add_user(unit, account, f"{name}@example.com", "none") for name in ("ana", "rui")]
        identity.enable_user(unit, ids[1], False)
        ana, rui = (Identity(user_id, account.id, unit.now) for user_id in ids)
        new = draft.parse(LEAD, {"name": "Eva"})
        items = [(Caller(who, "one"), new) for who in (ana, rui, ana)]
        first, refused, last = guarded.create_many(unit.of(account.id), LEAD, items)
    assert (written(first).id, type(refused), written(last).id) == (1, Unauthorized, 2)


def test_0003_many_right_sign_ins_at_once_are_not_refused(folder: Path) -> None:
    async def sign_in(server: Server) -> list[int]:
        async with httpx2.AsyncClient(base_url=server.address, trust_env=False, timeout=PATIENCE) as client:
            body = {"email": "admin@example.com", "password": server.password}
            answers = await asyncio.gather(*[client.post("/api/token", json=body) for _ in range(24)])
            return [answer.status_code for answer in answers]

    with Server(folder) as server:
        assert asyncio.run(sign_in(server)) == [200] * 24
