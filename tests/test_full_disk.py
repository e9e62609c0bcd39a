"""A server on a disk that is full: what it says, and that nothing that it answered is lost."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from closum.errors import Refusal
from closum.operations import check
from closum.store import integrity, migrate
from closum.store.health import DAMAGED, FULL, MOVED
from closum.store.sqlite.session import SQLiteSession
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.disk import Disk, mounted
from tests.support.import_calls import send
from tests.support.load import Load
from tests.support.patience import wait_until
from tests.support.server import Server, closum

ROUNDS = 20
PAGE = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def server(disk: Disk, tmp_path: Path) -> Iterator[Server]:
    """Its database is on the disk, its log and the files of imports are not."""
    with Server(disk.folder, log=tmp_path / "log.txt", CLOSUM_FILES_FOLDER=str(tmp_path)) as server:
        yield server


@pytest.fixture
def api(server: Server) -> Iterator[Client]:
    with sign_up(server) as client:
        yield client


def events(server: Server) -> list[tuple[str, str]]:
    """Level and text of each line of the log that is not that of a request."""
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    return [(line["level"], line["event"]) for line in lines if line["event"] != "request"]


def is_ready(api: Client) -> bool:
    return api.get("/ready").status_code == 200


def unready(api: Client, text: object) -> None:
    """It says why, in the envelope of every error."""
    answer = api.get("/ready")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json() == {"success": False, "data": {"code": 503, "url": "/ready", "message": str(text)}}


def refused(api: Client, name: str = "lost") -> None:
    answer = api.post("/api/lead", json={"name": name})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    message = "The service is not available at the moment: try again"
    assert answer.json()["data"]["message"] == message


def test_a_disk_that_is_full_and_has_room_again(disk: Disk, server: Server, api: Client) -> None:
    api.new("lead", {"name": "before"})
    assert is_ready(api)
    disk.fill()
    for _ in range(3):
        refused(api)
        unready(api, FULL)
        assert api.data("GET", "/api/lead")[0]["name"] == "before"
    assert api.get("/health").status_code == 200
    assert [level for level, _ in events(server)] == ["error"]
    disk.free()
    wait_until(lambda: is_ready(api))  # though nobody writes
    api.new("lead", {"name": "after"})
    (_, begun), (level, ended) = events(server)
    assert begun.startswith(f"{FULL} (")
    assert str(server.path) in begun
    assert level == "warning"
    assert FULL.what in ended


def without_room_to_fold(disk: Disk, api: Client) -> None:
    """What was answered is in the log beside the file, and the file cannot grow by it."""
    for number in range(20):
        api.new("lead", {"name": str(number), "custom_data": {"text": "x" * 40_000}})
    disk.fill()


def names(server: Server) -> list[str]:
    with server.session() as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
        return [row[0] for row in unit.all("SELECT name FROM lead ORDER BY account_id, id")]


def test_a_stop_while_the_disk_is_full(disk: Disk, server: Server, api: Client) -> None:
    without_room_to_fold(disk, api)
    refused(api)
    assert server.stop() == 0
    assert server.path.with_name("closum.db-wal").stat().st_size > 20 * 40_000
    *_, (level, text) = events(server)
    assert level == "warning"
    assert f"{server.path.name}-wal" in text
    assert "keep both" in text
    assert "Traceback" not in server.log.read_text()
    server.start()  # on the full disk
    with Client(server.address, api.token) as again:
        assert again.get("/api/lead").json()["pagination"]["count"] == 20
        refused(again)
        unready(again, FULL)
        disk.free()
        wait_until(lambda: is_ready(again))
        again.new("lead", {"name": "after"})
    assert server.stop() == 0
    assert names(server) == [*map(str, range(20)), "after"]


def test_the_log_on_the_same_disk_has_no_traceback(disk: Disk) -> None:
    with Server(disk.folder) as server:
        with sign_up(server) as api:
            without_room_to_fold(disk, api)
            refused(api)
            disk.free()
            wait_until(lambda: is_ready(api))
            disk.fill()
            refused(api)
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text()
    disk.free()
    assert names(server) == [*map(str, range(20))]


COMMANDS = [
    "account add Acme",
    "demo --leads 2000",
    "backup copy.bak",
    "city load cities.csv",
    "serve --port 0 --database sqlite:///new.db",
    "user add ana@example.com --database sqlite:///new.db",
    "account rename One Two",
    "database copy --from sqlite:///closum.db --to sqlite:///other.db",
]


def run(disk: Disk, words: str) -> "subprocess.CompletedProcess[str]":
    return closum(*words.split(), folder=disk.folder, CLOSUM_DATABASE="sqlite:///closum.db")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_says_it_in_one_line_and_can_be_run_again(disk: Disk, words: str) -> None:
    for made in ("account add One", "demo --leads 50"):
        assert run(disk, made).returncode == 0
    cities = "".join(f"{number},City {number}\n" for number in range(400, 3_000))
    (disk.folder / "cities.csv").write_text(f"id,city_name\n{cities}")
    disk.fill()
    before = set(os.listdir(disk.folder))
    done = run(disk, words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("closum: ")
    assert done.stderr.count("\n") == 1
    assert "no space left" in done.stderr.lower()
    left = {name for name in set(os.listdir(disk.folder)) - before if not name.startswith("closum.db-")}
    assert left <= {"new.db.lock", "new.db.key"}
    disk.free()
    assert run(disk, "check").returncode == 0
    if not words.startswith("serve"):
        assert run(disk, words).returncode == 0


MANY = 2_500
ROOM = 1_500_000  # bytes, which a part of the leads fits in
MANY_LEADS = "name,email\n" + "".join(f"Ana {one},ana{one}@example.pt\n" for one in range(MANY))


def test_a_command_imports_on_a_disk_that_gets_full(disk: Disk) -> None:
    (disk.folder / "leads.csv").write_text(MANY_LEADS)
    assert run(disk, "account add One").returncode == 0
    disk.fill()
    disk.free(len(MANY_LEADS))
    uncopied = run(disk, "import leads.csv")
    assert (uncopied.returncode, "cannot take a copy of leads.csv: No space left" in uncopied.stderr) == (
        1,
        True,
    )
    assert list((disk.folder / "closum.db.files").iterdir()) == []
    disk.free(ROOM)
    full = run(disk, "import leads.csv")
    assert (full.returncode, "no space left on the disk of closum.db" in full.stderr) == (1, True)
    assert run(disk, "check").returncode == 0
    disk.free()
    done = run(disk, "import leads.csv")
    assert (done.returncode, f"{MANY:,} new leads" in done.stdout) == (0, True)
    assert "it goes on behind" in done.stderr
    assert "may have been killed" not in done.stderr
    assert run(disk, "check").returncode == 0


def test_a_server_imports_on_a_disk_that_gets_full(disk: Disk, server: Server, api: Client) -> None:
    number = send(api, MANY_LEADS)
    disk.fill()
    disk.free(ROOM)
    api.data("POST", f"/api/import/{number}/start", {})
    wait_until(lambda: not is_ready(api))
    assert api.data("GET", f"/api/import/{number}")["phase"] == "import"
    disk.free()
    wait_until(lambda: api.data("GET", f"/api/import/{number}")["phase"] == "done")
    assert api.data("GET", f"/api/import/{number}")["counts"]["created"] == MANY
    assert sorted(names(server)) == sorted(f"Ana {one}" for one in range(MANY))
    assert "Traceback" not in server.log.read_text()


def test_a_schema_that_cannot_be_brought_up_to_date(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    path, known = disk.folder / "closum.db", migrate.migrations()
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "migrations", lambda: known[:-1])
        with SQLiteSession(path, create=True):
            pass
    disk.fill()
    with pytest.raises(Refusal, match="no space left"):
        SQLiteSession(path, serving=True)
    assert not list(disk.folder.glob("*.before-*"))
    disk.free()
    with SQLiteSession(path, serving=True) as session, session.read() as unit:
        assert migrate.is_current(unit)
        assert list(integrity.faults(unit)) == []


def killed_while_full(disk: Disk, server: Server, api: Client) -> None:
    server.kill()
    disk.free()


def stopped_while_full(disk: Disk, server: Server, api: Client) -> None:
    assert server.stop() == 0
    server.start()  # where it is full still
    server.kill()
    disk.free()


def killed_when_there_is_room_again(disk: Disk, server: Server, api: Client) -> None:
    disk.free()
    wait_until(lambda: is_ready(api))
    api.new("lead", {"name": "space again"})
    server.kill()


def killed_while_a_page_is_damaged(disk: Disk, server: Server, api: Client) -> None:
    disk.free()
    wait_until(lambda: is_ready(api))
    with server.session() as session:
        session.fold()
    held = server.path.read_bytes()
    damaged = [at for at in range(0, len(held), PAGE) if b"lead " in held[at : at + PAGE] and at]
    write(server.path, dict.fromkeys(damaged, b"\xa5" * PAGE))
    wait_until(lambda: api.get("/api/lead?limit=1000").status_code == 503)
    unready(api, DAMAGED)
    server.kill()
    write(server.path, {at: held[at : at + PAGE] for at in damaged})


def write(path: Path, pages: dict[int, bytes]) -> None:
    with path.open("r+b") as file:
        for at, content in pages.items():
            file.seek(at)
            file.write(content)


ENDS: list[Callable[[Disk, Server, Client], Any]] = [
    killed_while_full,
    stopped_while_full,
    killed_when_there_is_room_again,
    killed_while_a_page_is_damaged,
]


def test_nothing_answered_is_lost(disk: Disk, server: Server, api: Client) -> None:
    created: dict[str, int] = {}
    for number in range(ROUNDS):
        if number:
            server.start()
        with Client(server.address, api.token) as client, Load([server.address], api.token or "", 4) as load:
            load.wait_for(5)
            disk.fill()
            wait_until(lambda: load.statuses[503] > 4)
            assert not is_ready(client)
            load.stop()
            ENDS[number % len(ENDS)](disk, server, client)
        created |= load.created
        assert set(load.statuses) <= {200, 201, 503}
        with server.session() as session, session.read() as unit:
            found = {row[0]: row[1] for row in unit.all("SELECT name, id FROM lead")}
            assert list(check.faults(unit, lambda done, total: None)) == []
        assert created.items() <= found.items()
    assert "Traceback" not in server.log.read_text()


def test_a_file_that_was_removed_is_saved_at_the_stop(disk: Disk, server: Server, api: Client) -> None:
    api.new("lead", {"name": "before"})
    server.path.unlink()
    refused(api)
    unready(api, MOVED)
    assert server.stop() == 0
    (saved,) = disk.folder.glob("closum.db.saved-*")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert saved.name in events(server)[-1][1]
    for left in disk.folder.glob("closum.db-*"):
        left.unlink()
    assert run(disk, f"restore {saved}").returncode == 0
    assert "before" in names(server)
    assert "Traceback" not in server.log.read_text()


def test_a_file_that_was_moved_and_put_back(disk: Disk, server: Server, api: Client) -> None:
    api.new("lead", {"name": "before"})
    kept = server.path.rename(disk.folder / "kept")
    refused(api)
    unready(api, MOVED)
    assert api.data("GET", "/api/lead")[0]["name"] == "before"
    kept.rename(server.path)
    wait_until(lambda: is_ready(api))
    api.new("lead", {"name": "after"})
    assert server.stop() == 0
    assert [level for level, _ in events(server)] == ["error", "warning"]
    assert {"before", "after"} <= set(names(server))


def test_a_file_that_was_moved_is_left_to_who_has_it_now(disk: Disk, server: Server, api: Client) -> None:
    """What a server folds into it at its stop would be pages from before those of another one's log."""
    for number in range(20):
        api.new("lead", {"name": f"lead {number}"})
    server.path.rename(disk.folder / "moved.db")
    refused(api)
    kept = (disk.folder / "moved.db").read_bytes()
    assert server.stop() == 0
    assert (disk.folder / "moved.db").read_bytes() == kept
    (saved,) = disk.folder.glob("closum.db.saved-*")
    assert run(disk, f"check --database sqlite:///{saved}").returncode == 0
