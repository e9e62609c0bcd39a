"""Commands that cross each other and a server, some of them killed: nothing that was answered is lost."""

import random
from pathlib import Path

from closum.operations import check
from closum.store.sqlite.session import SQLiteSession
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.load import Load
from tests.support.processes import Running
from tests.support.server import Server

ROUNDS = 20
COPY = ("database", "copy", "--from", "sqlite:///closum.db", "--to", "sqlite:///copied.db")
RESTORE = ("restore", "base.bak", "--overwrite")
BESIDE_A_SERVER = (
    ("backup", "twice.bak", "--overwrite"),
    ("backup", "twice.bak", "--overwrite"),
    COPY,
    COPY,
    ("check",),
)
REFUSED = (RESTORE, ("backup", "closum.db-wal", "--overwrite"), ("backup", "closum.db", "--overwrite"))
"""What a server that runs forbids."""


def erase(address: str, account: str) -> tuple[str, ...]:
    return ("person", "erase", address, "--account", account, "--yes")


def content(path: Path) -> tuple[set[str], set[str]]:
    """Names of leads and addresses of users in a database that has no fault."""
    with SQLiteSession(path) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
        leads = {str(row[0]) for row in unit.all("SELECT name FROM lead")}
        return leads, {str(row[0]) for row in unit.all("SELECT email FROM account_user")}


def ended(running: Running) -> tuple[int, str]:
    """A command succeeds, or is refused in one line, or was killed."""
    code, said = running.end()
    assert code in (0, 1, -9), said
    assert "Traceback" not in said
    if code == 1:
        assert said.startswith("closum: "), said
        assert said.count("\n") == 1, said
    return code, said


def beside(server: Server, load: Load, other: Client, chance: random.Random) -> None:
    """Commands while clients write; one of them is killed, and at last the server."""
    address = other.new("lead", {"name": "gone", "email": {"email": "gone@example.com"}})
    assert address
    erasing = Running(server.folder, *erase("gone@example.com", other.account))
    commands = [Running(server.folder, *one) for one in chance.sample(BESIDE_A_SERVER, len(BESIDE_A_SERVER))]
    refused = [Running(server.folder, *one) for one in REFUSED]
    load.wait_for(5)
    chance.choice(commands).kill_after(chance.uniform(0, 0.3))
    for command in refused:
        assert ended(command)[0] == 1
    assert ended(erasing)[0] == 0
    assert other.get("/api/lead").json()["data"] == []
    for command in commands:
        ended(command)
    load.wait_for(5)
    server.kill()


def alone(server: Server, number: int, chance: random.Random) -> set[str]:
    """Commands after the crash, two of them restores, one of which is killed; users whose creation was answered."""
    folder = server.folder
    restores = [Running(folder, *RESTORE), Running(folder, *RESTORE)]
    adding = {
        f"user{number}-{one}@example.com": Running(
            folder, "user", "add", f"user{number}-{one}@example.com", "--account", "My company"
        )
        for one in range(2)
    }
    backing_up = Running(folder, "backup", "late.bak", "--overwrite")
    restores[0].kill_after(chance.uniform(0, 0.3))
    for command in (*restores, backing_up):
        ended(command)
    return {address for address, command in adding.items() if ended(command)[0] == 0}


def verify(server: Server, created: set[str], users: set[str]) -> None:
    """What was answered is in the database, or in what a restore kept of it; and whatever has its name is whole."""
    kept = [path for path in server.folder.glob("closum.db.replaced-*") if path.suffix != ".key"]
    found = [content(path) for path in (server.path, *kept)]
    assert created <= set().union(*(leads for leads, _ in found))
    assert users <= set().union(*(users for _, users in found))
    for name in ("twice.bak", "late.bak", "copied.db"):
        if (server.folder / name).exists():
            content(server.folder / name)


def test_crossed_commands_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(20_180_101)
    with Server(tmp_path) as server:
        assert ended(Running(tmp_path, "backup", "base.bak"))[0] == 0
        for number in range(ROUNDS):
            if number:
                server.start()
            with sign_up(server) as client, sign_up(server) as other:
                with Load([server.address], client.token or "", 4) as load:
                    beside(server, load, other, chance)
                assert set(load.statuses) <= {200, 201, "lost"}
            users = alone(server, number, chance)
            verify(server, set(load.created), users)
            assert ended(Running(tmp_path, *RESTORE))[0] == 0
            assert content(server.path)[0] == set()
            for path in (*tmp_path.glob("closum.db.replaced-*"), *tmp_path.glob("copied.db*")):
                path.unlink()
    assert "Traceback" not in server.log.read_text()
