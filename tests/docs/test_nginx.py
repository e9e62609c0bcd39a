"""docs/deploy/nginx.conf, tried with nginx in front of a server over TCP and over a UNIX socket."""

import contextlib
import json
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path

import httpx2
import pytest

from closum.accounts import attempts
from closum.web.cookies import OF_SESSION
from tests.support.client import Client
from tests.support.nginx import Proxy
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import Visitor

Program = Callable[..., str]

Start = Callable[..., tuple[Server, Proxy]]


@pytest.fixture
def start(program: Program) -> Iterator[Start]:
    """Starts a server, over "tcp" or "unix", with nginx before it."""
    nginx = program("nginx", package="nginx-light")
    folder = Path(tempfile.mkdtemp(prefix="closum-"))  # short: the path of a socket has 107 bytes at most
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)

        def both(kind: str, *options: str, changes: tuple[tuple[str, str], ...] = ()) -> tuple[Server, Proxy]:
            trusted = "127.0.0.1" if kind == "tcp" else "unix"
            place = () if kind == "tcp" else ("--uds", str(folder / "closum.sock"))
            server = stack.enter_context(Server(folder, *place, "--trusted-proxy", trusted, *options))
            upstream = (
                server.address.removeprefix("http://") if kind == "tcp" else f"unix:{folder}/closum.sock"
            )
            proxy = Proxy(nginx, folder, upstream, *changes)
            stack.callback(proxy.stop)
            return server, proxy

        yield both


def sign_in(client: httpx2.Client, server: Server, **headers: str) -> httpx2.Response:
    body = {"email": "admin@example.com", "password": server.password}
    return client.post("/api/token", json=body, headers=headers)


def fail_often(server: Server, client: str) -> None:
    """As many wrong passwords from a client as are allowed."""
    with server.session() as session, session.write() as unit:
        for number in range(attempts.MOST_PER_CLIENT):
            attempts.fail(unit, attempts.subjects(f"{number}@example.com", client))


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_calls_pass_and_each_client_counts_by_its_own_address(start: Start, kind: str) -> None:
    server, proxy = start(kind)
    fail_often(server, "127.0.0.2")
    with proxy.client("127.0.0.2") as barred, proxy.client("127.0.0.3") as other:
        assert sign_in(barred, server).status_code == 429
        assert sign_in(barred, server, **{"X-Forwarded-For": "127.0.0.3"}).status_code == 429
        answer = sign_in(other, server, **{"X-Forwarded-For": "127.0.0.2"})
        assert answer.status_code == 200
        other.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        assert other.post("/api/lead", json={"name": "Ana"}).json() == {"success": True, "data": {"id": 1}}
        assert other.get("/api/lead/1?_a=%2F").json()["data"]["name"] == "Ana"
        unknown = other.get("/api/n%6Fthing?a=%2F")
        assert (unknown.status_code, unknown.json()["data"]["url"]) == (404, "/api/n%6Fthing?a=%2F")


@pytest.mark.parametrize(
    ("size", "by_nginx"), [(1_048_577, False), (2_097_152, False), (2_097_153, True), (9_000_000, True)]
)
def test_a_body_that_is_too_large_is_413_in_the_envelope(start: Start, size: int, by_nginx: bool) -> None:
    server, proxy = start("unix")
    with proxy.client() as client:
        token = sign_in(client, server).json()["data"]["token"]
        head = {"Authorization": f"Bearer {token}"}
        answer = client.post("/api/lead?a=1", content=b"x" * size, headers=head)
    assert answer.status_code == 413
    assert answer.json()["data"] == {
        "code": 413,
        "url": "/api/lead?a=1",
        "message": "The request body is too large: at most 1 MiB (1048576 bytes)",
    }
    assert ("client intended to send too large body" in (server.folder / "error.log").read_text()) == by_nginx
    for name in ("x-request-id", "cache-control", "x-content-type-options", "vary"):
        assert answer.headers[name]


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_slow_clients_are_cut_off(start: Start) -> None:
    server, proxy = start("unix")
    with proxy.connect() as head, proxy.connect() as body:
        head.sendall(b"GET /api/lead HTTP/1.1\r\nHost: leads.example.com\r\nX-Slow: ")
        body.sendall(b"POST /api/lead HTTP/1.1\r\nHost: leads.example.com\r\nContent-Length: 20\r\n\r\n{")
        with proxy.client() as client:
            assert client.get("/health").status_code == 200
        assert (read_all(head), read_all(body)) == (b"", b"")
    assert "POST /api/lead" not in server.log.read_text()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /api/lead HTTP/1.1\r\n\r\n", 400),
        (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /api/lead HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /health HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b'POST /"\xff HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n', 413),
    ],
    ids=["nonsense", "no host", "long line", "long header", "version", "odd url"],
)
def test_what_nginx_refuses_has_the_form_of_our_errors(start: Start, request_: bytes, status: int) -> None:
    _, proxy = start("unix")
    with proxy.connect() as connection, HTTPResponse(connection) as response:
        connection.sendall(request_)
        response.begin()
        answer = json.loads(response.read())
    assert (response.status, answer["success"], answer["data"]["code"]) == (status, False, status)


def test_a_client_that_closes_its_sending_side_gets_its_answer(start: Start) -> None:
    _, proxy = start("unix")
    body = b'{"email":"nobody@example.com","password":"wrong password"}'  # its check takes a while
    head = b"POST /api/token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    for _ in range(3):
        with proxy.connect() as connection:
            connection.sendall(head + body)
            connection.shutdown(socket.SHUT_WR)
            assert read_all(connection).startswith(b"HTTP/1.1 401 ")


def test_a_server_that_is_down_is_503_in_the_envelope(start: Start) -> None:
    server, proxy = start("tcp")
    server.stop()
    with proxy.client() as client:
        answer = client.get("/api/lead")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["data"]["url"] == "/api/lead"


def test_port_80_sends_on_what_can_be_sent_on(start: Start) -> None:
    server, proxy = start("unix")
    with proxy.plain() as client:
        for method in ("GET", "HEAD"):
            for host in ("leads.example.com", "other.example.org"):  # it never leads to a foreign name
                answer = client.request(method, "/docs?a=%2F", headers={"Host": host})
                assert answer.status_code == 301
                assert answer.headers["location"] == "https://leads.example.com/docs?a=%2F"
    assert "/docs" not in server.log.read_text()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_port_80_refuses_what_went_in_clear(start: Start, method: str) -> None:
    server, proxy = start("unix")
    with proxy.plain() as client:
        answers = [
            client.request(
                method, "/api/token", json={"email": "admin@example.com", "password": server.password}
            ),
            client.get("/api/token", headers={"Authorization": "Bearer x.y.z"}),
        ]
    for answer in answers:
        data = answer.json()["data"]
        assert (answer.status_code, answer.json()["success"], data["code"]) == (400, False, 400)
        assert (data["url"], answer.headers["content-type"]) == ("/api/token", "application/json")
        assert data["message"].startswith("Send this to https://leads.example.com: ")
        assert answer.headers["cache-control"] == "no-store"
    assert "/api/token" not in server.log.read_text()


def test_port_80_proves_the_name_to_the_authority(start: Start) -> None:
    server, proxy = start("unix")
    place = server.folder / "www/.well-known/acme-challenge"
    place.mkdir(parents=True)
    (place / "proof").write_text("proven")
    server.folder.chmod(0o755)
    with proxy.plain() as client:
        answer = client.get("/.well-known/acme-challenge/proof")
        assert (answer.status_code, answer.text) == (200, "proven")
        assert client.get("/.well-known/acme-challenge/none").status_code == 404


def test_the_guide_takes_away_what_answers_on_port_80() -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/service.md").read_text(encoding="utf-8")
    certificate = guide.index(
        "certbot certonly --webroot --webroot-path /var/www/html --deploy-hook 'systemctl reload nginx'"
    )
    assert certificate < guide.index("rm -f /etc/nginx/sites-enabled/default") < guide.index("nginx -t")


def test_browsers_keep_to_tls(start: Start) -> None:
    _, proxy = start("unix")
    with proxy.client() as client:
        for path, status in (("/health", 200), ("/" + "x" * 40_000, 414)):
            answer = client.get(path)
            assert answer.status_code == status
            assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_log_has_no_query_strings(start: Start) -> None:
    privacy = (Path(__file__).parents[2] / "docs/guide/privacy.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```nginx\n(.*?)^```$", privacy, re.DOTALL | re.MULTILINE)
    conf = (Path(__file__).parents[2] / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
    assert {line.strip() for line in conf.splitlines()} >= {*shown.splitlines()}
    server, proxy = start("unix")
    with proxy.client() as client:
        assert client.get("/api/lead?email=ana@example.com").status_code == 401
        assert client.get("/health?q=ana").status_code == 200
    log = server.folder / "access.log"
    wait_until(lambda: log.read_text(encoding="utf-8").count("\n") == 2)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert ['"GET /api/lead" 401 ' in lines[0], '"GET /health" 200 ' in lines[1]] == [True, True]
    assert "ana" not in "".join(lines)


def under_crm() -> tuple[tuple[str, str], ...]:
    """What the guide changes where closum is under a path of another site."""
    guide = (Path(__file__).parents[2] / "docs/guide/service.md").read_text(encoding="utf-8")
    shown = "    location /crm/ {\n        proxy_pass http://closum/;"
    inner = "            rewrite ^/crm(/.*)$ $1 break;\n"
    assert guide.count(shown) == guide.count(inner) == 1
    plain = ("    location / {\n        proxy_pass http://closum;", shown)
    places = (f"location ~ {one}$ {{\n" for one in ("/api/[a-z_]+/export/?", "/live"))
    return plain, *((one, one + inner) for one in places)


def test_under_a_path_errors_show_the_whole_url(start: Start) -> None:
    server, proxy = start("unix", "--root-path", "/crm", changes=under_crm())
    with proxy.client() as client:
        client.base_url = httpx2.URL(f"http://127.0.0.1:{proxy.port}/crm/")
        token = sign_in(client, server).json()["data"]["token"]
        answer = client.get("api/lead?page=1")
        export = client.get("api/lead/export", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["data"]["url"]) == (401, "/crm/api/lead?page=1")
    assert export.status_code == 200


def test_a_page_that_is_open_is_told_at_once_and_its_end_reaches_the_server(start: Start) -> None:
    """Also below a path."""
    server, proxy = start("tcp", "--root-path", "/crm", changes=under_crm())
    assert server.password
    with Visitor(server, "admin@example.com") as visitor:
        assert 'data-live="/crm/live"' in visitor.page("/leads")
        token = sign_in(visitor, server).json()["data"]["token"]
        cookie = f"{OF_SESSION.name}={visitor.cookies[OF_SESSION.name]}"
    head = f"GET /crm/live HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
    with proxy.connect() as client, client.makefile("rb") as answer:
        client.sendall(head.encode())
        assert answer.readline().startswith(b"HTTP/1.1 200 ")
        while not answer.readline().startswith(b"data: "):
            pass
    with Client(server.address, token) as api:  # whose writes are told to nobody any more
        wait_until(
            lambda: api.new("lead", {"name": "Ana"}) > 0 and "GET /live" in server.log.read_text("utf-8")
        )
