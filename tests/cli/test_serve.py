"""closum serve: first start, one server per file, sockets, proxies, logs, a clean end."""

import json
import os
import pty
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from closum import __version__
from closum.accounts import attempts
from closum.settings import shown_url
from closum.store import migrate
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment, closum

CANARY = "canary7351"


def sign_in(client: httpx2.Client, **headers: str) -> int:
    """The status of a sign-in with a wrong password."""
    body = {"email": "x@example.com", "password": "wrong password"}
    return client.post("/api/token", json=body, headers=headers).status_code


def fail_from(server: Server, address: str, number: int) -> None:
    """Wrong passwords from a client's address, for as many users."""
    with server.session() as session, session.write() as unit:
        for user in range(number):
            attempts.fail(unit, attempts.subjects(f"user{user}@example.com", address))


def over_tcp(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=server.address, trust_env=False, timeout=PATIENCE)


def through_socket(path: Path) -> httpx2.Client:
    return httpx2.Client(
        transport=httpx2.HTTPTransport(uds=str(path)), base_url="http://localhost", timeout=PATIENCE
    )


def log_lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def test_each_start_says_what_it_serves_and_where(folder: Path) -> None:
    with Server(folder) as server:
        server.stop()
        server.start()
        (about, serves) = server.printed.splitlines()
        assert serves == f"closum serves on {server.address}"
        assert about.startswith(f"closum {__version__}, schema {migrate.newest()}, database ")
        assert about.endswith(
            f" {server.path}" if server.engine.name == "sqlite" else f" {shown_url(server.url)}"
        )


@pytest.mark.parametrize(("host", "own"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("127.0.0.1", "")])
def test_the_address_can_be_opened_here_and_others_are_told_how(tmp_path: Path, host: str, own: str) -> None:
    with Server(tmp_path, "--host", host) as server, over_tcp(server) as client:
        port = server.address.rpartition(":")[2]
        assert client.get("/health").status_code == 200
        assert server.process.stdout
        if own:
            assert server.address == f"http://{own}:{port}"
            told = server.process.stdout.readline()
            assert told.startswith(f"Programs on other machines reach port {port} ")
            assert "--tls-cert" in told
        assert (tmp_path / "closum.db.setup").read_text().startswith(f"{server.address}/welcome?code=")
        assert server.process.stdout.readline() == "\n"


def test_a_second_server_on_the_file_is_refused(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        second = closum("serve", "--port", "0", folder=tmp_path)
        assert second.returncode == 1
        assert second.stderr == "closum: closum.db is in use by a running closum server: stop it first\n"
        assert httpx2.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200
        server.kill()
        server.start()  # the lock has died with its holder
        assert httpx2.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize("stop", ["terminate", "interrupt"])
def test_a_signal_ends_it_cleanly(folder: Path, stop: str) -> None:
    with Server(folder) as server:
        httpx2.get(f"{server.address}/health", timeout=PATIENCE)
        if stop == "terminate":
            assert server.stop() == 0
        else:
            server.process.send_signal(2)
            assert server.process.wait(timeout=PATIENCE) == 0
            assert server.process.stdout
            server.process.stdout.close()
        assert not (folder / "closum.db-wal").exists()  # folded into the file
        assert "Traceback" not in server.log.read_text()


def test_a_second_signal_does_not_wait_for_a_slow_client(folder: Path) -> None:
    with Server(folder) as server:
        url = httpx2.URL(server.address)
        with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as client:
            head = (
                "POST /api/token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nContent-Type: application/json"
            )
            client.sendall(f"GET /health HTTP/1.1\r\nHost: x\r\n\r\n{head}\r\n\r\n{{".encode())
            assert client.recv(9_999).startswith(b"HTTP/1.1 200")
            server.process.terminate()
            refused = b""
            while b"503" not in refused:  # the first signal waits for the body, those after it do not
                server.process.terminate()
                select.select([client], [], [], 0.1)[0] and (refused := refused + client.recv(9_999))
        assert server.process.wait(timeout=PATIENCE) == 0
        assert server.process.stdout
        server.process.stdout.close()
    assert "Traceback" not in server.log.read_text()


def test_a_second_signal_does_not_wait_for_the_rest_of_a_head(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        url = httpx2.URL(server.address)
        with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET")
            assert client.recv(9_999).startswith(b"HTTP/1.1 200")
            while not select.select([client], [], [], 0.1)[0]:
                server.process.terminate()
            assert client.recv(1) == b""
        assert server.process.wait(timeout=PATIENCE) == 0
        assert server.process.stdout
        server.process.stdout.close()


def test_a_log_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "closum", "serve", "--port", "0"]
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(
            command, cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=full, text=True
        ) as process,
    ):
        assert process.stdout
        address = next(line.split()[-1] for line in process.stdout if line.startswith("closum serves on"))
        with httpx2.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
            assert [client.get(path).status_code for path in ("/health", "/api/lead") * 5] == [200, 401] * 5
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0


def test_a_unix_socket_also_after_a_killed_server(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    path = folder / "closum.sock"
    with Server(folder, "--uds", str(path)) as server:
        with through_socket(path) as client:
            assert client.get("/health").status_code == 200
        server.kill()
        assert path.exists()
        server.start()
        with through_socket(path) as client:
            assert client.get("/health").status_code == 200
        server.stop()
        assert not path.exists()


def test_the_socket_of_another_server_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    path = tmp_path / "closum.sock"
    with Server(tmp_path, "--uds", str(path)):
        refused = closum("serve", "--uds", str(path), folder=tmp_path / "other")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert str(path) in refused.stderr
        with through_socket(path) as client:
            assert client.get("/health").status_code == 200


def test_a_file_is_not_replaced_by_a_socket(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    refused = closum("serve", "--uds", "notes", folder=tmp_path)
    assert (refused.returncode, (tmp_path / "notes").read_text()) == (1, "mine")


class Proxy(BaseHTTPRequestHandler):
    """Serves /crm/… by the same path without /crm of the server whose address it has."""

    upstream = ""

    def do_GET(self) -> None:
        answer = httpx2.get(self.upstream + self.path.removeprefix("/crm"), trust_env=False, timeout=PATIENCE)
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[str]:
    """The address of a proxy before a server with a root path."""
    with Server(tmp_path, "--root-path", "/crm/") as server:
        handler = type("Handler", (Proxy,), {"upstream": server.address})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
            thread = threading.Thread(target=proxy.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
            proxy.shutdown()
            thread.join()


def test_behind_a_proxy_with_a_prefix_an_error_shows_the_url_as_sent(proxied: str) -> None:
    long = f"/crm/api/{'x' * 17_000}"
    for path, status in (("/crm/api/nope?a=%20b", 404), ("/crm/api/lead/?limit=5", 401), (long, 414)):
        answer = httpx2.get(proxied + path, trust_env=False, timeout=PATIENCE)
        assert (answer.status_code, answer.json()["data"]["url"][:16_384]) == (status, path[:16_384])
    assert httpx2.get(f"{proxied}/crm/health", trust_env=False, timeout=PATIENCE).status_code == 200


def test_what_an_untrusted_client_says_of_its_address_changes_nothing(tmp_path: Path) -> None:
    with Server(tmp_path) as server, over_tcp(server) as client:
        fail_from(server, "127.0.0.1", 48)
        fail_from(server, "10.9.9.9", 50)
        spoofed = dict.fromkeys(("X-Forwarded-For", "X-Real-IP"), "10.9.9.9") | {"Forwarded": "for=10.9.9.9"}
        assert [sign_in(client, **spoofed) for _ in range(3)] == [401, 401, 429]


def test_the_rightmost_untrusted_hop_counts_from_a_trusted_proxy(folder: Path) -> None:
    with Server(folder, "--trusted-proxy", "127.0.0.1,10.0.0.0/8") as server, over_tcp(server) as client:
        fail_from(server, "203.0.113.7", 49)
        fail_from(server, "192.0.2.1", 50)  # to the left of the hop: an invention of the client
        hops = [{"X-Forwarded-For": f"192.0.2.1, {hop}, 10.1.2.3"} for hop in ("203.0.113.7", "203.0.113.8")]
        assert [sign_in(client, **hop) for hop in (hops[0], hops[0], hops[1])] == [401, 429, 401]


def test_a_proxy_on_the_unix_socket_is_trusted_when_named(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with Server(tmp_path, "--uds", str(path), "--trusted-proxy", "unix") as server:
        fail_from(server, "203.0.113.7", 50)
        with through_socket(path) as client:
            hops = ("203.0.113.7", "203.0.113.8", "203.0.113.8, 203.0.113.7", "203.0.113.7, 203.0.113.8")
            answers = [sign_in(client, **{"X-Forwarded-For": hop}) for hop in hops]
    assert answers == [429, 401, 429, 401]


def test_one_json_line_for_each_request_without_personal_data(folder: Path) -> None:
    with Server(folder) as server:
        body = {"email": "admin@example.com", "password": server.password}
        token = httpx2.post(f"{server.address}/api/token", json=body, timeout=PATIENCE).json()["data"][
            "token"
        ]
        with httpx2.Client(base_url=server.address, trust_env=False, timeout=PATIENCE) as client:
            client.headers |= {"Authorization": f"Bearer {token}", "User-Agent": CANARY, "Referer": CANARY}
            calls = [
                ("POST", "/api/lead", 201, "POST /api/lead"),
                ("POST", f"/api/lead?_q={CANARY}", 201, "POST /api/lead"),
                ("GET", f"/api/lead/{CANARY}", 404, "GET /api/lead/{id}"),
                ("GET", f"/api/lead?sort={CANARY}", 400, "GET /api/lead"),
                ("GET", f"/{CANARY}", 404, "unknown path"),
                ("PUT", "/api/lead", 405, "/api/lead"),
                ("POST", "/api/token", 401, "POST /api/token"),
            ]
            ids = []
            for method, path, status, _ in calls:
                sent = {"name": CANARY, "email": {"email": f"{CANARY}@example.com"}}
                if path == "/api/token":
                    sent = {"email": f"{CANARY}@example.com", "password": CANARY}
                answer = client.request(method, path, json=sent)
                assert answer.status_code == status, answer.text
                ids.append(answer.headers["X-Request-Id"])
        broken = raw(server.address, f"GET /{CANARY} HTTP/1.1\r\nHost: {CANARY} {CANARY}\r\n\r\n")
        assert broken.startswith("HTTP/1.1 400")
        server.stop()
        lines = log_lines(server)[1:]
        assert [(line["request_id"], line["status"], line["route"]) for line in lines[:-1]] == [
            (request_id, status, route) for request_id, (_, _, status, route) in zip(ids, calls, strict=True)
        ]
        assert all(line["ms"] >= 0 for line in lines)
        assert lines[-1]["status"] == 400
        assert CANARY not in server.log.read_text()


def raw(address: str, request: str) -> str:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(request.encode())
        return connection.recv(65_536).decode()


def test_the_log_level_is_kept_to(tmp_path: Path) -> None:
    with Server(tmp_path, "--log-level", "warning") as server:
        httpx2.get(f"{server.address}/health", timeout=PATIENCE)
        server.stop()
        assert server.log.read_text() == ""


def test_on_a_terminal_the_log_is_plain_text(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    server = subprocess.Popen(
        [sys.executable, "-m", "closum", "serve", "--port", "0"],
        cwd=tmp_path,
        env=clean_environment() | {"NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=slave,
        text=True,
    )
    try:
        assert server.stdout
        address = next(line.split()[-1] for line in server.stdout if line.startswith("closum serves on "))
        httpx2.get(f"{address}/health", timeout=PATIENCE)
        assert select.select([master], [], [], 30)[0]
        line = os.read(master, 65_536).decode()
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)
        os.close(slave)
        os.close(master)
    assert "GET /health" in line
    assert not line.startswith("{")


def test_a_variable_that_is_no_setting_is_warned_of(tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_SIGNING_KYE="x" * 40) as server:
        server.stop()
        assert server.log.read_text().startswith(
            "closum: CLOSUM_SIGNING_KYE is set, but closum has no such setting"
        )
        assert "xxxx" not in server.log.read_text()


def test_more_than_one_worker_needs_postgresql(tmp_path: Path) -> None:
    done = closum("serve", "--workers", "2", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("closum: --workers above 1 needs PostgreSQL (--database postgresql://")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_weak_signing_key_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    for weak in ("", "secret", "changeme", "x" * 64, "a" * 31):
        refused = closum("serve", "--port", "0", folder=tmp_path, CLOSUM_SIGNING_KEY=weak)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("closum: CLOSUM_SIGNING_KEY is too weak: ")
        assert not weak or weak not in refused.stderr
    assert not (tmp_path / "closum.db").exists()
