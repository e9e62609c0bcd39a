"""closum demo, city load."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.operations import demo, records
from closum.operations.people import people
from closum.resources.lead import LEAD
from closum.store import session as sessions
from closum.store import tally
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.client import JSON, Client
from tests.support.engine import ON_SQLITE, session_of
from tests.support.server import Server, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

CONTENT = {
    "lead": "id, name, city_id, custom_data, name_sort, email_id, phone_id, phone_number_sort, email_email_sort",
    "email": "id, email, status, email_key, email_sort",
    "phone": "id, extension, number, number_key, is_valid, number_sort",
}


def content(folder: Path, account_id: int = 1) -> dict[str, list[Any]]:
    """What an account holds, without dates."""
    with session_of(folder) as session, session.read() as unit:
        return {
            table: unit.all(f"SELECT {columns} FROM {table} WHERE account_id = ? ORDER BY id", (account_id,))
            for table, columns in CONTENT.items()
        }


def test_demo_data_is_the_same_each_time_and_goes_on_where_it_ended(command: Command, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        command("account", "add", "Acme", folder=tmp_path / name)
    done = command("demo", "--leads", "300", folder=tmp_path / "a")
    assert (done.returncode, done.stderr) == (0, "")  # the bar is for terminals
    assert done.stdout.startswith("Added 300 leads to the account 'Acme' in ")
    for part in ("100", "200"):
        command("demo", "--leads", part, folder=tmp_path / "b")
    first, second = (content(tmp_path / name) for name in ("a", "b"))
    assert first["lead"] == second["lead"]
    assert len(first["lead"]) == 300
    assert command("check", folder=tmp_path / "b").returncode == 0


def dates(folder: Path) -> dict[str, list[str]]:
    """When the records of account 1 were made, in the order of ids."""
    columns = {"lead": "creation_date", "email": "register_date", "phone": "date_add"}
    with session_of(folder) as session, session.read() as unit:
        return {
            table: [
                row[0] for row in unit.all(f"SELECT {column} FROM {table} WHERE account_id = 1 ORDER BY id")
            ]
            for table, column in columns.items()
        }


def test_demo_leads_of_an_empty_account_came_over_three_years(command: Command, folder: Path) -> None:
    command("account", "add", "Acme")
    done = command("demo", "--leads", "500")
    assert done.returncode == 0
    found = dates(folder)
    first, last = (found["lead"][place].partition("T")[0] for place in (0, -1))
    assert done.stdout.endswith(f"Their creation dates go from {first} to {last}.\n")
    assert all(column == sorted(column) for column in found.values())
    came = [datetime.fromisoformat(one) for one in found["lead"]]
    assert timedelta(days=1_050) < came[-1] - came[0] < timedelta(days=1_096)
    assert timedelta() <= datetime.now(UTC) - came[-1] < timedelta(days=45)
    assert len(set(came)) > 480
    assert set(found["email"]) | set(found["phone"]) <= set(found["lead"])
    assert command("check").returncode == 0


def test_demo_leads_come_after_those_that_are_there(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, {"name": "Ana", "email": {"email": "ana@example.com"}})
    before = dates(folder)["lead"]
    done = command("demo", "--leads", "60")
    assert (done.returncode, "An account without leads gets dates over three years" in done.stdout) == (
        0,
        True,
    )
    found = dates(folder)
    with session.read() as unit:
        made = "SELECT at FROM change WHERE resource = 'lead' AND verb = 'create' ORDER BY id"
        assert [row[0] for row in unit.all(made)] == found["lead"]
    assert found["lead"][:1] == before
    assert all(column == sorted(column) for column in found.values())


def test_a_lead_that_comes_between_two_sets_sends_none_back(
    session: Session, account: Account, folder: Path
) -> None:
    with session.read() as unit:
        when = demo.dates(unit.of(account.id), 100)
    steps = demo.steps(0, 100, lambda: 50, lambda *_: None, when)
    session.write_steps([next(steps)], account.id)
    filled(session, account, {"name": "Ana", "email": {"email": "ana@example.com"}})
    session.write_steps(steps, account.id)
    found = dates(folder)
    assert all(column == sorted(column) for column in found.values())
    assert found["lead"][0] < found["lead"][49] < found["lead"][50] == found["lead"][100]


def test_demo_data_is_what_the_api_makes_of_the_same_people(api: Client, server: Server) -> None:
    crowd = list(people(0, 150))
    ids = [api.new("lead", one) for one in crowd]
    closum("account", "add", f"Copy of {api.account}", folder=server.folder)
    with server.session() as session, session.read() as unit:
        own, copy = (users.account_named(unit, name).id for name in (api.account, f"Copy of {api.account}"))
    done = closum("demo", "--leads", "150", "--account", f"Copy of {api.account}", folder=server.folder)
    assert done.returncode == 0, done.stderr
    made, sent = content(server.folder, copy), content(server.folder, own)
    assert made == sent
    assert {row[4] for row in made["phone"]} == {1}
    with server.session() as session, session.read() as unit:
        for lead in ids:
            shown = msgspec.to_builtins(records.retrieve(unit.of(copy), LEAD, lead))
            assert {**shown, "creation_date": ""} == {
                **api.data("GET", f"/api/lead/{lead}"),
                "creation_date": "",
            }


def created_at_last(api: Client, body: JSON) -> tuple[int, int]:
    """A new lead's id, and how often the server first asked for another try: a busy machine may be too slow for a write."""
    for again in range(100):
        answer = api.post("/api/lead", json=body)
        if answer.status_code != 503:
            assert answer.status_code == 201, answer.text
            return answer.json()["data"]["id"], again
        time.sleep(float(answer.headers["Retry-After"]))
    raise AssertionError("the command lets nobody else write")


def test_beside_a_running_server_every_call_is_answered_at_last(api: Client, server: Server) -> None:
    running = threading.Event()
    outcome: list[subprocess.CompletedProcess[str]] = []

    def fill() -> None:
        running.set()
        arguments = ("demo", "--leads", "4000", "--account", api.account)
        outcome.append(closum(*arguments, folder=server.folder))

    thread = threading.Thread(target=fill)
    thread.start()
    running.wait()
    created: list[int] = []
    refused = 0
    while thread.is_alive() or len(created) < 20:
        lead, again = created_at_last(api, {"name": f"Ana {len(created)}"})
        created.append(lead)
        refused += again
        assert api.get(f"/api/lead/{created[-1]}").status_code == 200
    thread.join()
    assert (outcome[0].returncode, outcome[0].stderr) == (0, "")
    assert created == sorted(set(created))
    count = api.get("/api/lead?limit=1").json()["pagination"]["count"]
    assert 0 <= count - 4000 - len(created) <= refused


class Clock:
    """Stands in for the module `time`: it goes on when a step works or someone sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def work(session: Session, clock: Clock, steps: int, seconds: float) -> None:
    """Write in so many steps, each as long."""

    def step(unit: Unit) -> None:
        clock.now += seconds

    session.write_steps([step] * steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sessions, "time", clock)
    return clock


@ON_SQLITE
def test_beside_a_server_transactions_end_after_20_ms_with_pauses_as_long(
    session: SQLiteSession, clock: Clock
) -> None:
    lock = ServerLock(session.path).acquire()
    try:
        work(session, clock, 12, 0.006)
    finally:
        lock.release()
    assert clock.pauses == pytest.approx([0.018] * 4)  # one more step would pass 20 ms


@pytest.mark.parametrize("work", ["city load", "person erase"])
def test_other_long_work_is_done_in_the_same_steps(
    command: Command,
    folder: Path,
    session: Session,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    work: str,
) -> None:
    filled(session, account, *[{"email": {"email": "ana@example.com"}}] * 120)
    lines = [f"{number},City {number}" for number in range(1_000, 2_200)]
    (folder / "cities.csv").write_text("\n".join(["id,city_name", *lines]))
    done: list[object] = []

    def write_steps(
        self: Session, steps: Iterable[Callable[[Unit], object]], account_id: int | None = None
    ) -> None:
        with self.write(account_id) as unit:
            done.extend(step(unit) for step in steps)

    monkeypatch.setattr(type(session), "write_steps", write_steps)
    words = {"city load": ("cities.csv",), "person erase": ("ana@example.com", "--account", "Acme", "--yes")}[
        work
    ]
    assert command(*work.split(), *words).returncode == 0
    assert len(done) >= 3
    assert command("check").returncode == 0


def test_on_a_free_file_there_are_no_pauses(session: Session, clock: Clock) -> None:
    work(session, clock, 100, 0.006)
    assert clock.pauses == []


def test_a_set_of_demo_leads_stands_in_one_step(session: Session, account: Account) -> None:
    told: list[tuple[int, int]] = []
    sizes = []
    with session.write(account.id) as unit:
        for step in demo.steps(0, 120, lambda: demo.SMALL_SET, lambda *numbers: told.append(numbers)):
            before = tally.last_id(unit.of(account.id), LEAD)
            step(unit)
            sizes.append(tally.last_id(unit.of(account.id), LEAD) - before)
    assert (sizes, told) == ([10] * 12, [(number, 120) for number in range(10, 121, 10)])


def test_demo_needs_its_cities(session: Session, account: Account) -> None:
    with session.write() as unit:
        unit.run("DELETE FROM city")
    with pytest.raises(Refusal, match="city load"):
        session.write_steps(demo.steps(0, 50, lambda: 50, lambda *_: None), account.id)
    with session.read() as unit:
        assert tally.last_id(unit.of(account.id), LEAD) == 0
