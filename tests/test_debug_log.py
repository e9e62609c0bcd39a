"""CLOSUM_LOG_LEVEL=debug: what a developer wants to know beside the requests, and nobody's data."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from closum.accounts import passwords, users
from closum.operations import retention
from closum.store import identity
from tests.support.engine import Engine
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server

CANARY = "canary7351"
EMAIL, PASSWORD = f"{CANARY}@example.com", f"{CANARY} horse"


def events(server: Server) -> list[str]:
    return [json.loads(line)["event"] for line in server.log.read_text().splitlines() if line[0] == "{"]


def put_users(server: Server) -> None:
    """One with the password, and one who may not sign in."""
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, users.FIRST_ACCOUNT)
        hashed = passwords.hashed(PASSWORD)
        users.add_user(unit, account, EMAIL, hashed)
        gone = users.add_user(unit, account, f"gone.{EMAIL}", hashed)
        identity.enable_user(unit, gone, False)


def use(server: Server) -> None:
    """A lead is made, and sign-ins are refused for each reason."""

    def sign_in(email: str, password: str = PASSWORD) -> httpx2.Response:
        return client.post("/api/token", json={"email": email, "password": password})

    with httpx2.Client(base_url=server.address, trust_env=False, timeout=PATIENCE) as client:
        token = sign_in(EMAIL).json()["data"]["token"]
        refused = [sign_in(f"nobody.{EMAIL}"), sign_in(EMAIL, "wrong"), sign_in(f"gone.{EMAIL}")]
        refused += [sign_in(f"nobody.{EMAIL}") for _ in range(10)]
        assert {one.status_code for one in refused} == {401, 429}
        body = {"name": CANARY, "email": {"email": EMAIL}}
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.post("/api/lead", json=body).status_code == 201
        find(client)


def find(client: httpx2.Client) -> None:
    """The lead is looked for in each way that a query string has, and what is wrong in it is refused."""
    named = f"email={EMAIL}"
    for query, status in (
        (named, 200),
        (f"filter={named}&sort=name", 200),
        (f"filter=name~={CANARY}&count=false", 200),
        (f"q={CANARY}&sort=relevance", 200),
        (f"{named}&cursor=&fields=id,{CANARY}", 400),
        (f"{named}&cursor={CANARY}", 400),
        (f"{CANARY}={EMAIL}", 400),
        (f"filter={CANARY}", 400),
        (f"filter=creation_date>={CANARY}", 400),
        (f"limit=1000&filter=email.domain={CANARY}.example", 200),
    ):
        assert client.get(f"/api/lead?{query}").status_code == status, query
    assert client.get(f"/api/{CANARY}?{named}").status_code == 404
    assert client.put(f"/api/lead/1?{named}", json={}).status_code == 400


@pytest.fixture
def served(folder: Path) -> Callable[[str], Server]:
    return lambda level: Server(folder, CLOSUM_LOG_LEVEL=level)


def test_it_tells_of_writes_migrations_background_work_and_refused_sign_ins(
    engine: Engine, served: Callable[[str], Server]
) -> None:
    with served("debug") as server:
        put_users(server)
        use(server)
        steps = "background step: account 0, " + retention.LEDGER
        wait_until(lambda: any(line.startswith(steps) for line in events(server)))
        server.stop()
    lines = events(server)
    found = "\n".join(lines)
    for begin in (
        "migration: 0001_",
        "write set: operations.guarded.create_many lead, account 1, 1 in ",
        "write set: operations.runner.turn, account None, 1 in ",
        "sign-in refused: no user has this e-mail address, request ",
        "sign-in refused: wrong password of user 1, request ",
        "sign-in refused: user 2 is disabled, request ",
        "sign-in refused: Too many wrong passwords for this e-mail address: ",
    ):
        assert any(line.startswith(begin) for line in lines), found
    assert CANARY not in server.log.read_text()


def test_it_tells_nothing_of_that_at_info(engine: Engine, served: Callable[[str], Server]) -> None:
    with served("info") as server:
        put_users(server)
        use(server)
        server.stop()
    assert {line.partition(":")[0] for line in events(server)} <= {"request", "sign-in is locked"}
