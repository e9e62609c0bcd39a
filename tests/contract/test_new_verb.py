"""A verb of one resource costs its handler and one row: what is told of it, and who may call it, comes from the row."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from closum.accounts import roles, tokens, users
from closum.accounts.keys import signing_key
from closum.api import routes
from closum.api.verbs import operation
from closum.app import route_table
from closum.cli.about import routes as routes_command
from closum.errors import Forbidden
from closum.http.route import JSON, PUBLIC, Route
from closum.model import draft
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.operations.records import Written
from closum.reference.samples import samples
from closum.resources.lead import LEAD
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock, built, running
from tests.support.new_verbs import INTO, NEW, PAGES, table

FAILURES = {"400", "401", "403", "404", "413", "414", "431", "500", "503"}


@pytest.fixture(autouse=True)
def _new_verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "table", table)


@pytest.fixture
def document() -> Any:
    (route,) = [route for route in route_table() if route.path == "/api/openapi.json"]
    answer: Any = asyncio.run(route.handler(None))  # type: ignore[arg-type]
    return json.loads(answer[1])


def test_the_document_has_it_and_is_valid(document: Any) -> None:
    OpenAPIV31SpecValidator(document).validate()
    found = {route.verb: document["paths"][route.path][route.method.lower()] for route in NEW}
    assert [one["operationId"] for one in found.values()] == [
        *("joinLead", "historyLead", "unflagLead", "putBackLead", "splitLead", "touchLead"),
    ]
    assert {one["tags"][0] for one in found.values()} == {"Leads"}
    assert found["join"]["summary"] == "Join Two Leads"
    for name in ("join", "split"):
        assert set(found[name]["responses"]) == FAILURES | {"200", "409", "412", "415", "422"}
        assert found[name]["parameters"][1] == {"$ref": "#/components/parameters/if_match"}
    for name in ("history", "unflag", "put_back", "touch"):
        repeated = {"409", "415", "422"} if name in ("put_back", "touch") else set()
        assert set(found[name]["responses"]) == FAILURES | {"200"} | repeated
        assert "requestBody" not in found[name]
    schema = found["join"]["requestBody"]["content"]["application/json"]["schema"]
    assert (schema["required"], schema["examples"]) == (["other_id"], [{"other_id": 2}])
    given = [one.get("name") or one["$ref"].rsplit("/", 1)[1] for one in found["history"]["parameters"]]
    assert given == ["id", "limit", "page"]
    assert set(found["touch"]["responses"]["200"]["headers"]) == {
        *("X-Request-Id", "X-Ignored-Properties", "X-Operation", "Idempotent-Replayed"),
    }
    assert found["touch"]["description"] == "This endpoint notes who has touched a lead."
    assert found["join"]["parameters"][0]["description"] == "The ID of the Lead to join"


def test_a_body_may_hold_objects_and_arrays(document: Any) -> None:
    body = document["paths"]["/api/lead/{id}/split"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert (schema["required"], schema["examples"]) == (["parts"], [INTO])
    parts, options, labels = (schema["properties"][name] for name in ("parts", "options", "labels"))
    assert (parts["type"], parts["minItems"], parts["maxItems"]) == ("array", 1, 3)
    assert (parts["items"]["type"], parts["items"]["required"]) == ("object", ["name"])
    assert set(parts["items"]["properties"]) == {"name", "is_first"}
    assert options["type"] == ["object", "null"]
    assert set(options["properties"]) == {"keeps_email", "reason"}
    assert (labels["type"], labels["items"]["type"]) == (["array", "null"], ["integer", "string"])
    found = Draft202012Validator(schema)
    assert found.is_valid(INTO)
    assert not any(map(found.is_valid, ({}, INTO | {"parts": []}, INTO | {"parts": [{"name": None}]})))


SENT: list[tuple[Any, int, Any]] = [
    (INTO, 200, INTO | {"parts": [{"name": "Ana", "is_first": 1}, {"name": "Rui", "is_first": None}]}),
    (
        {"parts": [{"name": 7}], "labels": ["5"]},
        200,
        {"parts": [{"name": "7", "is_first": None}], "labels": [5]},
    ),
    ({"parts": [{"name": "a"}], "labels": [], "options": None}, 200, {"labels": None, "options": None}),
    ({"parts": [{"name": "a"}], "options": []}, 200, {"options": {"keeps_email": None, "reason": None}}),
    ({}, 422, {"parts": "_required"}),
    ({"parts": None}, 422, {"parts": "_empty"}),
    ({"parts": []}, 422, {"parts": "_empty"}),
    ({"parts": {"name": "a"}}, 422, {"parts": "_array"}),
    ({"parts": [{"name": "a"}] * 4}, 422, {"parts": "_maxLength"}),
    (
        {
            "parts": [{"name": "a"}, 7, None, {"name": "", "is_first": True}],
            "options": "x",
            "labels": [1, "y"],
        },
        422,
        {"parts": "_maxLength", "options": "_object", "labels.1": "_integer"},
    ),
    (
        {"parts": [{"is_first": 2}, 7, None], "options": {"keeps_email": "yes"}},
        422,
        {
            "parts.0.name": "_required",
            "parts.0.is_first": "_flag",
            "parts.1": "_object",
            "parts.2": "_empty",
            "options.keeps_email": "_flag",
        },
    ),
]


def broken(faults: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in faults.items():
        if isinstance(value, str):
            yield path.removesuffix("."), name
        else:
            yield from broken(value, f"{path}{name}.")


def test_such_a_body_is_read_with_every_fault(session: Session, account: Account, folder: Path) -> None:
    async def scenario(client: Any, headers: dict[str, str]) -> None:
        for body, status, told in SENT:
            answer = await client.request("POST", "/api/lead/1/split", json=body, headers=headers)
            data = answer.json()["data"]
            assert answer.status_code == status, (body, data)
            if status == 422:
                assert dict(broken(data["errors"])) == told
                assert data["errorCount"] == len(told)
            else:
                assert {name: data[name] for name in told} == told
        more = {"parts": [{"name": "a", "x": 1, "id": 2}], "options": {"y": 1}, "z": 1, "id": 5}
        answer = await client.request("POST", "/api/lead/1/split", json=more, headers=headers)
        assert answer.headers["X-Ignored-Properties"] == "parts.0.x, options.y, z"
        assert answer.json()["data"]["seen"] is None
        seen = headers | {"If-Match": '"1-5a49d4a0"'}
        answer = await client.request("POST", "/api/lead/1/split", json=INTO, headers=seen)
        assert answer.json()["data"]["seen"] is not None

    signed_in(session, account, folder, scenario)


SHOWN = {
    "join": ("client.leads.join(1, other_id: 2)", "client.leads.join(1, other_id=2)"),
    "history": ("p client.leads.history(1)", "print(client.leads.history(1))"),
    "unflag": ("client.leads.unflag(1)", "client.leads.unflag(1)"),
    "put_back": ("p client.leads.put_back(1)", "print(client.leads.put_back(1))"),
    "split": ("p result", "print(result)"),
    "touch": ("p client.leads.touch(1)", "print(client.leads.touch(1))"),
}


@pytest.mark.parametrize("route", NEW, ids=lambda route: route.verb)
def test_the_reference_has_samples_of_it(route: Route, document: Any) -> None:
    shown = document["paths"][route.path][route.method.lower()]["x-codeSamples"]
    shell, ruby, python = (one["source"] for one in shown)
    assert shell.startswith(f"curl -X {route.method} \\\nhttp://127.0.0.1:8000{route.path.format(id=1)} \\\n")
    assert ('"other_id": 2' in shell) is (route.verb == "join")
    assert (ruby.splitlines()[-1], python.splitlines()[-1].strip()) == SHOWN[route.verb]
    assert "/api/token" not in shell


def test_samples_have_objects_and_arrays_of_their_language(document: Any) -> None:
    shown = document["paths"]["/api/lead/{id}/split"]["post"]["x-codeSamples"]
    shell, ruby, python = (one["source"] for one in shown)
    assert json.loads(shell.partition("-d '")[2].removesuffix("'")) == INTO
    assert 'parts: [{ name: "Ana", is_first: 1 }, { name: "Rui" }],' in ruby
    assert r'options: { keeps_email: 1, reason: "two \"people\"" },' in ruby
    assert "labels: [3, 4]" in ruby
    assert 'parts=[{"name": "Ana", "is_first": 1}, {"name": "Rui"}],' in python
    assert "labels=[3, 4]" in python
    compile(python, "sample", "exec")


@pytest.mark.parametrize("needs", ["public", "lead:read"])
def test_what_no_client_has_a_method_for_is_shown_by_its_path(needs: str) -> None:
    sign_in = routes.table([])[0]
    assert sign_in.operation
    told = operation(LEAD, "count", "Count", "This endpoint counts.", sign_in.operation.success)
    bare = type(told)("count", "count", "Health", "Count", "This endpoint counts.", told.success)
    row = Route("POST", "/api/count", sign_in.handler, needs, bare, sign_in.sample)
    ((shell, ruby, python),) = samples([row]).values()
    assert "/api/count" in shell["source"]
    assert ("Authorization" in shell["source"]) is (needs != "public")
    assert '"POST"' in ruby["source"]
    assert '"/api/count"' in ruby["source"]
    assert '"/api/count"' in python["source"]
    compile(python["source"], "sample", "exec")


def test_a_verb_that_every_resource_may_have_is_no_other() -> None:
    success = routes.table([LEAD])[3].operation
    assert success
    with pytest.raises(ValueError, match="update is a verb of every resource"):
        operation(LEAD, "update", "Update", "This endpoint updates.", success.success)


def test_the_command_lists_it() -> None:
    lines = [line.split() for line in CliRunner().invoke(routes_command).output.splitlines()]
    assert {(one.method, one.path, one.needs) for one in NEW} <= {
        (line[0], line[1], line[2]) for line in lines
    }


@pytest.mark.parametrize("needs", [None, "", "Public", "lead"])
def test_a_route_that_states_neither_a_permission_nor_public_is_refused(needs: Any) -> None:
    with pytest.raises(ValueError, match="GET /api/secret states no permission"):
        Route("GET", "/api/secret", NEW[0].handler, needs)


def test_an_operation_and_a_sample_come_together() -> None:
    with pytest.raises(ValueError, match="GET /api/more has an operation without a sample"):
        Route("GET", "/api/more", NEW[0].handler, PUBLIC, NEW[0].operation)


# Who may

Answers = dict[str, tuple[int, Any]]


def signed_in(
    session: Session,
    account: Account,
    folder: Path,
    scenario: Callable[[Any, dict[str, str]], Coroutine[Any, Any, None]],
) -> None:
    """Run a scenario with a client, and the headers of a user."""
    clock, url = Clock(), engine.current.url(folder)
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "none")
    token = tokens.Tokens(signing_key(None, url)).issue(user_id, unit.now, int(clock()))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def run() -> None:
        async with running(built(url, clock)) as client:
            await scenario(client, headers)

    asyncio.run(run())


def called(session: Session, account: Account, folder: Path) -> Answers:
    """Every route that needs something, called by a user with a body that is no JSON; 401 comes first without a token."""
    found: Answers = {}

    async def scenario(client: Any, headers: dict[str, str]) -> None:
        for route in (one for one in route_table() if not one.is_public):
            path, body = route.path.format(id=1), b"{" if route.method in ("POST", "PUT") else b""
            assert (await client.request(route.method, path, content=body)).status_code == 401
            answer = await client.request(route.method, path, content=body, headers=headers)
            is_json = answer.headers["content-type"] == JSON
            found[route.name] = answer.status_code, answer.json() if is_json else None

    signed_in(session, account, folder, scenario)
    return found


def test_a_user_without_rights_gets_403_from_every_route_before_its_body_is_read(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "rights", lambda kind, declared: frozenset())
    found = called(session, account, folder)
    needs = {route.name: route.needs for route in route_table()}
    assert {"DELETE /api/lead/{id}", "POST /api/lead", "GET /api/account"} <= found.keys()
    assert {route.name for route in PAGES} <= found.keys()
    for name, (status, answer) in found.items():
        assert (status, answer["success"], answer["data"]["code"]) == (403, False, 403), name
        assert f"'{needs[name]}'" in answer["data"]["message"]


def test_rights_are_those_that_the_user_has_and_no_others(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "rights", lambda kind, declared: frozenset({"lead:read", "city:read"}))
    found = {name: status for name, (status, _) in called(session, account, folder).items()}
    assert found["GET /api/lead"] == found["GET /api/city"] == 200
    assert found["GET /api/lead/{id}"] == 404  # what is unknown comes after what is forbidden
    assert found["POST /api/lead"] == found["PUT /api/lead/{id}"] == 403
    assert found["DELETE /api/lead/{id}"] == found["GET /api/email"] == 403


def test_with_all_rights_the_body_is_read(session: Session, account: Account, folder: Path) -> None:
    found = {name: status for name, (status, _) in called(session, account, folder).items()}
    assert found["POST /api/lead"] == found["PUT /api/lead/{id}"] == 400
    assert found["DELETE /api/lead/{id}/flags"] == 200


@pytest.mark.parametrize("rights", [frozenset(), frozenset({"lead:read"})])
def test_a_right_that_is_taken_away_before_the_write_writes_nothing(
    rights: roles.Rights, session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "none")
        row = identity.identity(unit, user_id)
    assert row
    claims = tokens.Claims(user_id, int(row[1]), 2**40)
    caller = Caller(tokens.identify(row, claims), "request-1")
    new = draft.parse(LEAD, {"name": "Ana"})
    with session.write() as unit:
        (made,) = guarded.create_many(unit.of(account.id), LEAD, [(caller, new)])
        assert isinstance(made, Written)
    monkeypatch.setattr(roles, "rights", lambda kind, declared: rights)
    with session.write() as unit:
        (refused,) = guarded.create_many(unit.of(account.id), LEAD, [(caller, new)])
        assert isinstance(refused, Forbidden)
        with pytest.raises(Forbidden):
            guarded.update(unit.of(account.id), caller, LEAD, made.id, new)
