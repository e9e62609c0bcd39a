"""A lead that is worked on the command line: stages, lists, notes, tasks, consent, rules and reports."""

import json
import re
from typing import Any

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_operations import BOTH, printed, to, user

__all__ = ["user"]

WORK = ("--text", "Call", "--lead-id", "1")


@BOTH
def test_a_lead_is_worked(run: Run, user: dict[str, str]) -> None:
    def told(*words: str) -> Any:
        return json.loads(printed(run, user, *words, "--json"))

    def made(*words: str) -> str:
        return str(told(*words)["id"])

    someone = made("lead", "create", "--name", "Rui")
    own = str(told("task", "create", "--lead-id", someone, "--text", "Call", "--return")["user_id"])
    stage = made("contact-lifecycle-stage", "create", "--label", "Demo", "--position", "5")
    newsletter = made("audience-list", "create", "--name", "Newsletter")
    made("assignment-rule", "create", "--source", "fair", "--user-ids", f"[{own}]")
    lead = made(
        *("lead", "create", "--name", "Ana", "--contact-lifecycle-stage-id", stage),
        *("--source", "fair", "--lead-opt-in", '{"email": true}'),
    )
    link = ("lead-audience-list", "create", "--lead-id", lead, "--audience-list-id", newsletter)
    assert made(*link) == made(*link)
    note = made("note", "create", "--lead-id", lead, "--kind", "call", "--text", "Wants an **offer**")
    assert [str(one["id"]) for one in told("note", "list", "--filter", "kind=call")] == [note]
    task = made("task", "create", "--lead-id", lead, "--text", "Send it", "--due", "2026-01-31")
    due = ("--filter", "due<=2026-01-31", "--filter", "done=")
    (found,) = told("task", "list", *due)
    assert (str(found["id"]), found["due"]) == (task, "2026-01-31T23:59:59+00:00")
    printed(run, user, "task", "patch", task, "--done")
    assert told("task", "list", *due) == []
    names = "owner_id,source,consent_email,next_due"
    shown = told("lead", "list", "--filter", f"id={lead}", "--fields", names)
    assert shown == [{"owner_id": int(own), "source": "fair", "consent_email": "given", "next_due": None}]
    assert [one["channel"] for one in told("consent", "list")] == ["email"]
    assert [one["label"] for one in told("lead", "stages", lead)] == ["Demo"]
    assert told("report", "leads", "--by", "stage")["total"] == 2
    assert [one["label"] for one in told("report", "funnel")["rows"] if one["entered"]] == ["Demo"]
    assert told("report", "first-contact")["contacted"] == 1


@BOTH
def test_who_is_no_lead_yet(run: Run, user: dict[str, str]) -> None:
    kind = re.findall(r"\d+", printed(run, user, "contact-type", "create", "--label", "Cliente"))[0]
    told = printed(run, user, "unqualified-lead", "create", "--name", "Rui", "--contact-type-id", kind)
    found = re.findall(r"\d+", told)[0]
    assert json.loads(printed(run, user, "unqualified-lead", "get", found, "--json"))[
        "contact_type_id"
    ] == int(kind)


@BOTH
@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (["--due", "2026-01-31"], {"due": "2026-01-31"}),
        (["--due", ""], {"due": None}),
        (["--done"], {"done": True}),
        (["--done", "true"], {"done": True}),
        (["--done", "false"], {"done": False}),
        (["--done", ""], {"done": None}),
        (["--done=2026-01-31 17:00", "--due=true"], {"done": "2026-01-31 17:00", "due": "true"}),
    ],
)
def test_a_time_is_a_word(run: Run, script: Scripted, words: list[str], sent: dict[str, Any]) -> None:
    script.data({"id": 1}, 201)
    script.data([])
    assert printed(run, to(script), "task", "create", *words, *WORK) == "Created task 1.\n"
    printed(run, to(script), "task", "patch", "1", *words)
    assert [one.body for one in script.requests] == [{"text": "Call", "lead_id": 1} | sent, sent]


def test_the_users_of_the_account(run: Run, user: dict[str, str]) -> None:
    (found,) = json.loads(run("user", "list", "--json", **user).stdout)
    line = f"{found['id']}\t{found['email']}\ttrue\towner\t\n"
    assert (found["enabled"], run("user", "list", **user).stdout) == (True, line)
    assert run("user", "list", "--before", str(found["id"]), **user).stdout == ""
