"""A page above 1 MiB is the same page, whatever it is made of, and a slow reader of it costs no memory."""

import itertools
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from closum.http.spool import MOST_WHOLE
from closum.resources.lead import LEAD
from tests.conftest import sign_up
from tests.support import engine as engines
from tests.support.answers import check_headers
from tests.support.client import Client
from tests.support.engine import Engine
from tests.support.large import LONG, account_id, fill, leads, unnamed_files
from tests.support.patience import PATIENCE, wait_until
from tests.support.served import answers, read_all
from tests.support.server import Server
from tests.support.wire import request

NAMES = ("á", "b", "\x01", '"', "\\", "/")
READERS = 6
MOST_MEMORY = 150  # MB
ORDERS = list(itertools.product(LEAD.listing.sorts, ("asc", "desc")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("large").resolve()


@pytest.fixture(scope="module")
def server(engine: Engine, folder: Path) -> Iterator[Server]:
    """A server of its own, whose memory and files are looked at."""
    engines.current = engine
    home, files = folder / engine.name, folder / f"files-{engine.name}"
    home.mkdir()
    files.mkdir()
    with Server(home, CLOSUM_SPOOL_FOLDER=str(files)) as server:
        yield server
    assert list(files.iterdir()) == []
    engine.forget(home)


def filled(server: Server, api: Client, *bodies: object) -> None:
    with server.session() as session:
        fill(session, account_id(session, api.account), bodies)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def large(server: Server) -> Iterator[Client]:
    """A client of an account whose leads have long documents, short ones and none."""
    mixed = [
        {
            "name": f"{NAMES[one % 6]}{one}",
            "custom_data": (LONG, None, LONG, LONG, "[]", LONG, LONG, LONG)[one % 8],
            "city_id": one % 5 or None,
            "email": {"email": f"{one % 7}@example.com"},
            "phone": {"extension": "351", "number": str(912345000 + one % 9)},
        }
        for one in range(60)
    ]
    with sign_up(server) as api:
        filled(server, api, *mixed)
        yield api


def one_by_one(api: Client, query: str, numbers: range) -> bytes:
    """The `data` of a page, assembled from pages of one record."""
    found = []
    for number in numbers:
        answer = api.get(f"/api/lead?{query}&limit=1&page={number}")
        assert answer.status_code == 200
        start, end = b'{"success":true,"data":[', b'],"pagination":'
        assert answer.content.startswith(start)
        found.append(answer.content[len(start) : answer.content.rindex(end)])
    return b",".join(found)


@pytest.mark.parametrize(("sort", "direction"), ORDERS)
def test_its_bytes_are_those_of_its_records(large: Client, sort: str, direction: str) -> None:
    query = f"sort={sort}&direction={direction}"
    for limit, page, more in ((1000, 1, False), (40, 1, True), (40, 2, False)):
        answer = large.get(f"/api/lead?{query}&limit={limit}&page={page}")
        check_headers(answer)
        first = (page - 1) * limit + 1
        shown = one_by_one(large, query, range(first, min(first + limit, 61)))
        pages = 1 if limit == 1000 else 2
        pagination = (
            f'{{"page_count":{pages},"current_page":{page},"has_next_page":{str(more).lower()},'
            f'"has_prev_page":{str(page > 1).lower()},"count":60,"limit":{limit}}}'
        )
        assert answer.content == b'{"success":true,"data":[%b],"pagination":%b}' % (
            shown,
            pagination.encode(),
        )
        if page == 1:
            assert len(answer.content) > MOST_WHOLE


def test_the_default_page_too(large: Client) -> None:
    answer = large.get("/api/lead")
    assert len(answer.content) > MOST_WHOLE
    assert answer.json()["pagination"] == {
        "page_count": 3,
        "current_page": 1,
        "has_next_page": True,
        "has_prev_page": False,
        "count": 60,
        "limit": None,
    }
    assert [lead["id"] for lead in answer.json()["data"]] == list(range(1, 26))


@pytest.mark.parametrize("length", [1_000, 10_000, 10_486, 40_000, 65_000])
def test_one_long_document_among_short_ones(server: Server, api: Client, length: int) -> None:
    """Below 1 MiB in all, but too long to be read with the others."""
    document = f'"{"x" * (length - 2)}"'
    bodies = [{"name": str(one), "custom_data": document if one == 7 else "[1]"} for one in range(30)]
    filled(server, api, *bodies)
    for limit in (25, 200, 1000):
        shown = api.data("GET", f"/api/lead?limit={limit}")
        assert [lead["custom_data"] for lead in shown] == [one["custom_data"] for one in bodies[:limit]]


def test_short_values_that_are_long_in_json(server: Server, api: Client) -> None:
    name = "\x01" * 255
    filled(server, api, *[{"name": name}] * 750)
    answer = api.get("/api/lead?limit=1000")
    check_headers(answer)
    assert len(answer.content) > MOST_WHOLE
    assert [lead["name"] for lead in answer.json()["data"]] == [name] * 750


def test_a_page_beyond_the_last_is_unknown(large: Client) -> None:
    assert large.get("/api/lead?limit=60&page=2").status_code == 404


def test_head_tells_its_length(large: Client, server: Server, folder: Path) -> None:
    length = large.get("/api/lead?limit=1000").headers["content-length"]
    for _ in range(40):  # more than there may be files
        answer = large.head("/api/lead?limit=1000")
        assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, length, b"")
    wait_until(lambda: unnamed_files(server.process.pid, folder) == 0)


def test_the_connection_goes_on_behind_it(large: Client, server: Server) -> None:
    bearer = f"Authorization: Bearer {large.token}"
    asked = request("GET /api/lead?limit=1000", bearer) + request("GET /api/lead/1", bearer)
    with connected(server) as connection:
        connection.sendall(asked + request("GET /health", "Connection: close"))
        bodies = [answer.body for answer in answers(read_all(connection))]
    assert len(bodies) == 3
    assert bodies[0] == large.get("/api/lead?limit=1000").content
    assert bodies[1] == large.get("/api/lead/1").content


def connected(server: Server, *, buffer: int | None = None) -> socket.socket:
    target = urlsplit(server.address)
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.connect((target.hostname, target.port))
    return connection


def most_memory(pid: int) -> int:
    """In MB, since the process was started."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def test_readers_that_do_not_read_hold_no_memory(server: Server, api: Client, folder: Path) -> None:
    filled(server, api, *leads(1000, f'"{"x" * 64_998}"'))
    pid = server.process.pid
    asked = request("GET /api/lead?limit=1000", f"Authorization: Bearer {api.token}")
    idle = [connected(server, buffer=4096) for _ in range(READERS)]
    try:
        for one in idle:
            one.sendall(asked)
        for one in idle:
            assert one.recv(12) == b"HTTP/1.1 200"  # the head comes when all is written
        assert unnamed_files(pid, folder) == READERS
        assert api.new("lead", {"name": "beside them"}) == 1001
        with connected(server) as connection:
            connection.sendall(asked)
            with HTTPResponse(connection) as answer:
                answer.begin()
                left = answer.length
                while left and (piece := answer.read(1 << 20)):
                    left -= len(piece)
                assert left == 0
        assert most_memory(pid) < MOST_MEMORY
    finally:
        for one in idle:
            one.close()
    wait_until(lambda: unnamed_files(pid, folder) == 0)


def test_an_export_that_nobody_reads_holds_no_memory(server: Server, api: Client, folder: Path) -> None:
    """Nor does it hold the next one up: the file is written before it is sent."""
    filled(server, api, *leads(1000, f'"{"x" * 64_998}"'))
    pid = server.process.pid
    asked = request("GET /api/lead/export", f"Authorization: Bearer {api.token}")
    idle = [connected(server, buffer=4096) for _ in range(READERS)]
    try:
        for number, one in enumerate(idle, 1):
            one.sendall(asked)
            assert one.recv(12) == b"HTTP/1.1 200"
            assert unnamed_files(pid, folder) == number
        assert len(api.get("/api/lead/export?fields=id").content.splitlines()) == 1001
        assert most_memory(pid) < MOST_MEMORY
    finally:
        for one in idle:
            one.close()
    wait_until(lambda: unnamed_files(pid, folder) == 0)
