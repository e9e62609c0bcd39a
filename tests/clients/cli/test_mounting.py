"""The commands as a part of `closum`, what they load, and resources that come later."""

import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

import closum.cli
import closum_client
from closum.cli.resources import SUMMARIES
from closum.model.examples import Examples
from closum.model.fields import Flag, Integer, Text, Timestamp
from closum.model.relations import Nested
from closum.model.resource import Listing, Resource
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum_client import __version__, resources
from closum_client.cli import calls, commands
from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import call, environment, start
from tests.clients.cli.scripted import Scripted
from tools.clients.resources import FOLDER, HELPS, files
from tools.clients.tidy import ROOT

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
SERVER = {
    "apsw",
    "argon2",
    "closum.app",
    "closum.resources",
    "closum.settings",
    "psycopg",
    "starlette",
    "uvicorn",
}
CLIENT = {"closum_client", "httpx2", "rich"}

HOOK = Resource(
    name="entry",
    fields=(
        Text("url", required=True, description='The **address** that\'s "called"'),
        Integer("data"),
        Flag("is_active"),
        Timestamp("creation_date", read_only=True),
    ),
    nested=(Nested("owner", EMAIL, key="email", shows=("email",), copies=("email",)),),
    listing=Listing(
        listed=("id", "url", "owner"),
        retrieved=("id", "url", "owner"),
        sorts={"id": "id"},
    ),
    examples=Examples(sample={"url": "https://example.com"}),
)


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> str:
    """The text of one more resource, which both commands now have."""
    made = files([*RESOURCES, HOOK])
    resource, helps = f"{FOLDER}/{HOOK.name}.py", dict[str, Any]()
    names: dict[str, Any] = {}
    exec(made[resource], names)
    exec(made[HELPS], helps)
    monkeypatch.setattr(resources, "RESOURCES", (*resources.RESOURCES, names["RESOURCE"]))
    monkeypatch.setattr(closum.cli, "SUMMARIES", helps["SUMMARIES"])
    return made[resource]


def test_the_table_is_what_the_declarations_say() -> None:
    there = [*(ROOT / FOLDER).glob("*.py"), ROOT / HELPS]
    assert files() == {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in there
    }, "run 'make generate'"


def test_the_table_of_an_invented_resource_is_formatted(invented: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--check",
        "--stdin-filename",
        f"{FOLDER}/entry.py",
        "-",
    ]
    done = subprocess.run(command, cwd=ROOT, input=invented, capture_output=True, text=True, check=False)
    assert (done.returncode, "from src/closum/resources" in invented) == (0, True)


@BOTH
def test_an_invented_resource_has_its_commands(run: Run, invented: str, script: Scripted) -> None:
    assert (
        "Entries: list, create, get, update, patch, delete, restore, export, batch, patch-many, delete-many, history."
        in " ".join(run("--help").stdout.split())
    )
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    script.data({"id": 3}, 201)
    values = ("--entry-url", "https://a", "--entry-data", "5", "--is-active", "0", "--owner-id", "7")
    assert run("entry", "create", *values, **user).stdout == "Created entry 3.\n"
    assert script.requests[0].call == "POST /api/entry"
    assert script.requests[0].body == {"url": "https://a", "data": 5, "is_active": 0, "owner": {"id": 7}}
    script.answers.clear()
    script.page([{"id": 3, "url": "https://a", "owner": {"email": "ana@example.com"}}])
    assert run("entry", "list", **user).stdout == "3\thttps://a\tana@example.com\n"
    assert 'The address that\'s "called".' in run("entry", "create", "--help").stdout


def test_both_entry_points_have_the_same_commands_and_helps() -> None:
    shown = commands.summaries()
    assert {name: shown.pop(name) for name in ("bin", "job", "user")}.keys() <= closum.cli.COMMANDS.keys()
    assert shown == SUMMARIES | closum.cli.CLIENT
    assert set(closum.cli.COMMANDS) & set(shown) == {"account", "city", "lead"}


def test_only_cities_are_loaded_and_listed_by_one_group() -> None:
    group = closum.cli.closum.get_command(click.Context(closum.cli.closum), "city")
    assert isinstance(group, click.Group)
    assert group.list_commands(click.Context(group)) == ["list", "get", "load"]


@BOTH
def test_the_helps_name_exit_codes_and_columns(run: Run, entry_point: str) -> None:
    for words in ((), ("lead",)) if entry_point == "closum-client" else (("lead",),):
        shown = run(*words, "--help").stdout
        assert [line.split()[0] for line in shown.partition("Exit codes:\n")[2].splitlines()] == [
            *("0", "1", "2", "3", "4", "5", "6", "7", "8", "130")
        ]
    shown = " ".join(run("lead", "list", "--help").stdout.split())
    assert "id, name, city_id, custom_data, creation_date, phone, email" in shown


def loaded(entry_point: str, *arguments: str, home: Path, **more: str) -> set[str]:
    """What is in sys.modules after a call."""
    main = {"closum": "closum.cli", "closum-client": "closum_client.cli"}[entry_point]
    code = (
        f"import sys; from {main} import main\ntry: main(sys.argv[1:])\nfinally: print('\\n', *sys.modules)"
    )
    done = start([sys.executable, "-c", code, *arguments], environment(home, **more))
    return set(done.stdout.splitlines()[-1].split())


def test_the_client_loads_nothing_of_the_server(script: Scripted, tmp_path: Path) -> None:
    script.page([{"id": 1}])
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    for arguments in (("lead", "list"), ("city", "list"), ("city", "--help"), ("logout",)):
        assert not SERVER & loaded("closum", *arguments, home=tmp_path, **user)
    assert len(script.requests) == 2
    modules = loaded("closum-client", "lead", "list", home=tmp_path, **user)
    assert {name for name in modules if name.partition(".")[0] == "closum"} == set()
    assert "rich" not in modules  # for terminals alone


def test_a_command_loads_no_more_than_it_uses(script: Scripted, tmp_path: Path) -> None:
    """What takes processor time is what is imported: HTTP only to send, and of rich what measures letters."""
    script.page([{"id": 1}])
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    web = {"asyncio", "http.client", "httpcore2", "httpx2", "ssl", "tempfile"}
    for arguments in (
        ("lead", "list", "--help"),
        ("logout",),
        ("completion", "bash"),
        ("lead", "list", "--x"),
    ):
        modules = loaded("closum", *arguments, home=tmp_path, **user)
        assert not web & modules, arguments
    unused = {"asyncio", "closum_client.client", "closum_client.records", "closum_client._generated", "rich"}
    assert not unused & loaded("closum", "lead", "list", home=tmp_path, **user)


def test_a_table_loads_no_more_of_rich_than_the_widths_of_letters(tmp_path: Path) -> None:
    modules = loaded_by("import closum_client.cli.show, closum_client.cli.terminal", tmp_path)
    assert {name for name in modules if name.startswith("rich")} <= {
        *("rich", "rich._extension", "rich.cells", "rich._unicode_data", "rich._unicode_data._versions")
    }


def test_the_names_of_the_package_are_loaded_when_they_are_used(tmp_path: Path) -> None:
    assert not {"httpx2", "closum_client.client"} & loaded_by("import closum_client", tmp_path)
    for name in closum_client.__all__:
        assert getattr(closum_client, name) is not None
    assert set(closum_client.__all__) <= set(dir(closum_client))
    with pytest.raises(AttributeError, match="no attribute 'Klient'"):
        closum_client.__getattr__("Klient")


def loaded_by(code: str, home: Path) -> set[str]:
    done = start([sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], environment(home))
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_no_certificates_are_read_for_http_and_the_usual_ones_count_for_https() -> None:
    for url, count in (("http://a", 0), ("https://a", 1)):
        context = calls.trusted(url)
        assert (context is True) is bool(count)
        if not isinstance(context, bool):
            assert (context.verify_mode, context.get_ca_certs()) == (ssl.CERT_REQUIRED, [])


def test_the_server_loads_nothing_of_the_client(tmp_path: Path) -> None:
    for arguments in (("serve", "--help"), ("city", "load", "x"), ("--help",)):
        assert not CLIENT & loaded("closum", *arguments, home=tmp_path)


def test_a_client_that_was_taken_away_is_told(tmp_path: Path) -> None:
    code = "import sys; sys.modules['closum_client'] = None; from closum.cli import main; main(sys.argv[1:])"
    for arguments in (("lead", "list"), ("city", "list")):
        done = start([sys.executable, "-c", code, *arguments], environment(tmp_path))
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert f"install closum-client {__version__} beside closum" in done.stderr


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra_there_is_one_line(tmp_path: Path, missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None\nfrom closum_client.cli import main; main(['lead', 'list'])"
    done = start([sys.executable, "-c", code], environment(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "pip install click rich" in done.stderr


def test_version(run: Run) -> None:
    assert run("--version").stdout.startswith("closum-client 0.")


def test_the_variables_of_the_client_are_known_to_the_server(tmp_path: Path) -> None:
    done = start(call("closum", "settings"), environment(tmp_path, CLOSUM_URL="http://a", CLOSUM_TOKEN="x"))
    assert (done.returncode, done.stderr) == (0, "")
