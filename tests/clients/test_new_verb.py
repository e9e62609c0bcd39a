"""Verbs of one resource, as both libraries and the terminal have them: made from the rows of a route table, and called."""

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from closum.http.route import Route
from closum.resources import DECLARED, RESOURCES
from tests.clients.cli.scripted import Request, Scripted, serving
from tests.conftest import Programs
from tests.support.new_verbs import NEW, table
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment
from tools.clients import python, resources, ruby

ROOT = Path(__file__).parents[2]
ROUTES = table([*RESOURCES])
LEAD = {
    "id": 7,
    "name": "Ana",
    "creation_date": "2018-01-01T10:00:00+00:00",
    "city_id": None,
    "custom_data": None,
}
CALLS = [
    "POST /api/lead/7/join",
    "GET /api/lead/7/history?limit=5",
    "DELETE /api/lead/7/flags",
    "POST /api/lead/7/put_back",
    "POST /api/lead/7/split",
    "POST /api/lead/7/touch",
]
TAG = '"3-5a49d4a0"'
SPLIT = {
    "parts": [{"name": "Ana", "is_first": 1}, {"name": "Rui", "is_first": 0}],
    "options": {"keeps_email": 1, "reason": "two"},
    "labels": [3, 4],
}
SENT = [
    Request(call, "t", body, tag)
    for call, body, tag in zip(
        CALLS, ({"other_id": 8}, None, None, None, SPLIT, None), (TAG, "", "", "", TAG, ""), strict=True
    )
]

PYTHON = """
from closum_client import Client

with Client("ADDRESS", token="t") as client:
    assert client.leads.join(7, other_id=8, if_match='TAG') is None
    assert client.leads.history("7", limit=5) == [1, 2]
    assert client.leads.unflag(7) is None
    assert client.leads.put_back(7).name == "Ana"
    parts = [{"name": "Ana", "is_first": True}, {"name": "Rui", "is_first": False}]
    options = {"keeps_email": True, "reason": "two"}
    done = client.leads.split(7, parts=parts, options=options, labels=(3, 4), if_match='TAG')
    assert done == {"ids": [8, 9]}
    assert client.leads.touch(7) == {"id": 7}
    assert not hasattr(client.leads, "card")
    assert parts[0]["is_first"] is True
    for wrong in (
        lambda: client.leads.join("x", other_id=8),
        lambda: client.leads.unflag("7/8"),
        lambda: client.leads.join(7, other_id=8, if_match=None),
        lambda: client.leads.split(7, parts=parts, if_match="no tag"),
    ):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError("an id is an id")
"""
ASYNC = """
import asyncio
from closum_client import AsyncClient

async def main():
    async with AsyncClient("ADDRESS", token="t") as client:
        assert await client.leads.join(7, other_id=8, if_match='TAG') is None
        assert await client.leads.history("7", limit=5) == [1, 2]
        assert await client.leads.unflag(7) is None
        assert (await client.leads.put_back(7)).name == "Ana"
        parts = [{"name": "Ana", "is_first": True}, {"name": "Rui", "is_first": False}]
        options = {"keeps_email": True, "reason": "two"}
        done = await client.leads.split(7, parts=parts, options=options, labels=[3, 4], if_match='TAG')
        assert done == {"ids": [8, 9]}
        assert await client.leads.touch(7) == {"id": 7}

asyncio.run(main())
"""
RUBY = """
require "closum"

client = Closum::Client.new("ADDRESS", token: "t")
raise "join" unless client.leads.join(7, other_id: 8, if_match: 'TAG').nil?
raise "history" unless client.leads.history("7", limit: 5) == [1, 2]
raise "unflag" unless client.leads.unflag(7).nil?
raise "put_back" unless client.leads.put_back(7).name == "Ana"
parts = [{ name: "Ana", is_first: true }, { "name" => "Rui", "is_first" => false }]
options = { keeps_email: true, reason: "two" }
done = client.leads.split(7, parts: parts, options: options, labels: [3, 4], if_match: 'TAG')
touched = client.leads.touch(7)
raise "touch" unless touched == { "id" => 7 } && !client.leads.respond_to?(:card)
raise "split" unless done == { "ids" => [8, 9] } && parts[0][:is_first] == true
[
  -> { client.leads.unflag("7/8") },
  -> { client.leads.join(7, other_id: 8, if_match: nil) },
  -> { client.leads.split(7, parts: parts, if_match: "no tag") }
].each do |wrong|
  wrong.call
rescue ArgumentError
  nil
else
  raise "no ArgumentError"
end
"""
SPLIT_OPTIONS = [word for name, value in SPLIT.items() for word in (f"--{name}", json.dumps(value))]
TERMINAL = """
import sys
from closum_client.cli import main

main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both clients, with what the generators make of the new rows."""
    folder = tmp_path_factory.mktemp("clients")
    shutil.copytree(ROOT / "clients", folder / "clients", ignore=shutil.ignore_patterns("__pycache__"))
    for files in (
        python.files(DECLARED, ROUTES),
        ruby.files(DECLARED, ROUTES),
        resources.files(DECLARED, ROUTES),
    ):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def answered(script: Scripted) -> Scripted:
    script.data([]).data([1, 2]).data([]).data(LEAD | {"email": None, "phone": None})
    return script.data({"ids": [8, 9]}).data({"id": 7})


def check(script: Scripted) -> None:
    assert script.requests == SENT
    assert json.dumps(script.requests[-2].body) == json.dumps(SPLIT)  # 1 where True is equal to it


def done(folder: Path, *command: str, **environment: str) -> str:
    ended = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment() | {"HOME": str(folder), "NO_PROXY": "*"} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("program", [PYTHON, ASYNC], ids=["blocking", "asyncio"])
def test_python_has_methods(program: str, package: Path) -> None:
    with serving() as script:
        source = program.replace("ADDRESS", answered(script).address).replace("TAG", TAG)
        done(
            package,
            sys.executable,
            "-W",
            "error",
            "-c",
            source,
            PYTHONPATH=str(package / "clients/python/src"),
        )
    check(script)


def test_ruby_has_methods(package: Path, program: Programs) -> None:
    ruby = str(program("ruby", package="ruby"))
    with serving() as script:
        source = RUBY.replace("ADDRESS", answered(script).address).replace("TAG", TAG)
        done(package, ruby, "-w", "-I", str(package / "clients/ruby/lib"), "-e", source)
    check(script)


def test_the_terminal_has_commands(package: Path) -> None:
    words = (
        ("join", "7", "--other-id", "8", "--if-match", TAG),
        ("history", "7", "--limit", "5"),
        ("unflag", "7"),
        ("put-back", "7"),
        ("split", "7", *SPLIT_OPTIONS, "--if-match", TAG),
        ("touch", "7"),
    )
    with serving() as script:
        place = {"CLOSUM_URL": answered(script).address, "CLOSUM_TOKEN": "t"}
        path = {"PYTHONPATH": str(package / "clients/python/src")}
        printed = [
            done(package, sys.executable, "-c", TERMINAL, "lead", *one, **place, **path) for one in words
        ]
    check(script)
    assert printed[0] == "Done: lead join.\n"
    assert ast.literal_eval(printed[1]) == [1, 2]
    assert printed[2] == "Done: lead unflag.\n"
    assert "name\tAna\n" in printed[3]
    text = done(package, sys.executable, "-c", TERMINAL, "lead", "--help", **path)
    assert [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line[2:3].strip()][
        :14
    ] == [
        *("create", "delete", "get", "history", "import", "join", "list", "patch", "put-back", "restore"),
        *("split", "touch", "unflag", "update"),
    ]
    helps = (package / resources.HELPS).read_text(encoding="utf-8")
    assert (
        "Leads: list, create, get, update, patch, delete, restore, import, join, history, unflag, put-back, split, touch."
        in helps
    )


def test_the_terminal_takes_json_for_objects_and_arrays_alone(package: Path) -> None:
    path = {"PYTHONPATH": str(package / "clients/python/src")}
    shown = done(package, sys.executable, "-c", TERMINAL, "lead", "split", "--help", **path)
    for option in ("--parts JSON", "--options JSON", "--labels JSON", "--if-match ETAG"):
        assert option in shown
    assert "Do it only if the ETag is still this one, from 'get --etag'." in " ".join(shown.split())
    shown = done(package, sys.executable, "-c", TERMINAL, "lead", "get", "--help", **path)
    assert "for update, patch, delete, join, split --if-match" in " ".join(shown.split())
    refused = subprocess.run(
        [sys.executable, "-c", TERMINAL, "lead", "split", "7", "--parts", "[1,"],
        env=clean_environment() | {"HOME": str(package), "COLUMNS": "200", **path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert refused.returncode == 2
    assert "Invalid value for --parts: it is not JSON" in refused.stderr


def test_a_changed_record_is_told_with_the_command_to_repeat(package: Path) -> None:
    with serving() as script:
        script.refusal(412, "The record has been changed")
        place = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "t"}
        path = {"PYTHONPATH": str(package / "clients/python/src"), "HOME": str(package)}
        refused = subprocess.run(
            [sys.executable, "-c", TERMINAL, "lead", "join", "7", "--other-id", "8", "--if-match", TAG],
            env=clean_environment() | place | path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert refused.returncode == 7
    assert "'lead get 7 --etag', then repeat the join" in refused.stderr


def test_the_methods_are_documented_and_typed(package: Path) -> None:
    text = (package / "clients/python/src/closum_client/_generated/resources/lead.py").read_text()
    method = " ".join(text.partition("def split(")[2].split())
    assert (
        "parts: Sequence[Mapping[str, Any]], options: Mapping[str, Any] | UnsetType | None = UNSET" in method
    )
    assert (
        "labels: Sequence[int] | UnsetType | None = UNSET, if_match: str | UnsetType | None = UNSET" in method
    )
    assert 'parts (list[dict]): The leads that it becomes: each a dict of "name", "is_first".' in method
    assert "ValueError: `id` is not an id, or `if_match` is not an etag." in method
    assert "PreconditionFailed" in method.partition("def ")[0]
    text = (package / "clients/ruby/lib/closum/generated/lead.rb").read_text()
    assert "@param parts [Array<Hash>] The leads that it becomes: each `{name:, is_first:}`" in text
    assert "@param labels [Array<Integer>, nil]" in text


SAID = "Gives a lead what another one has, which goes."


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("python/src/closum_client/_generated/resources/lead.py", '"""', "\n\n        Args:"),
        ("python/src/closum_client/_generated/async_resources/lead.py", '"""', "\n\n        Args:"),
        ("python/src/closum_client/resources/lead.py", '"', '"'),
        ("ruby/lib/closum/generated/lead.rb", "    # ", "\n    #\n    # @param id"),
    ],
)
def test_a_method_says_what_it_does(name: str, before: str, after: str, package: Path) -> None:
    """The reference speaks of endpoints; who calls a method, or types a command, calls none."""
    text = (package / "clients" / name).read_text(encoding="utf-8")
    assert f"{before}{SAID}{after}" in text
    assert "endpoint" not in text.lower()


def test_no_method_of_the_product_speaks_of_endpoints() -> None:
    for made in (python.files(), ruby.files(), resources.files()):
        assert [name for name, text in made.items() if "endpoint" in text.lower()] == []


def test_the_tables_of_both_readmes_name_it() -> None:
    assert (
        "| `client.leads` | `list` `create` `upsert` `retrieve` `update` `patch` `delete` `join` `history` `unflag` `put_back` `split` `touch` |"
        in (python.table(DECLARED, ROUTES))
    )
    assert (
        "| `upsert`, `join(id)`, `history(id)`, `unflag(id)`, `put_back(id)`, `split(id)`, `touch(id)` |"
        in ruby.table(DECLARED, ROUTES)
    )


def named(name: str) -> list[Route]:
    """The rows, of which the first one has another name."""
    first = NEW[0]
    assert first.operation
    return [*NEW[1:], replace(first, operation=replace(first.operation, name=name))]


@pytest.mark.parametrize("name", ["class", "Join"])
@pytest.mark.parametrize("make", [python.files, resources.files], ids=["python", "terminal"])
def test_a_name_that_means_something_else_is_refused(name: str, make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="no names for the clients"):
        make(DECLARED, named(name))


@pytest.mark.parametrize("name", ["class", "clone"])
def test_ruby_refuses_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="no name for the Ruby client"):
        ruby.files(DECLARED, named(name))
