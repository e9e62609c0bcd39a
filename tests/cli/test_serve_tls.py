"""`closum serve` with a certificate of its own: what it refuses, who can use it, and a renewal while it is used."""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from closum.http.certificate import PemFiles
from tests.conftest import Programs
from tests.store.postgres.conftest import workers
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, clean_environment, closum
from tests.support.tls import TlsClient, authority, client_context, pair_of, write

ROOT = Path(__file__).parents[2]


def options(files: PemFiles) -> tuple[str, ...]:
    return "--tls-cert", files.certificate, "--tls-key", files.key


@pytest.fixture
def files(tmp_path: Path) -> PemFiles:
    return write(tmp_path)


def refusal(folder: Path, *arguments: str, **environment: str) -> str:
    """The one line of a server that does not start."""
    done = closum("serve", "--port", "0", *arguments, folder=folder, **environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert not (folder / "closum.db").exists()
    return done.stderr.strip()


def test_a_certificate_and_a_key_belong_together(tmp_path: Path, files: PemFiles) -> None:
    why = "too: a certificate and its private key belong together"
    alone = refusal(tmp_path, "--tls-cert", files.certificate)
    assert alone == f"closum: --tls-cert needs --tls-key {why}"
    alone = refusal(tmp_path, CLOSUM_TLS_KEY=files.key)
    assert alone == f"closum: --tls-key needs --tls-cert {why}"


def test_a_unix_socket_has_no_tls(tmp_path: Path, files: PemFiles) -> None:
    refused = refusal(tmp_path, *options(files), "--uds", str(tmp_path / "socket"))
    assert refused.startswith("closum: --tls-cert and --uds exclude each other: ")


def test_a_pair_that_cannot_be_used_is_refused(tmp_path: Path, files: PemFiles) -> None:
    missing = files._replace(key=str(tmp_path / "missing.key"))
    assert refusal(tmp_path, *options(missing)).endswith(
        "missing.key cannot be read: No such file or directory"
    )
    folder = files._replace(certificate=str(tmp_path))
    assert refusal(tmp_path, *options(folder)).endswith(" cannot be read: Is a directory")
    Path(files.key).write_bytes(pair_of(authority().issue_cert("localhost")).key)
    assert refusal(tmp_path, *options(files)) == (
        f"closum: The private key {files.key} does not belong to the certificate {files.certificate}"
    )


def test_it_warns_of_an_expired_certificate_and_of_a_key_that_others_can_read(tmp_path: Path) -> None:
    ended = authority().issue_cert("localhost", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    files = write(tmp_path, ended)
    Path(files.key).chmod(0o644)
    with Server(tmp_path, *options(files)) as server:
        assert server.log.read_text().splitlines()[:2] == [
            f"closum: Clients do not accept the certificate {files.certificate}: certificate has expired",
            f"closum: {files.key} can be read by every user of this machine: 'chmod o-rwx {files.key}'",
        ]


def test_an_empty_variable_is_no_certificate(tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_TLS_CERT="", CLOSUM_TLS_KEY="") as server:
        assert server.address.startswith("http://")


class Secure(Server):
    """A server with TLS, under the name in its certificate."""

    @property
    def url_of_site(self) -> str:
        assert self.address.startswith("https://127.0.0.1:")
        return self.address.replace("127.0.0.1", "localhost")

    def connect(self) -> TlsClient:
        port = int(self.address.rpartition(":")[2])
        return TlsClient(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))

    def shown(self) -> bytes:
        """The certificate that a new connection gets."""
        with self.connect() as client:
            certificate: bytes = client.object.getpeercert(binary_form=True) or b""
            return certificate


@pytest.fixture
def trusted(tmp_path: Path) -> dict[str, str]:
    """An environment whose programs trust the authority of the tests."""
    path = tmp_path / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    own = clean_environment()
    return own | {"SSL_CERT_FILE": str(path), "CURL_CA_BUNDLE": str(path), "HOME": str(tmp_path)}


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("secure")
    with Secure(folder, *options(write(folder))) as server:
        yield server


def run(command: list[str], environment: dict[str, str], stdin: str = "") -> str:
    done = subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


PYTHON = """
import sys
from closum_client import Client
with Client(sys.argv[1], email="admin@example.com", password=sys.argv[2]) as client:
    lead = client.leads.create(name="Ana")
    print(client.leads.retrieve(lead if isinstance(lead, int) else lead.id).name)
"""
RUBY = """
require "closum"
client = Closum::Client.new(ARGV[0], email: "admin@example.com", password: ARGV[1])
puts client.cities.list(limit: 1).first.city_name
"""


def test_python(secure: Secure, trusted: dict[str, str]) -> None:
    arguments = [secure.url_of_site, secure.password]
    assert run([sys.executable, "-c", PYTHON, *arguments], trusted) == "Ana\n"


def test_ruby(secure: Secure, trusted: dict[str, str], program: Programs) -> None:
    ruby = program("ruby", package="ruby")
    command = [ruby, "-I", str(ROOT / "clients/ruby/lib"), "-e", RUBY, secure.url_of_site, secure.password]
    assert run(command, trusted)


def test_shell(secure: Secure, trusted: dict[str, str]) -> None:
    command = [sys.executable, "-m", "closum"]
    site = ["--url", secure.url_of_site]
    login = ["login", *site, "--email", "admin@example.com", "--password-stdin"]
    run([*command, *login], trusted, secure.password)
    assert run([*command, "city", "list"], trusted)


def test_curl(secure: Secure, trusted: dict[str, str], program: Programs) -> None:
    curl = [program("curl", package="curl"), "--silent", "--show-error", "--http2"]
    assert json.loads(run([*curl, f"{secure.url_of_site}/health"], trusted))["success"]


def test_an_answer_over_a_mebibyte_comes_whole(secure: Secure) -> None:
    with httpx2.Client(verify=client_context(), timeout=PATIENCE, trust_env=False) as client:
        found = client.get(f"{secure.url_of_site}/api/openapi.json")
        assert found.json()["openapi"]


class Load:
    """Clients that ask without an end, half of them on connections that they keep."""

    def __init__(self, server: Secure) -> None:
        self.url, self.count = f"{server.url_of_site}/health", 0
        self.failures: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(keep,)) for keep in (True, False) * 2]

    def _ask(self, keep: bool) -> None:
        while not self._stop.is_set():
            with httpx2.Client(verify=client_context(), timeout=PATIENCE, trust_env=False) as client:
                self._ask_on(client, keep)

    def _ask_on(self, client: httpx2.Client, keep: bool) -> None:
        while not self._stop.is_set():
            try:
                status = client.get(self.url).status_code
            except httpx2.HTTPError as error:
                self.failures.append(repr(error))
            else:
                self.count += 1
                if status != 200:
                    self.failures.append(str(status))
            if not keep:
                return

    def go_on(self) -> None:
        """Until some more are answered."""
        goal = self.count + 20
        wait_until(lambda: self.count > goal)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def renew(files: PemFiles) -> bytes:
    """Replaces one file after the other; the new certificate, as a client sees it."""
    renewed = authority().issue_cert("localhost", "127.0.0.1")
    for name, content in zip(files, pair_of(renewed), strict=True):
        new = Path(f"{name}.new")
        new.write_bytes(content)
        new.replace(name)
    return ssl.PEM_cert_to_DER_cert(renewed.cert_chain_pems[0].bytes().decode())


def until_shown(server: Secure, certificate: bytes) -> None:
    """By all of its processes, most likely."""
    wait_until(lambda: all(server.shown() == certificate for _ in range(10)))


def test_a_renewal_costs_no_request(secure: Secure) -> None:
    files = PemFiles(*(str(secure.folder / name) for name in ("server.crt", "server.key")))
    with Load(secure) as load:
        for _ in range(2):
            old = secure.shown()
            new = renew(files)
            assert old != new
            until_shown(secure, new)
            load.go_on()
    assert load.failures == []
    lines = [
        json.loads(line)["event"] for line in secure.log.read_text().splitlines() if "certificate" in line
    ]
    assert lines == [f"the certificate was read again from {files.certificate}"] * 2


def test_a_stop_under_load_resets_nobody(tmp_path: Path, files: PemFiles) -> None:
    """What is asked before the listener is gone is answered."""
    with Secure(tmp_path, *options(files)) as secure, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(secure.connect()) for _ in range(20)]
        request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for client in clients:
            client.sendall(request)
        assert secure.stop() == 0
        for client in clients:
            received = b""
            while piece := client.recv(65_536):
                received += piece
            assert received.startswith(b"HTTP/1.1 200 ")
            assert client.was_told


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_several_processes_take_a_renewal_and_are_started_again_beside_broken_files(folder: Path) -> None:
    files = write(folder)
    with Secure(folder, *options(files), "--workers", "2") as server:
        wait_until(lambda: len(workers(server)) == 2)
        new = renew(files)
        until_shown(server, new)
        first = workers(server)
        Path(files.key).write_text("broken")
        subprocess.run(["kill", "-KILL", str(first[0])], check=True)
        wait_until(lambda: len(workers(server)) == 2 and first[0] not in workers(server))
        assert all(server.shown() for _ in range(20))
        assert server.stop() == 0
