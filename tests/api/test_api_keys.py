"""Calls that are signed with an API key, which has no user."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import api_keys, users
from closum.accounts.roles import CREATE, FULL, READ, Kind
from closum.store import api_keys as stored
from closum.store import identity
from closum.store.session import Session
from tests.conftest import sign_up
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server

each = pytest.mark.parametrize
Make = Callable[..., Client]
ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}


@pytest.fixture
def make(server: Server, api: Client) -> Iterator[Make]:
    """Makes a client with a new key of an account, by default that of `api`."""
    made: list[Client] = []

    def _make(kind: Kind, name: str = "Web form", of: Client = api) -> Client:
        with server.session() as session, session.write() as unit:
            account = users.account_named(unit, of.account)
            text = api_keys.add(unit, account.id, name, kind).text
        made.append(Client(server.address, text, account=of.account))
        return made[-1]

    yield _make
    for client in made:
        client.close()


def keys(session: Session, account: str) -> list[stored.Key]:
    with session.read() as unit:
        return stored.keys(unit, users.account_named(unit, account).id)


def is_answered(client: Client, status: int) -> bool:
    return client.get("/api/lead").status_code == status


def revoke(server: Server, client: Client) -> None:
    with server.session() as session, session.write() as unit:
        claims = api_keys.read(str(client.token))
        api_keys.revoke(unit, users.account_named(unit, client.account).id, claims.key_id)


@each("path", ["lead", "unqualified-lead"])
def test_a_form_adds_and_is_shown_nothing(path: str, make: Make, api: Client) -> None:
    form = make(CREATE)
    answer = form.post(f"/api/{path}", json=ANA, headers={"Prefer": "return=representation"})
    assert answer.status_code == 201
    assert answer.json() == {"success": True, "data": {"id": 1}}
    assert not {"etag", "preference-applied"} & {*answer.headers}
    assert api.data("GET", f"/api/{path}/1")["name"] == "Ana"
    failure(form.get(f"/api/{path}/1"), 403)


@each("path", ["lead", "unqualified-lead"])
@each("policy", ["", "&on_match=skip", "&on_match=create"])
def test_a_form_does_not_look_for_records_that_are_there(
    path: str, policy: str, make: Make, api: Client
) -> None:
    """Neither does it change one, nor learns from an answer that there is one."""
    form = make(CREATE)
    for there in (False, True):
        told = failure(form.post(f"/api/{path}?match=email{policy}", json=ANA), 403)["message"]
        assert f"'{path.replace('-', '_')}:write'" in told
        assert len(api.data("GET", f"/api/{path}")) == there
        if not there:
            api.new(path, {"name": "Ana", "email": {"email": "ana@example.com"}})


def test_a_form_repeats_a_call_by_its_key_and_not_that_of_another(make: Make, api: Client) -> None:
    form, other = make(CREATE), make(CREATE, "Other form")
    same = {"Idempotency-Key": "one"}
    answers = [client.post("/api/lead", json=ANA, headers=same) for client in (form, form, other)]
    assert [answer.json()["data"]["id"] for answer in answers] == [1, 1, 2]
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, True, False]
    assert len(api.data("GET", "/api/lead")) == 2


def test_what_a_key_did_is_shown_with_its_name(make: Make, api: Client) -> None:
    program = make(FULL, "ERP")
    lead = program.new("lead", ANA)
    key = {"id": api_keys.read(str(program.token)).key_id, "name": "ERP"}
    program.data("DELETE", f"/api/lead/{lead}")
    (entry,) = api.data("GET", "/api/bin")
    found = [
        *api.data("GET", f"/api/lead/{lead}/history"),
        *api.data("GET", "/api/change"),
        *api.data("GET", "/api/operation"),
        entry,
    ]
    assert len(found) >= 6
    assert all((one["user"], one["key"]) == (None, key) for one in found)
    assert {one["cause"] for one in found if "cause" in one} == {"api"}


def test_what_was_no_key_has_none(api: Client) -> None:
    """Answers are what they were before there were keys."""
    lead = api.new("lead", ANA)
    for path in (f"/api/lead/{lead}/history", "/api/change", "/api/operation"):
        assert all("key" not in one for one in api.data("GET", path))


def test_an_undo_and_work_of_a_key_are_its_own(make: Make, api: Client) -> None:
    program = make(FULL, "ERP")
    for name in ("Ana", "Eva"):
        program.new("lead", {"name": name})
    change, path = {"name": "Rui"}, "/api/lead?filter=id>0"
    counted = program.data("PATCH", path, {**change, "dry_run": True})
    done = program.patch(path, json=change, headers={"If-Count": counted["if_count"]})
    assert done.is_success, done.text
    operation = int(api.data("GET", "/api/operation")[0]["id"])
    program.data("POST", f"/api/operation/{operation}/undo")
    assert {one["key"]["name"] for one in api.data("GET", "/api/operation")} == {"ERP"}


def test_an_import_of_a_key_is_its_own(make: Make, api: Client) -> None:
    program = make(FULL, "ERP")
    sent = program.post("/api/import", content=b"name\nAna\n", headers={"Content-Type": "text/csv"})
    one = sent.json()["data"]["id"]
    wait_until(lambda: api.data("GET", f"/api/import/{one}")["phase"] == "ready")
    program.data("POST", f"/api/import/{one}/start", {})
    wait_until(lambda: api.data("GET", f"/api/import/{one}")["phase"] == "done")
    (found,) = api.data("GET", "/api/operation")
    assert (found["cause"], found["user"], found["key"]["name"]) == ("import", None, "ERP")


def test_a_note_of_a_key_has_no_user(make: Make, api: Client) -> None:
    program = make(FULL, "ERP")
    note = {"lead_id": api.new("lead", ANA), "text": "Called", "kind": "call"}
    written = program.new("note", note)
    assert api.data("GET", f"/api/note/{written}")["user_id"] is None
    assert program.put(f"/api/note/{written}", json={"text": "Called back"}).status_code == 200
    failure(api.put(f"/api/note/{written}", json={"text": "No"}), 403)
    failure(program.put(f"/api/note/{api.new('note', note)}", json={"text": "No"}), 403)


def test_a_task_of_a_key_is_nobodys(make: Make, api: Client) -> None:
    task = make(FULL).new("task", {"lead_id": api.new("lead", ANA), "text": "Call", "due": "2030-01-01"})
    assert api.data("GET", f"/api/task/{task}")["user_id"] is None


@each("kind", [CREATE, READ, FULL])
def test_a_revoked_key_ends_at_once_or_within_a_second(kind: Kind, make: Make, server: Server) -> None:
    client = make(kind)
    method = "POST" if kind == CREATE else "GET"
    assert client.request(method, "/api/lead", json=ANA).is_success
    revoke(server, client)
    wait_until(lambda: client.request(method, "/api/lead", json=ANA).status_code == 401)


def test_a_wrong_key_is_refused_like_a_wrong_token(make: Make, server: Server) -> None:
    good = str(make(READ).token)
    revoked = make(READ, "Old")
    revoke(server, revoked)
    wait_until(lambda: revoked.get("/api/lead").status_code == 401)
    head, number, secret = good.split("_")
    same, answers = {"X-Request-Id": "same"}, []
    for text in (
        "nonsense",
        str(revoked.token),
        good[:-1],
        f"{good}0",
        f"{head}_{number}_{'0' * 64}",
        f"{head}_{int(number) + 1_000}_{secret}",
        f"{head}_0{number}_{secret}",
        f"{head}_{'9' * 18}_{secret}",
        f"{head}_{'9' * 40}_{secret}",
        f"{head}_-{number}_{secret}",
        f"{head}__{secret}",
        "closum_",
        good.upper(),
        good.replace("closum_", "Closum_"),
    ):
        with Client(server.address, text) as wrong:
            answer = wrong.get("/api/lead", headers=same)
        assert answer.status_code == 401, text
        answers.append((answer.content, answer.headers["www-authenticate"]))
    assert len({*answers}) == 1


def test_a_key_sees_its_own_account_alone(make: Make, api: Client, other_api: Client) -> None:
    mine, theirs = make(FULL), make(FULL, of=other_api)
    lead = mine.new("lead", ANA)
    failure(theirs.get(f"/api/lead/{lead}"), 404)
    assert theirs.data("GET", "/api/lead") == []
    assert theirs.data("GET", "/api/change") == []
    assert other_api.data("GET", "/api/account")["name"] == theirs.data("GET", "/api/account")["name"]


def test_a_disabled_account_shuts_its_keys_out(make: Make, server: Server) -> None:
    client = make(READ)
    assert client.get("/api/lead").status_code == 200
    for enabled, status in ((False, 401), (True, 200)):
        with server.session() as session, session.write() as unit:
            identity.enable_account(unit, users.account_named(unit, client.account).id, enabled)
        wait_until(partial(is_answered, client, status))


def test_a_key_goes_on_without_who_made_it(make: Make, server: Server, api: Client) -> None:
    client = make(READ)
    sign_up(server, api.account).close()
    with server.session() as session, session.write() as unit:
        users.remove(unit, users.user_named(unit, api.email))
    wait_until(lambda: api.get("/api/lead").status_code == 401)
    assert client.get("/api/lead").status_code == 200


def test_the_last_use_is_noted_behind_the_answer(make: Make, server: Server) -> None:
    client = make(READ)

    def last_use() -> Any:
        with server.session() as session:
            return keys(session, client.account)[0].last_used

    assert last_use() is None
    client.get("/api/lead", headers={"Authorization": f"Bearer {client.token}0"})
    assert client.get("/api/lead").status_code == 200
    wait_until(lambda: last_use() is not None)


@pytest.mark.slow
def test_a_key_is_in_no_log(tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_LOG_LEVEL="debug") as server:
        with sign_up(server) as api:
            with server.session() as session, session.write() as unit:
                made = api_keys.add(unit, users.account_named(unit, api.account).id, "ERP", FULL)
            with Client(server.address, made.text) as client:
                client.new("lead", ANA)
                failure(client.get("/api/lead/9"), 404)
                failure(client.get("/api/lead?page=x"), 400)
            with Client(server.address, f"{made.text}0") as wrong:
                failure(wrong.get("/api/lead"), 401)
        secret = made.text.rpartition("_")[2]
        assert secret not in server.log.read_text()
