"""What the client's README says is so: each example runs, each table is complete."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import closum_client
from closum.resources import RESOURCES
from closum_client import ClosumError, client, errors, records
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.guide import blocks
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment
from tools.clients import python
from tools.generate import PARTS

ROOT = Path(__file__).parents[3]
README = (ROOT / "clients/python/README.md").read_text(encoding="utf-8")
RUBY = (ROOT / "clients/ruby/README.md").read_text(encoding="utf-8")
ERRORS = (ROOT / "clients/ruby/lib/closum/errors.rb").read_text(encoding="utf-8")
EXAMPLES = blocks(README, "python")


@pytest.fixture
def user(server: Server) -> Iterator[Client]:
    """An account with a lead that has all."""
    with sign_up(server) as user:
        email, phone = {"email": "someone@closum.com"}, {"extension": "351", "number": "912345678"}
        user.new("lead", {"name": "Someone", "email": email, "phone": phone})
        yield user


@ON_SQLITE
@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_runs(example: str, server: Server, user: Client, tmp_path: Path) -> None:
    for old, new in (
        ("http://127.0.0.1:8000", server.address),
        ("email@closum.com", "admin@example.com"),
        ("yourpassword", server.password),
        ("your.bearer.token", user.token or ""),
    ):
        example = example.replace(f'"{old}"', f'"{new}"')
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path,
        env=clean_environment() | {"NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "something else" not in done.stdout
    for begin in re.findall(r"print\(error(?:\.errors)?\)  # (.*?) …", example):
        assert begin in done.stdout


def test_each_placeholder_is_replaced() -> None:
    assert len(EXAMPLES) >= 7
    for example in EXAMPLES:
        assert "http://127.0.0.1:8000" in example


def test_the_table_of_resources_is_what_the_declarations_say() -> None:
    assert f"<!-- generated: resources -->\n{python.table()}\n<!-- end of resources -->\n" in README
    file, fill = PARTS["python-resources"]
    assert (ROOT / file).read_text(encoding="utf-8") == README == fill(README)


def test_a_new_resource_comes_into_the_table() -> None:
    table = python.table([*RESOURCES, replace(RESOURCES[0], name="visit", verbs=("list", "retrieve"))])
    assert table.startswith(
        "| records | methods |\n|---|---|\n| `client.leads` | `list` `create` `upsert` `retrieve` `update`"
    )
    assert "\n| `client.visits` | `list` `retrieve` `export` |\n" in table
    assert "\n| `client.jobs` | `list` `retrieve` `stop` `wait` |\n" in table


def test_every_type_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(\w+Input|Lead\w+)`", README))
    assert {"LeadEmailInput", "LeadPhoneInput", "LeadEmail", "LeadPhone"} <= named <= set(records.__all__)


def test_every_error_is_in_the_table() -> None:
    found = {
        name
        for name, one in vars(errors).items()
        if isinstance(one, type) and issubclass(one, ClosumError) and not name.startswith("_")
    }
    table = README[README.index("| error | when") :]
    for name in found:
        assert f"`{name}`" in table.partition("\n\n")[0]
        assert name in closum_client.__all__


def test_it_says_of_every_method_whether_it_is_repeated() -> None:
    methods = {name for row in python.table().splitlines()[2:] for name in re.findall("`([a-z_]+)`", row)}
    for text in (README, RUBY):
        begin = text.index("what reads (")
        told = text[begin : text.index("\n\n", text.index("what deletes ("))]
        assert methods - {*re.findall("`([a-z_]+)", told)} == set()


def test_the_readme_of_ruby_has_every_error_too() -> None:
    table = RUBY[RUBY.index("| class | when") :].partition("\n\n")[0]
    classes = re.findall(r"^  class (\w+) <", ERRORS, re.MULTILINE)
    assert len(classes) > 15
    assert [name for name in classes if name != "Error" and f"`{name}`" not in table] == []


def test_the_defaults_are_true() -> None:
    assert f"| `timeout` | {client.TIMEOUT:.0f} |" in README
    assert f"| `retries` | {client.RETRIES} |" in README
