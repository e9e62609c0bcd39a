"""What a write may be asked for beside it: a patch, the record, and a key for each create."""

import json

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.support.client import Client
from tests.support.engine import ON_SQLITE, Engine

pytestmark = ON_SQLITE
BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    """What the environment of a signed-in user has."""
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


def printed(run: Run, user: dict[str, str], *arguments: str) -> str:
    done = run(*arguments, **user)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@BOTH
def test_a_patch_merges_custom_data(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", {"name": "Ana", "custom_data": {"a": 1, "b": {"c": 2}}})
    change = ("--custom-data", '{"a": null, "b": {"d": 3.50}}')
    assert printed(run, user, "lead", "patch", "1", *change) == "Updated lead 1.\n"
    lead = api.data("GET", "/api/lead/1")
    assert (lead["name"], json.loads(lead["custom_data"])) == ("Ana", {"b": {"c": 2, "d": 3.5}})
    assert printed(run, user, "lead", "patch", "1", "--data", '{"name":"Rui"}', "--json") == "[]\n"
    assert api.data("GET", "/api/lead/1")["name"] == "Rui"
    assert "nothing to change" in run("lead", "patch", "1", **user).stderr
    assert "is merged into the present one" in " ".join(run("lead", "patch", "--help").stdout.split())


def test_a_patch_is_of_one_state(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    seen = api.get("/api/lead/1").headers["ETag"]
    printed(run, user, "lead", "patch", "1", "--name", "Eva", "--if-match", seen)
    done = run("lead", "patch", "1", "--name", "Rui", "--if-match", seen, **user)
    assert (done.returncode, "then repeat the patch" in done.stderr) == (7, True)
    assert api.data("GET", "/api/lead/1")["name"] == "Eva"


@BOTH
def test_a_write_shows_the_record(run: Run, user: dict[str, str], api: Client) -> None:
    new = ("lead", "create", "--name", "Ana", "--return")
    assert printed(run, user, *new) == printed(run, user, "lead", "get", "1")
    assert json.loads(printed(run, user, *new, "--json")) == api.data("GET", "/api/lead/2")
    for verb in ("update", "patch"):
        changed = printed(run, user, "lead", verb, "1", "--name", verb, "--return")
        assert changed == printed(run, user, "lead", "get", "1")
        assert f"name\t{verb}\n" in changed


def test_the_account_is_shown(run: Run, user: dict[str, str]) -> None:
    for verb, zone in (("set", "WET"), ("patch", "UTC")):
        changed = printed(run, user, "account", verb, "--zone", zone, "--return")
        assert changed == printed(run, user, "account", "show")
        assert f"zone\t{zone}\n" in changed


def test_a_create_has_a_key_of_its_own(run: Run, script: Scripted, engine: Engine) -> None:
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    script.data({"id": 3}, 201)
    run("lead", "create", "--name", "Ana", **user)
    run("lead", "create", "--name", "Ana", **user)
    assert (len(set(script.keys)), all(script.keys)) == (2, True)


@BOTH
def test_a_create_can_look_first(run: Run, user: dict[str, str], api: Client) -> None:
    made = ("lead", "create", "--email", "ana@example.com", "--match", "email")
    assert printed(run, user, *made) == "Created lead 1.\n"
    assert printed(run, user, *made, "--name", "Ana") == "Updated lead 1.\n"
    assert printed(run, user, *made, "--name", "Eva", "--on-match", "skip") == "Skipped lead 1.\n"
    assert "'match' must be one of" in run(*made[:-1], "name", **user).stderr
    assert api.data("GET", "/api/lead/1")["name"] == "Ana"


@BOTH
def test_a_create_can_look_by_the_id(run: Run, user: dict[str, str], api: Client) -> None:
    """What the server advises where several leads match."""
    for name in ("Ana", "Eva"):
        api.new("lead", {"name": name, "email": {"email": "ana@example.com"}})
    named = ("lead", "create", "--email", "ana@example.com", "--name", "Rui", "--match")
    done = run(*named, "email", **user)
    assert (done.returncode, "'id'" in done.stderr) == (5, True)
    assert printed(run, user, *named, "id", "--id", "2") == "Updated lead 2.\n"
    assert printed(run, user, *named, "id", "--id", "2") == "Unchanged lead 2.\n"
    assert [api.data("GET", f"/api/lead/{one}")["name"] for one in (1, 2)] == ["Ana", "Rui"]
    done = run(*named, "id", "--id", "9", **user)
    assert (done.returncode, "There is no lead 9" in done.stderr) == (4, True)
    for words in (("email", "--id", "2"), ("id", "--id", "x")):
        assert run(*named, *words, **user).returncode == 2


@BOTH
def test_a_merged_lead_is_told_with_the_one_that_it_went_into(
    run: Run, user: dict[str, str], api: Client
) -> None:
    for name in ("Ana", "Ana M."):
        api.new("lead", {"name": name})
    api.data("POST", "/api/lead/1/merge", {"ids": [2]})
    for words in ("get 2", "update 2 --name Eva", "patch 2 --name Eva", "delete 2"):
        done = run("lead", *words.split(), **user)
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr.endswith(": Lead 2 went into lead 1\n")
