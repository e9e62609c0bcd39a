"""The bin, operations and background work on the command line, over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from closum_client.cli import newest
from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_terminal import shown
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
AT = "2018-01-01T10:00:00+00:00"
OPERATION = {
    "id": 9,
    "at": AT,
    "user": {"id": 1, "email": "ana@example.com"},
    "cause": "api",
    "changes": 3,
    "counts": {"email": {"create": 1}, "lead": {"create": 1, "update": 1}},
    "undoes": None,
    "undone_by": 10,
    "can_be_undone_until": AT,
}
JOB = {
    "id": "undo-1",
    "kind": "undo",
    "state": "running",
    "done": 3000,
    "total": 25000,
    "error": None,
    "created": AT,
    "modified": AT,
    "operation": 435,
    "left_count": 0,
    "left": [],
}


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    """What the environment of a signed-in user has."""
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


def to(script: Scripted) -> dict[str, str]:
    return {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "t"}


def printed(run: Run, user: dict[str, str], *arguments: str) -> str:
    done = run(*arguments, **user)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def part(script: Scripted, *found: Any, then: int | None = None) -> Scripted:
    return script.data(list(found), pagination={"next": then, "has_next_page": then is not None})


@ON_SQLITE
@BOTH
def test_a_change_is_found_and_undone(run: Run, user: dict[str, str], api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    api.data("PUT", f"/api/lead/{lead}", {"name": "Rui"})
    rows = [line.split("\t") for line in printed(run, user, "operation", "list").splitlines()]
    assert [(row[0], row[3], row[5]) for row in rows] == [
        ("2", "api", "lead: update 1"),
        ("1", "api", "lead: create 1"),
    ]
    lines = printed(run, user, "operation", "get", "2").splitlines()
    assert (lines[0], lines[-1]) == ("operation\t2", "record\tupdate lead 1 (name)")
    assert printed(run, user, "operation", "undo", "2", "--dry-run") == "1 lead would be undone.\n"
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Rui"
    assert printed(run, user, "operation", "undo", "2") == "Operation 3:\n1 lead undone.\n"
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ana"
    undone = json.loads(printed(run, user, "operation", "get", "2", "--json"))
    assert (undone["undone_by"], undone) == (3, api.data("GET", "/api/operation/2"))
    done = run("operation", "undo", "2", **user)
    assert (done.returncode, done.stderr.count("\n")) == (5, 1)
    done = run("operation", "undo", "99", **user)
    assert (done.returncode, "There is no operation 99" in done.stderr) == (4, True)


@ON_SQLITE
@BOTH
def test_what_an_undo_leaves_is_told(run: Run, user: dict[str, str], api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for name in ("Rui", "Eva"):
        api.data("PUT", f"/api/lead/{lead}", {"name": name})
    tried = printed(run, user, "operation", "undo", "2", "--dry-run")
    assert tried == "Nothing would be undone.\nlead 1 (name) would stay: changed since\n"


@ON_SQLITE
def test_an_undo_says_how_much_belongs_to_what_it_leaves(run: Run, user: dict[str, str], api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    operation = str(api.data("GET", "/api/operation?limit=1")[0]["id"])
    for text in ("Call", "Called"):
        api.new("note", {"lead_id": lead, "text": text})
    assert printed(run, user, "operation", "undo", operation).splitlines() == [
        "Nothing undone.",
        f"lead {lead} stays: what belongs to it was added or changed since (2 notes)",
    ]


@ON_SQLITE
def test_the_bin_over_http(run: Run, user: dict[str, str], api: Client) -> None:
    for name in ("Ana", "Rui"):
        api.data("DELETE", f"/api/lead/{api.new('lead', {'name': name})}")
    rows = [line.split("\t") for line in printed(run, user, "bin", "list", "--limit", "5").splitlines()]
    assert [row[1:4] for row in rows] == [["lead", "2", "Rui"], ["lead", "1", "Ana"]]
    rui, ana = rows[0][0], rows[1][0]
    only = printed(run, user, "bin", "list", "--resource", "lead", "--record-id", "1", "--json")
    assert [one["id"] for one in json.loads(only)] == [int(ana)]
    assert printed(run, user, "bin", "list", "--before", rui).startswith(f"{ana}\t")
    lines = printed(run, user, "bin", "get", ana).splitlines()
    assert {f"entry\t{ana}", "resource\tlead", "record.name\tAna"} <= set(lines)
    assert printed(run, user, "bin", "restore", ana) == "Restored lead 1.\n"
    assert api.data("GET", "/api/lead/1")["name"] == "Ana"
    assert printed(run, user, "bin", "purge", rui) == f"Removed entry {rui} for good; backups keep theirs.\n"
    assert printed(run, user, "bin", "list") == ""
    assert printed(run, user, "bin", "list", "--json") == "[]\n"
    for command in ("get", "restore", "purge"):
        done = run("bin", command, rui, **user)
        assert (done.returncode, f"There is no entry {rui}" in done.stderr) == (4, True)


@ON_SQLITE
def test_a_key_that_is_taken_stays_in_the_bin(run: Run, user: dict[str, str], api: Client) -> None:
    api.data("DELETE", f"/api/email/{api.new('email', {'email': 'ana@example.com'})}")
    api.new("email", {"email": "ana@example.com"})
    entry = api.data("GET", "/api/bin")[0]["id"]
    done = run("bin", "restore", str(entry), **user)
    assert (done.returncode, "already in use" in done.stderr) == (5, True)


@BOTH
def test_all_operations_are_walked(run: Run, script: Scripted, entry_point: str) -> None:
    old = OPERATION | {"id": 2, "user": None, "counts": None, "can_be_undone_until": None}
    part(part(script, OPERATION, then=9), old)
    shown = printed(run, to(script), "operation", "list", "--all")
    line = f"9\t{AT}\tana@example.com\tapi\t3\temail: create 1; lead: create 1, update 1\t\t10\t{AT}"
    assert shown.splitlines() == [line, f"2\t{AT}\tapi\tapi\t3\t\t\t10\t"]
    assert [one.call for one in script.requests] == [
        "GET /api/operation?limit=1000",
        "GET /api/operation?before=9&limit=1000",
    ]


def test_a_server_that_repeats_a_part_is_not_walked_for_ever(run: Run, script: Scripted) -> None:
    part(script, OPERATION, then=9)
    done = run("operation", "list", "--all", **to(script))
    assert (done.returncode, "has no operations" in done.stderr, len(script.requests)) == (1, True, 2)


@BOTH
def test_a_dry_run_says_where_it_does_not_name_all(run: Run, script: Scripted, entry_point: str) -> None:
    lead = {"resource": "lead", "id": 1, "properties": None}
    tried = {"operation": None, "undone_count": None, "undone": [lead], "left_count": None, "left": []}
    script.data(tried)
    shown = printed(run, to(script), "operation", "undo", "9", "--dry-run")
    assert shown == "1 lead would be undone.\nThese are of the last changes alone: there are more.\n"


@BOTH
def test_a_large_undo_is_background_work(run: Run, script: Scripted, entry_point: str) -> None:
    script.data({"job": JOB}, 202)
    told = printed(run, to(script), "operation", "undo", "9")
    assert told.startswith("Background work undo-1 undoes operation 9: ")
    assert f"'{entry_point} job get undo-1' shows" in told
    assert script.requests[0].body == {}


@BOTH
def test_how_far_background_work_is(run: Run, script: Scripted, entry_point: str) -> None:
    script.data(JOB)
    shown = printed(run, to(script), "job", "get", "undo-1").splitlines()
    assert {"job\tundo-1", "state\trunning", "done\t3000 of 25000", "operation\t435"} <= set(shown)
    assert json.loads(printed(run, to(script), "job", "get", "undo-1", "--json")) == JOB
    assert script.requests[0].call == "GET /api/job/undo-1"
    done = run("job", "get", "undo", **to(script))
    assert (done.returncode, "such as undo-1" in done.stderr, len(script.requests)) == (2, True, 2)


def test_background_work_is_listed(run: Run, script: Scripted) -> None:
    script.data([JOB | {"total": None, "error": "no room"}], pagination={"has_next_page": True, "limit": 1})
    shown = printed(run, to(script), "job", "list", "--limit", "1")
    assert shown == f"undo-1\tundo\trunning\t3000\t{AT}\t{AT}\t435\t0\tno room\n"
    assert script.requests[0].call == "GET /api/job?limit=1"


def test_an_operation_that_is_too_old(run: Run, script: Scripted) -> None:
    script.refusal(410, "The operation is older than 30 days")
    done = run("operation", "undo", "9", **to(script))
    assert (done.returncode, done.stderr) == (8, "closum-client: The operation is older than 30 days\n")


@pytest.mark.parametrize(
    "words", ["operation list", "operation get 9", "bin list", "job list", "job get a-1"]
)
@pytest.mark.parametrize("data", [7, [7]])
def test_an_answer_of_another_shape(run: Run, script: Scripted, words: str, data: Any) -> None:
    done = run(*words.split(), **to(script.data(data)))
    assert (done.returncode, "is it closum, and as new as this client?" in done.stderr) == (1, True)


def test_on_a_terminal_there_is_a_table(script: Scripted, tmp_path: Path) -> None:
    part(script, OPERATION, then=9)
    lines = shown(script, tmp_path, "operation", "list", columns=200).splitlines()
    assert lines[0].split("  ")[0] == "operation"
    assert "2018-01-01 11:00 HERE" in lines[1]
    assert lines[-1] == "1 operation; older ones: --before 9"
    narrow = shown(script, tmp_path, "operation", "list", columns=60).splitlines()
    assert narrow[-1].startswith("Too narrow for ")
    script.answers.clear()
    script.data(
        {**OPERATION, "records": [{"resource": "lead", "id": 7, "verb": "update", "properties": None}]}
    )
    lines = shown(script, tmp_path, "operation", "get", "9").splitlines()
    assert lines[-1].split() == ["record", "update", "lead", "7"]


def test_no_time_is_no_text() -> None:
    assert newest.moment_or_nothing(None) == ""
