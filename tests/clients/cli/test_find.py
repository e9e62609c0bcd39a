"""Filters, words and chosen properties of lists, by either entry point, and what a shell completes of them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import start
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_completion import ZSH, bash
from tests.clients.cli.test_completion import path as path  # noqa: PLC0414
from tests.clients.cli.test_records import printed
from tests.clients.cli.test_records import user as user  # noqa: PLC0414
from tests.support.client import JSON, Client
from tests.support.engine import ON_SQLITE

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
each = pytest.mark.parametrize

LEADS: list[JSON] = [
    {"name": "Ana Sílvia", "email": {"email": "ana@example.com"}, "city_id": 213, "custom_data": {"a": "x"}},
    {"name": "Rui", "phone": {"extension": "00351", "number": "912340999"}},
    {"name": "Eva"},
]


@ON_SQLITE
@BOTH
def test_leads_are_found(run: Run, user: dict[str, str], api: Client) -> None:
    for lead in LEADS:
        api.new("lead", lead)

    def ids(*options: str) -> list[int]:
        shown = printed(run, user, "lead", "list", *options, "--fields", "id")
        return [int(line) for line in shown.splitlines()]

    assert ids("--filter", "email=ANA@example.com") == [1]
    assert ids("--filter", "city_id=", "--filter", "name!=Eva") == [2]
    assert ids("--filter", "name=Rui", "--filter", "name=Eva") == [2, 3]
    assert ids("--filter", "custom_data.a=x") == [1]
    assert ids("--filter", "phone=+351912340999") == [2]
    assert ids("-q", "silv an") == ids("--search", "silv an", "--sort", "relevance") == [1]
    assert ids("--filter", "id>=2", "--all", "--limit", "1") == [2, 3]
    assert ids("-q", "nobody") == ids("-q", "nobody", "--all") == []
    assert ids("--filter", "creation_date>=today", "--direction", "desc") == [3, 2, 1]


@ON_SQLITE
@BOTH
def test_chosen_properties_are_the_columns(run: Run, user: dict[str, str], api: Client) -> None:
    for lead in LEADS:
        api.new("lead", lead)
    only = ("lead", "list", "--filter", "id<3")
    shown = printed(run, user, *only, "--fields", "name,email.email,city.city_name")
    assert shown == "Ana Sílvia\tana@example.com\tAbrantes\nRui\t\t\n"
    records = json.loads(printed(run, user, *only, "--fields", "id,city.city_name", "--json"))
    assert records == [{"id": 1, "city": {"city_name": "Abrantes"}}, {"id": 2, "city": None}]
    usual = [line.split("\t") for line in printed(run, user, *only).splitlines()]
    more = [line.split("\t") for line in printed(run, user, *only, "--fields", "*,email.status").splitlines()]
    assert [line[:-1] for line in more] == usual
    assert [line[-1] for line in more] == ["1", ""]


@ON_SQLITE
@BOTH
def test_what_changed_since(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    position = printed(run, user, "changes", "--position").strip()
    api.new("lead", {"name": "Eva"})
    since = ("lead", "list", "--fields", "name", "--changed-since")
    assert printed(run, user, *since, position) == "Eva\n"
    assert printed(run, user, *since, "-1h", "--direction", "desc") == "Eva\nAna\n"
    assert printed(run, user, *since, "2100-01-01", "--all") == ""
    assert "--changed-since" not in run("city", "list", "--help").stdout


@ON_SQLITE
@BOTH
def test_chosen_properties_of_a_lead(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", LEADS[0])
    get = ("lead", "get", "1", "--fields")
    assert printed(run, user, *get, "name,city.city_name") == "name\tAna Sílvia\ncity.city_name\tAbrantes\n"
    assert json.loads(printed(run, user, *get, "email.email", "--json")) == {
        "email": {"email": "ana@example.com"}
    }
    done = run(*get, "nane", **user)
    assert (done.returncode, "Unknown property 'nane' in 'fields': there are *, id" in done.stderr) == (
        1,
        True,
    )
    assert "--fields" not in run("account", "show", "--help").stdout


@ON_SQLITE
@BOTH
@each(
    ("wrong", "told"),
    [
        (("--filter", "nane=Ana"), "Unknown property 'nane' in a filter: there are id, name, "),
        (("--filter", "name"), "'filter=name' has no operator: write a property, one of = != "),
        (("--filter", "id~=1"), "'~=' cannot be used with id: it takes ="),
        (("--filter", "creation_date>=soon"), "'creation_date' in a filter: "),
        (("--filter", ""), "has no operator"),
        (("-q", ""), "'q' needs a letter or a digit"),
        (("-q", "*"), "'q' needs a letter or a digit"),
        (("--sort", "relevance"), "needs a search"),
        (("--fields", "nane"), "Unknown property 'nane' in 'fields': there are *, id, "),
        (("--fields", ""), "'fields'"),
        (
            ("--changed-since", "soon"),
            "'changed_since' must be a position that /api/change has given, a day such",
        ),
        (("--changed-since", ""), "'changed_since' must be a position"),
    ],
)
def test_what_is_not_understood_is_told(
    run: Run, user: dict[str, str], api: Client, wrong: tuple[str, ...], told: str
) -> None:
    api.new("lead", {"name": "Ana"})
    for every in ((), ("--all",)):
        done = run("lead", "list", *wrong, *every, **user)
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr


def test_cities_have_no_search(run: Run, user: dict[str, str]) -> None:
    done = run("city", "list", "-q", "abrantes", **user)
    assert (done.returncode, "No such option" in done.stderr) == (2, True)


def test_every_page_is_walked_by_cursor_and_not_counted(run: Run, script: Scripted) -> None:
    script.part([{"id": 1}, {"id": 2}], after="A").part([{"id": 3}])
    done = run("lead", "list", "--all", "--filter", "id<9", CLOSUM_URL=script.address, CLOSUM_TOKEN="t")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["1", "2", "3"]
    asked = [parse_qsl(urlsplit(one.call).query, keep_blank_values=True) for one in script.requests]
    window = [("limit", "1000"), ("count", "false"), ("filter", "id<9")]
    assert [sorted(one) for one in asked] == [sorted([*window, ("cursor", one)]) for one in ("", "A")]


@each("first", [{"after": "A"}, {"after": ""}, {"after": 1}])
def test_an_answer_that_is_no_page_by_cursor_ends_the_walk(
    run: Run, script: Scripted, first: dict[str, Any]
) -> None:
    script.part([{"id": 1}], **first)
    done = run("lead", "list", "--all", CLOSUM_URL=script.address, CLOSUM_TOKEN="t")
    assert done.returncode == 1
    assert "The server's answer has no leads" in done.stderr
    assert len(script.requests) <= 2


def test_the_help_has_the_properties(run: Run) -> None:
    shown = " ".join(run("lead", "list", "--help").stdout.split())
    for name in ("city_id", "custom_data.KEY", "email.domain", "phone.is_valid", "city.city_name", "~="):
        assert name in shown
    assert "--search" not in run("city", "list", "--help").stdout


OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
COMPLETED: tuple[tuple[str, list[str]], ...] = (
    ("lead list --filter cit", [f"city_id{one}" for one in OPERATORS]),
    ("lead list --filter phone.i", ["phone.id", "phone.is_valid"]),
    ("lead list --filter phone.is", ["phone.is_valid=", "phone.is_valid!="]),
    ("lead list --filter custom", ["custom_data.", "custom_data.KEY="]),
    ("lead list --filter id=1 --filter na", [*(f"name{one}" for one in OPERATORS), "name~="]),
    ("lead list --filter nobody", []),
    ("lead list --fields id,cit", ["id,city_id", "id,city", "id,city.id", "id,city.city_name"]),
    ("lead list --sort r", ["relevance"]),
    ("lead get 7 --fields email.r", ["email.register_date"]),
    ("city list --filter c", [f"city_name{one}" for one in OPERATORS]),
)


@BOTH
@each(("line", "offered"), COMPLETED, ids=[line for line, _ in COMPLETED])
def test_bash_completes_properties_and_operators(
    entry_point: str, path: dict[str, str], program: Callable[..., str], line: str, offered: list[str]
) -> None:
    assert bash(entry_point, f"{entry_point} {line}", path, program("bash", package="bash")) == offered


@BOTH
def test_zsh_completes_properties_and_operators(
    entry_point: str, path: dict[str, str], program: Callable[..., str]
) -> None:
    shell = program("zsh", package="zsh")
    code = ZSH.replace("ENTRY_POINT", entry_point)
    code = code.replace("FUNCTION", f"_{entry_point.replace('-', '_')}_completion")
    for line, offered in COMPLETED:
        done = start([shell, "-f", "-c", code.replace("LINE", f"{entry_point} {line}")], path)
        assert done.stdout.splitlines()[1:] == offered, done.stderr
