"""Changes and deletions of many leads by filter, by either entry point."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from closum_client.cli.commands import command, summaries
from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_records import printed
from tests.clients.cli.test_records import user as user  # noqa: PLC0414
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
each = pytest.mark.parametrize

FILTERS = ("--filter", "name~=CLI", "--filter", "id>1")
OTHER_WAY = (*FILTERS[2:], *FILTERS[:2])
COUNTED = {"count": 1, "sample": [], "if_count": "1-a"}


@pytest.fixture
def leads(api: Client) -> None:
    for name in ("CLI", "CLI", "Ana"):
        api.new("lead", {"name": name})


def names(api: Client) -> dict[int, Any]:
    return {lead["id"]: lead["name"] for lead in api.data("GET", "/api/lead")}


def to(script: Scripted) -> dict[str, str]:
    return {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "t"}


@ON_SQLITE
@BOTH
@each("filters", [FILTERS, OTHER_WAY])
@pytest.mark.usefixtures("leads")
def test_all_filters_hold(filters: tuple[str, ...], run: Run, user: dict[str, str], api: Client) -> None:
    """As in a list: the last one alone would find more leads than were meant."""
    for verb, values in (("patch-many", ("--name", "CLI two")), ("delete-many", ())):
        many = ("lead", verb, *filters, *values)
        tried = json.loads(printed(run, user, *many, "--dry-run", "--json"))
        assert (tried["count"], [one["id"] for one in tried["sample"]]) == (1, [2])
        printed(run, user, *many, "--if-count", tried["if_count"])
        assert names(api)[1] == "CLI"
    assert names(api) == {1: "CLI", 3: "Ana"}


@each("verb", ["list", "patch-many", "delete-many"])
def test_each_parameter_says_which_records(verb: str, run: Run, script: Scripted) -> None:
    script.page([]) if verb == "list" else script.data(COUNTED)
    more = {"patch-many": ("--name", "Ana")}.get(verb, ())
    done = run("lead", verb, *FILTERS, *OTHER_WAY, "-q", "a b", "--changed-since", "-7d", *more, **to(script))
    assert (done.returncode, done.stderr) == (0, "")
    asked = parse_qsl(urlsplit(script.requests[0].call.split()[1]).query)
    assert [value for name, value in asked if name == "filter"] == ["name~=CLI", "id>1", "id>1", "name~=CLI"]
    assert {("q", "a b"), ("changed_since", "-7d")} < {*asked}


@BOTH
@each("verb", ["list", "patch-many", "delete-many"])
@each("option", ["-q", "--changed-since"])
def test_what_is_taken_once_is_refused_twice(verb: str, option: str, run: Run, script: Scripted) -> None:
    done = run("lead", verb, option, "ana", option, "-7d", **to(script))
    assert (done.returncode, "it is given twice" in done.stderr, script.requests) == (2, True, [])


@each("verb", ["patch-many", "delete-many"])
def test_the_help_says_what_a_filter_is(verb: str, run: Run) -> None:
    shown = " ".join(run("lead", verb, "--help").stdout.split())
    assert "A FILTER is a property, one of = !=" in shown
    assert "--changed-since WHEN" in shown
    assert "--fields" not in shown


@ON_SQLITE
@BOTH
@each("verb", ["patch-many", "delete-many"])
@pytest.mark.usefixtures("leads")
def test_a_count_of_other_records_is_told(verb: str, run: Run, user: dict[str, str], api: Client) -> None:
    """In the server's words: no ETag has anything to do with it."""
    before = names(api)
    many = ("lead", verb, *(("--name", "Eva") if verb == "patch-many" else ()), "--filter")
    tried = json.loads(printed(run, user, *many, "id>2", "--dry-run", "--json"))
    done = run(*many, "id>0", "--if-count", tried["if_count"], **user)
    assert (done.returncode, done.stderr.count("\n")) == (7, 1)
    assert "send the one of a dry run of this call" in done.stderr
    assert "ETag" not in done.stderr
    done = run(*many, "id>2", **user)
    assert (done.returncode, "Count them first" in done.stderr) == (1, True)
    assert names(api) == before


def test_what_takes_no_etag_asks_for_none(run: Run, script: Scripted) -> None:
    script.refusal(412, "The server's words")
    for words in ("batch --data {}", "create --name Ana", "patch-many --name Ana", "delete-many"):
        done = run("lead", *words.split(), **to(script))
        assert (done.returncode, done.stderr) == (7, "closum-client: The server's words\n")


@ON_SQLITE
@BOTH
@pytest.mark.usefixtures("leads")
def test_values_are_given_as_in_a_patch_of_one(run: Run, user: dict[str, str], api: Client) -> None:
    api.data("PUT", "/api/lead/3", {"custom_data": {"a": 1, "b": 2}})
    values = ("--email", "ana@example.com", "--phone", "+351 912 340 999", "--custom-data", '{"b": null}')
    many = ("lead", "patch-many", "--filter", "id=3", *values)
    count = json.loads(printed(run, user, *many, "--dry-run", "--json"))["if_count"]
    printed(run, user, *many, "--if-count", count)
    lead = api.data("GET", "/api/lead/3")
    assert (lead["email"]["email"], lead["phone"]["extension"]) == ("ana@example.com", "00351")
    assert json.loads(lead["custom_data"]) == {"a": 1}
    assert "--email TEXT" in run("lead", "patch-many", "--help").stdout
    done = run(*many[:4], "--email", "no", "--dry-run", **user)
    assert (done.returncode, "--email: " in done.stderr) == (5, True)


@BOTH
@each(
    ("words", "body"),
    [
        ("patch-many --name Ana --dry-run", {"name": "Ana", "dry_run": True}),
        ("delete-many --dry-run", {"dry_run": True}),
        ("delete-many --if-count 1-a", {"if_count": "1-a"}),
        ("batch --items [] --atomic", {"items": [], "atomic": True}),
        ("batch --items []", {"items": []}),
    ],
)
def test_what_a_command_may_be_told_is_a_flag(words: str, body: Any, run: Run, script: Scripted) -> None:
    script.data(COUNTED if "many" in words else [])
    done = run("lead", *words.split(), **to(script))
    assert (done.returncode, done.stderr, script.requests[0].body) == (0, "", body)
    assert run("lead", *words.split(), "--no-flag", **to(script)).returncode == 2


def test_options_are_words_with_dashes() -> None:
    """In all commands, of records and of what else there is."""
    for name in summaries():
        group = command(name)
        for one in getattr(group, "commands", {"": group}).values():
            options = [text for param in one.params for text in param.opts if text.startswith("-")]
            assert [text for text in options if "_" in text] == []


@each("verb", ["patch-many", "delete-many"])
def test_what_has_no_answer_may_have_been_done(verb: str, run: Run, script: Scripted) -> None:
    values = ("--name", "Ana") if verb == "patch-many" else ()
    done = run("lead", verb, "--filter", "id>5", *values, "--if-count", "1-a", **to(script.lost()))
    assert (done.returncode, "look before you repeat it" in done.stderr) == (6, True)
    assert len(script.requests) == 1
