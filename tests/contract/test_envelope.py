"""The envelope and the headers of every kind of answer, our own faults, and calls from other origins."""

import contextlib
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from closum import app, errors, settings
from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.http.edge import RequestLog
from closum.operations import records
from closum.store.session import Session
from tests.conftest import sign_up
from tests.support import engine
from tests.support.answers import Answer, check_headers, failure
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.support.wire import request, send

each = pytest.mark.parametrize

ANSWERS: dict[str, tuple[str, str, Any, int]] = {
    "list": ("GET", "/api/lead", None, 200),
    "retrieve": ("GET", "/api/city/1", None, 200),
    "create": ("POST", "/api/lead", {"name": "Ana"}, 201),
    "update": ("PUT", "/api/email/1", {}, 200),
    "bad parameter": ("GET", "/api/lead?limit=0", None, 400),
    "unknown path": ("GET", "/api/nothing", None, 404),
    "unknown record": ("GET", "/api/lead/9", None, 404),
    "page beyond the last": ("GET", "/api/lead?page=9&limit=1", None, 404),
    "another method": ("POST", "/api/lead/1?x=1", None, 405),
    "invalid": ("POST", "/api/phone", {}, 422),
    "no credentials": ("POST", "/api/token", {}, 422),
}


@each("name", ANSWERS)
def test_every_kind_of_answer_has_its_envelope_and_headers(name: str, api: Client) -> None:
    api.new("email", {"email": "ana@example.com"})
    method, url, body, status = ANSWERS[name]
    answer = api.request(method, url, json=body)
    if status >= 400:
        failure(answer, status, url)
    else:
        check_headers(answer)
        assert answer.status_code == status
        assert list(answer.json()) == ["success", "data", *(["pagination"] if name == "list" else [])]
        assert answer.json()["success"] is True


def test_the_data_of_creates_and_updates(api: Client) -> None:
    created = api.post("/api/lead", json={"name": "Ana"})
    assert created.content == b'{"success":true,"data":{"id":1}}'
    for body in ({"name": "Eva"}, {"name": "Eva"}, {}):
        assert api.put("/api/lead/1", json=body).content == b'{"success":true,"data":[]}'


KEYS: dict[str, list[str]] = {
    "/api/lead": ["id", "name", "city_id", "custom_data", "creation_date", "phone", "email"],
    "/api/lead/1": ["id", "name", "creation_date", "city_id", "custom_data", "email", "phone"],
    "/api/email": ["id", "email", "status", "register_date"],
    "/api/email/1": ["id", "email", "status", "register_date"],
    "/api/phone": ["id", "extension", "number", "is_valid", "date_add"],
    "/api/phone/1": ["id", "extension", "number", "is_valid", "date_add"],
    "/api/city": ["id", "city_name"],
    "/api/city/1": ["id", "city_name"],
}


@each("path", KEYS)
def test_the_order_of_keys(path: str, api: Client) -> None:
    phone = {"extension": "351", "number": "912345678"}
    api.new("lead", {"name": "Ana", "phone": phone, "email": {"email": "ana@example.com"}})
    data = api.data("GET", path)
    record = data[0] if isinstance(data, list) else data
    assert list(record) == KEYS[path]
    if "phone" in record:
        ids = [] if isinstance(data, list) else ["id"]
        assert list(record["phone"]) == [*ids, "extension", "number"]
        assert list(record["email"]) == [*ids, "email"]


# Request ids


@each("path", ["/api/city/1", "/api/nothing", "/api/lead?limit=0"])
@each("id", ["a", "A-b_c.9", "x" * 64, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"])
def test_a_sound_request_id_comes_back(path: str, id: str, api: Client) -> None:
    assert api.get(path, headers={"X-Request-Id": id}).headers["x-request-id"] == id


@each("id", ["", " ", "x" * 65, "a b", "a\tb", "a,b", "a/b", "é", 'a"b', "<script>", "{}", "a;b"])
def test_any_other_request_id_is_replaced(id: str, server: Server, api: Client) -> None:
    fields = [f"Authorization: Bearer {api.token}", f"X-Request-Id: {id}"]
    answers = [send(server.address, request("GET /api/city/1", *fields)) for _ in range(2)]
    for answer in answers:
        check_headers(answer)
        assert answer.headers["x-request-id"] != id
    assert answers[0].headers["x-request-id"] != answers[1].headers["x-request-id"]


def test_the_log_has_the_id_and_the_route_and_nothing_of_a_person(server: Server, api: Client) -> None:
    secret = "very.secret@example.com"
    fields = {"X-Request-Id": f"log-{api.email.split('@')[0]}"}
    api.post(f"/api/lead?_x={secret}", json={"name": secret, "email": {"email": secret}}, headers=fields)
    api.get("/api/lead/1", headers=fields)
    api.get("/health")  # answered after the lines of what came before are written
    log = server.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if fields["X-Request-Id"] in line]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("POST /api/lead", 201),
        ("GET /api/lead/{id}", 200),
    ]
    assert "secret" not in log
    assert str(api.token) not in log


# Our own faults


class Noted(RequestLog):
    """A log that is kept in lists."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.requests: list[tuple[str, int]] = []

    def request(self, request_id: str, scope: Any, status: int, seconds: float) -> None:
        self.requests.append((request_id, status))

    def fault(self, request_id: str) -> None:
        self.faults.append(request_id)


def break_(*_: object, **__: object) -> None:
    raise KeyError("secret detail")


@pytest.fixture
def token(session: Session, folder: Path) -> str:
    """A token for a user in a new database."""
    with session.write() as unit:
        user_id = users.add_user(unit, users.add_account(unit, "Acme"), "ana@example.com", "no password")
    return Tokens(signing_key(None, engine.current.url(folder))).issue(user_id, unit.now, unit.now)


@each(("method", "broken"), [("GET", "retrieve_with_tag"), ("PUT", "update")])
def test_our_fault_is_500_with_an_id_that_the_log_has(
    method: str, broken: str, token: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, broken, break_)
    log, url = Noted(), "/api/lead/1?_x=1"
    built = app.build_app(settings.load({"database": engine.current.url(folder)}, {}), log)
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "my-id"}
    with TestClient(built, "http://closum.test", raise_server_exceptions=False, headers=headers) as client:
        answer = client.request(method, url, json={"name": "Eva"})
        data = failure(answer, 500, url)
        assert client.get("/api/lead").status_code == 200
    assert data["request_id"] == answer.headers["x-request-id"] == "my-id"
    assert data["message"] == errors.Internal.message
    assert "secret" not in answer.text
    assert log.faults == ["my-id"]
    assert log.requests == [("my-id", 500), ("my-id", 200)]


def test_a_fault_in_a_running_server_is_logged_and_survived(folder: Path) -> None:
    with Server(folder) as server, sign_up(server) as api:
        with server.session() as session, session.write() as unit:
            unit.run("ALTER TABLE lead RENAME COLUMN name TO gone")
        data = failure(api.get("/api/lead/1"), 500, "/api/lead/1")
        assert api.get("/api/city/1").status_code == 200
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    found = [line for line in lines if line.get("request_id") == data["request_id"]]
    assert [line["event"] for line in found] == ["fault", "request"]
    wrong = {"sqlite": "apsw.SQLError", "postgres": "psycopg.errors.UndefinedColumn"}
    assert wrong[engine.current.name] in found[0]["exception"]
    assert found[0]["exception"].count("Traceback") == 1
    assert "no such column" not in json.dumps(data)


# Calls from other origins

SHOP = "https://shop.example"
STRANGERS = ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"]
STRANGERS += ["https://SHOP.example.", "https://shop.example:8443", "https://xshop.example"]


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets pages of two origins call it."""
    folder = tmp_path_factory.mktemp("cors")
    with Server(folder, CLOSUM_CORS_ORIGINS=f"{SHOP}, https://two.example") as server:
        yield server


@pytest.fixture
def open_api(open_server: Server) -> Iterator[Client]:
    with sign_up(open_server) as client:
        yield client


def cors(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def preflight(
    client: Client, origin: str, method: str = "PUT", fields: str = "authorization,content-type"
) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return client.options("/api/lead/1", headers=headers | {"Access-Control-Request-Headers": fields})


def test_cors_is_off_by_default(api: Client) -> None:
    assert cors(api.get("/api/lead", headers={"Origin": SHOP})) == {}
    answer = preflight(api, SHOP)
    failure(answer, 405, "/api/lead/1")
    assert cors(answer) == {}


@each("origin", [SHOP, "https://two.example"])
@each("url", ["/api/lead", "/api/lead/9", "/api/lead?limit=0", "/api/nothing"])
def test_an_allowed_origin_is_echoed_on_every_answer(origin: str, url: str, open_api: Client) -> None:
    answer = open_api.get(url, headers={"Origin": origin})
    check_headers(answer)
    found = cors(answer)
    assert found["access-control-allow-origin"] == origin
    assert "X-Request-Id" in found["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in found
    assert "Origin" in answer.headers["vary"]


def test_without_a_token_an_allowed_origin_can_read_the_401(open_server: Server) -> None:
    with Client(open_server.address, None) as nobody:
        answer = nobody.get("/api/lead", headers={"Origin": SHOP})
    failure(answer, 401, "/api/lead")
    assert cors(answer)["access-control-allow-origin"] == SHOP


@each("method", ["GET", "HEAD", "POST", "PUT"])
def test_a_preflight_is_answered_without_a_token(method: str, open_server: Server) -> None:
    with Client(open_server.address, None) as nobody:
        answer = preflight(nobody, SHOP, method)
    check_headers(answer)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "data": []})
    found = cors(answer)
    assert found["access-control-allow-origin"] == SHOP
    assert method in found["access-control-allow-methods"]
    assert {"Authorization", "Content-Type"} <= set(found["access-control-allow-headers"].split(", "))
    assert "access-control-allow-credentials" not in found
    assert "Origin" in answer.headers["vary"]


@each("origin", STRANGERS)
def test_other_origins_are_not_let_in(origin: str, open_api: Client) -> None:
    answer = open_api.get("/api/lead", headers={"Origin": origin})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in cors(answer)
    refused = preflight(open_api, origin)
    failure(refused, 400, "/api/lead/1")
    assert "access-control-allow-origin" not in cors(refused)


@each(
    ("method", "fields"), [("DELETE", ""), ("PATCH", ""), ("GET", "x-odd"), ("GET", "authorization,cookie")]
)
def test_a_preflight_for_more_than_the_api_has_is_refused(method: str, fields: str, open_api: Client) -> None:
    failure(preflight(open_api, SHOP, method, fields), 400, "/api/lead/1")


def test_a_preflight_with_a_body_above_the_limit_is_413(open_server: Server) -> None:
    url = urlsplit(open_server.address)
    fields = {"Origin": SHOP, "Access-Control-Request-Method": "PUT", "Content-Length": "5000000"}
    with contextlib.closing(HTTPConnection(str(url.hostname), url.port, timeout=PATIENCE)) as client:
        client.request("OPTIONS", "/api/lead/1", headers=fields)
        answer = client.getresponse()
        assert (answer.status, answer.getheader("connection")) == (413, "close")
        assert json.loads(answer.read())["data"]["url"] == "/api/lead/1"


def test_a_plain_options_is_405_also_then(open_api: Client) -> None:
    answer = open_api.options("/api/lead", headers={"Origin": SHOP})
    failure(answer, 405, "/api/lead")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "PATCH", "DELETE"}
