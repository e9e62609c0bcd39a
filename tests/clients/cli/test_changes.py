"""What changed, at a terminal: the history of a record, and the feed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from closum_client.cli import changes
from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
CHANGE = {
    "position": "p1",
    "verb": "update",
    "resource": "lead",
    "id": 7,
    "properties": ["name", "email.email"],
    "at": "2018-01-01T10:00:00+00:00",
    "user": {"id": 1, "email": "ana@example.com"},
    "cause": "api",
    "operation": 4,
}
LINE = "p1\t2018-01-01T10:00:00+00:00\tupdate\tlead\t7\tname,email.email\tana@example.com\t4\n"


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    return signed_in(api)


def signed_in(api: Client) -> dict[str, str]:
    """What the environment of a signed-in user has."""
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


def to(script: Scripted) -> dict[str, str]:
    return {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "t"}


def part(script: Scripted, *found: Any, then: str, more: bool = False) -> Scripted:
    return script.data(list(found), pagination={"next": then, "has_next_page": more, "limit": 1000})


def pausing(monkeypatch: pytest.MonkeyPatch, steps: Iterator[Callable[[], object]]) -> list[float]:
    """Instead of each pause of `--follow` a step of the test; behind the last one the user stops the command."""
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(changes, "pause", pause)
    return paused


@ON_SQLITE
@BOTH
def test_the_history_of_a_lead(run: Run, user: dict[str, str], api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    api.data("PUT", f"/api/lead/{lead}", {"name": "Eva", "city_id": 1})
    done = run("lead", "history", str(lead), **user)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [[row[0], row[2], *row[4:]] for row in rows[:2]] == [
        ["2", "update", "name", "Ana", "Eva"],
        ["2", "update", "city_id", "", "1"],
    ]
    assert [(row[0], row[2], row[4]) for row in rows[2:]] == [
        ("1", "create", "name"),
        ("1", "create", "creation_date"),
    ]
    assert {row[3] for row in rows} == {api.email}
    assert ["name", "", "Ana"] in [row[4:] for row in rows if row[0] == "1"]
    (newest,) = json.loads(run("lead", "history", str(lead), "--limit", "1", "--json", **user).stdout)
    assert newest["properties"]["name"] == {"before": "Ana", "after": "Eva"}
    older = run("lead", "history", str(lead), "--before", "2", **user).stdout
    assert older
    assert older in done.stdout


@ON_SQLITE
def test_a_lead_that_never_was_has_no_history(run: Run, user: dict[str, str]) -> None:
    done = run("lead", "history", "9", **user)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "closum-client: There is no lead 9\n")


def test_a_history_that_is_not_kept(run: Run, script: Scripted) -> None:
    found = {**CHANGE, "properties": None, "user": None}
    script.data([found, {**found, "user": {"id": 3, "email": None}}], pagination={"next": None})
    lines = run("lead", "history", "7", **to(script)).stdout.splitlines()
    assert [line.split("\t")[3:5] for line in lines] == [["api", "(not kept)"], ["user 3", "(not kept)"]]


@ON_SQLITE
@BOTH
def test_what_changed_by_now(run: Run, user: dict[str, str], api: Client) -> None:
    for name in "ab":
        api.new("lead", {"name": name})
    done = run("changes", **user)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[2:5] for row in rows] == [["create", "lead", "1"], ["create", "lead", "2"]]
    assert run("changes", "--since", rows[0][0], **user).stdout == "\t".join(rows[1]) + "\n"
    assert run("changes", "--since", "now", **user).stdout == ""
    (last,) = map(json.loads, run("changes", "--since", rows[0][0], "--json", **user).stdout.splitlines())
    assert (last["verb"], last["id"], last["position"]) == ("create", 2, rows[1][0])


def test_every_part_is_asked_for(run: Run, script: Scripted) -> None:
    part(part(script, CHANGE, then="p1", more=True), CHANGE, then="p2")
    assert run("changes", **to(script)).stdout == LINE * 2
    assert [request.call for request in script.requests] == [
        "GET /api/change?since=&limit=1000",
        "GET /api/change?since=p1&limit=1000",
    ]


def test_each_change_as_it_comes(run: Run, script: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    part(part(part(script, then="p0"), CHANGE, then="p1"), then="p1")
    paused = pausing(monkeypatch, iter([lambda: None, lambda: None]))
    done = run("changes", "--follow", "--every", "7", **to(script))
    assert (done.returncode, done.stdout) == (130, LINE)
    assert paused == [7.0] * 3
    assert [request.call for request in script.requests] == [
        f"GET /api/change?since={at}&limit=1000" for at in ("now", "p0", "p1")
    ]


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_a_server_that_is_busy_is_waited_for(
    run: Run, script: Scripted, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    script.refusal(status).refusal(status)
    part(script, CHANGE, then="p1")
    pausing(monkeypatch, iter([lambda: None, lambda: None]))
    done = run("changes", "--follow", "--since", "p0", **to(script))
    assert (done.returncode, done.stdout) == (130, LINE)
    assert [line.split(": ")[1] for line in done.stderr.splitlines() if line] == [
        "Waiting for the server",
        "The server is back",
    ]


@pytest.mark.parametrize(("status", "code"), [(401, 3), (400, 1), (410, 8), (500, 1)])
def test_what_does_not_pass_ends_it(
    run: Run, script: Scripted, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    script.refusal(status, "Read everything again")
    pausing(monkeypatch, iter([]))
    done = run("changes", "--follow", **to(script))
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) == 1


@ON_SQLITE
@BOTH
def test_a_position_to_begin_with(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", {"name": "a"})
    done = run("changes", "--position", **user)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    since = ("changes", "--since", done.stdout.strip())
    assert run(*since, **user).stdout == ""
    api.new("lead", {"name": "b"})
    assert [line.split("\t")[4] for line in run(*since, **user).stdout.splitlines()] == ["2"]


@pytest.mark.parametrize("more", [["--since", "now"], ["--follow"]])
def test_a_position_is_behind_the_last_change(run: Run, script: Scripted, more: list[str]) -> None:
    done = run("changes", "--position", *more, **to(script))
    assert (done.returncode, done.stdout) == (2, "")
    assert "leave out --since and --follow" in done.stderr
    assert script.requests == []


@pytest.mark.parametrize("asked", [["changes", "--since", "p1"], ["lead", "list", "--changed-since", "p1"]])
def test_a_position_that_is_gone(run: Run, script: Scripted, asked: list[str]) -> None:
    script.refusal(410)
    done = run(*asked, **to(script))
    assert (done.returncode, done.stdout) == (8, "")
    assert "Take a new one with 'closum-client changes --position', then read everything again" in done.stderr


@pytest.mark.parametrize("data", [{}, [{}], [1]])
def test_an_answer_that_is_no_feed(run: Run, script: Scripted, data: Any) -> None:
    script.data(data, pagination={"next": "p1", "has_next_page": False})
    done = run("changes", **to(script))
    assert (done.returncode, done.stdout) == (1, "")
    assert "as new as this client" in done.stderr


@ON_SQLITE
def test_it_goes_on_behind_a_restart_of_the_server(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(folder) as server:
        api = sign_up(server)
        port = server.address.rsplit(":", 1)[1]

    def created(name: str) -> None:
        with Server(folder, "--port", port) as again, Client(again.address, api.token) as client:
            client.new("lead", {"name": name})

    with Server(folder, "--port", port) as server:
        steps = [lambda: api.new("lead", {"name": "a"}), server.stop, lambda: created("b"), server.start]
        pausing(monkeypatch, iter(steps))
        done = run("changes", "--follow", **signed_in(api))
    api.close()
    assert done.returncode == 130
    assert [line.split("\t")[2:5] for line in done.stdout.splitlines()] == [
        ["create", "lead", "1"],
        ["create", "lead", "2"],
    ]
    assert [line.split(": ")[1] for line in done.stderr.splitlines() if line] == [
        "Waiting for the server",
        "The server is back",
    ]
