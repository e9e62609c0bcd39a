"""closum routes, settings, --help and --version: what is there, told quickly."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from closum import __version__
from closum.app import every_route, route_table
from closum.cli import COMMANDS, client_commands, lead
from closum.cli import closum as root
from closum.resources import DECLARED, RESOURCES
from closum.settings import OTHER_VARIABLES, PREFIX, SETTINGS, unknown_variables
from closum.web.entry import Pages
from closum.web.site import Site
from tests.support.engine import ON_SQLITE
from tests.support.resources import routes
from tests.support.server import clean_environment
from tools.generate import commands

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Path_ = tuple[str, ...]
CITY = {("city", "list"), ("city", "get")}  # beside `load`, which opens the database

KNOWN = [
    ("POST", "/api/token", "public"),
    ("GET", "/health", "public"),
    ("GET", "/ready", "public"),
    *[route for resource in DECLARED for route in routes(resource)],
    ("GET", "/api/openapi.json", "public"),
    *[("GET", one.path, "public") for one in route_table() if one.path.startswith("/docs")],
]
"""In this order, with those between them that one resource alone has."""


ALL = {tuple(words.split()): command for words, command in commands(root, "")}
LEAD = {path for path in ALL if path[:1] == ("lead",) and path[-1] not in (*lead.OWN, "lead")}
JOB = {("job", "get")}  # beside `list` and `run`
CLIENT = {path for path in ALL if path[:1] in {(name,) for name in client_commands()}} | CITY | LEAD | JOB
OPTIONS = [
    (path, option)
    for path, one in ALL.items()
    for option in one.params
    if isinstance(option, click.Option) and option.name != "version" and path not in CLIENT
]


def test_the_route_table(command: Command) -> None:
    pages = Site("", b"", RESOURCES)
    every = [(one.method, one.path, one.needs) for one in every_route(pages, Pages(pages))]
    width = max(len(path) for _, path, _ in every)
    lines = [f"{method:<6} {path:<{width}} {permission}\n" for method, path, permission in every]
    assert command("routes").stdout == "".join(lines)
    for column in (len("DELETE"), len("DELETE ") + width):
        assert {line[column] for line in lines} == {" "}
    assert [one for one in every if one in KNOWN] == KNOWN


def test_every_setting_is_shown_with_its_value_and_where_that_comes_from(command: Command) -> None:
    key = "0123456789abcdef" * 4
    environment = {
        "CLOSUM_SIGNING_KEY": key,
        "CLOSUM_PORT": "9000",
        "CLOSUM_TRUSTED_PROXY": "127.0.0.1, unix",
        "CLOSUM_CORS_ORIGINS": "",
    }
    done = command("settings", "--database", "sqlite:///x.db", CLOSUM_SINGING_KEY=key, **environment)
    lines = done.stdout.splitlines()
    shown = dict(line.split(maxsplit=1) for line in lines if not line.startswith(" "))
    assert list(shown) == [row.variable for row in SETTINGS]
    assert len(lines) == 2 * len(SETTINGS)
    assert shown["CLOSUM_DATABASE"] == "sqlite:///x.db  (--database)"
    assert shown["CLOSUM_PORT"] == "9000  (CLOSUM_PORT)"
    assert shown["CLOSUM_TRUSTED_PROXY"] == "127.0.0.1,unix  (CLOSUM_TRUSTED_PROXY)"
    assert shown["CLOSUM_HOST"] == "127.0.0.1  (default)"
    assert shown["CLOSUM_SIGNING_KEY"] == "(secret)  (CLOSUM_SIGNING_KEY)"
    assert shown["CLOSUM_UDS"] == "not set"
    assert shown["CLOSUM_CORS_ORIGINS"] == "empty  (CLOSUM_CORS_ORIGINS)"
    assert "none" not in "".join(shown.values())
    assert key not in done.stdout
    assert done.stderr == "closum: CLOSUM_SINGING_KEY is set, but closum has no such setting\n"


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help(command: Command, words: Path_) -> None:
    for flag in ("--help", "-h"):
        done = command(*words, flag)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Usage: {' '.join(('closum', *words))} ")
    assert ALL[words].help


def test_the_one_line_helps_of_the_root_name_what_a_group_has() -> None:
    for name, text in ({name: row[1] for name, row in COMMANDS.items()} | client_commands()).items():
        one = ALL[(name,)]
        if isinstance(one, click.Group):
            named = text.partition(": ")[2].removesuffix(".").split(", ")
            listed = one.list_commands(click.Context(one))
            assert (named[: len(one.commands)], sorted(named)) == (list(one.commands), sorted(listed))


@ON_SQLITE
@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_sentence_of_help_is_cut(command: Command, words: Path_) -> None:
    usage, _, text = command(*words, "--help").stdout.partition("\n\n")
    assert usage.startswith("Usage: ")
    assert "..." not in text


@ON_SQLITE
def test_the_help_of_serve_says_what_kind_of_value_each_option_takes(command: Command) -> None:
    text = command("serve", "--help").stdout
    for option in (
        "--host ADDRESS ",
        "--port PORT ",
        "--uds FILE ",
        "--database URL ",
        "--workers N ",
        "--pool-size N ",
        "--log-level [debug|info|warning|error]",
    ):
        assert f"  {option}" in text
    assert "TEXT" not in text
    assert "yes or no" not in text  # a flag takes no value


DESTRUCTIVE = {"all", "compact", "dry_run", "end_tokens", "overwrite", "yes"}
OTHER_NAMES = {name.lower() for name in OTHER_VARIABLES}
WHAT_GOES = {"from_file", "keep_days"}
"""Options that name what is removed."""
OF_ONE_FILE = {
    "mapping",
    "match",
    "on_match",
    "format",
    "encoding",
    "delimiter",
    "sheet",
    "header_line",
    "faults",
}
OF_ONE_FILE |= {"resource", "filter", "q", "changed_since", "fields", "sort", "direction"}
"""Options that say how one file is imported, or what is exported to it."""
ELSEWHERE = {"url"}
"""Options that have another program do it."""
HARMLESS = {"password_stdin"}  # it says where a password comes from, which the command needs in any case


def test_no_flag_comes_from_the_environment_but_settings_and_harmless_ones() -> None:
    flags = {
        option.name: option
        for command in ALL.values()
        for option in command.params
        if isinstance(option, click.Option) and option.is_flag
    }
    settings = {row.name for row in SETTINGS}
    assert {name for name, option in flags.items() if option.envvar} <= HARMLESS
    assert flags.keys() >= DESTRUCTIVE
    assert flags.keys() & OTHER_NAMES <= HARMLESS | settings
    assert "auto_envvar_prefix" not in root.context_settings


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (words, option)
        for words, option in OPTIONS
        if option.name not in DESTRUCTIVE | WHAT_GOES | OF_ONE_FILE | ELSEWHERE
    ],
    ids=lambda part: getattr(part, "name", None),
)
def test_every_option_is_a_variable_too(words: Path_, option: click.Option) -> None:
    variable = PREFIX + option.opts[0].removeprefix("--").replace("-", "_").upper()
    settings = {row.variable for row in SETTINGS}
    assert option.envvar == variable or variable in settings
    assert variable in settings | {PREFIX + name for name in OTHER_VARIABLES}
    assert unknown_variables({variable: "x"}) == []
    assert option.help
    context = click.Context(
        ALL[words], help_option_names=["-h", "--help"]
    )  # a command keeps the first it is given
    assert variable in context.get_help().replace("\n", "")


def test_a_flag_that_destroys_is_never_taken_from_the_environment() -> None:
    destructive = [option for _, option in OPTIONS if option.name in DESTRUCTIVE]
    assert {option.name for option in destructive} == DESTRUCTIVE
    assert all(option.is_flag and option.envvar is None and option.help for option in destructive)
    assert all(option.envvar is None and option.help for _, option in OPTIONS if option.name in WHAT_GOES)
    variables = {f"CLOSUM_{name.upper()}": "1" for name in {*DESTRUCTIVE, "keep_days"}}
    assert unknown_variables(variables) == sorted(variables)


def test_every_command_that_opens_the_database_takes_its_url() -> None:
    with_database = {path for path, option in OPTIONS if option.name == "database"}
    leaves = {path for path, one in ALL.items() if not isinstance(one, click.Group)} - CLIENT
    assert leaves - with_database == {("routes",), ("database", "copy")}


def test_the_variable_does_what_the_option_does(command: Command, tmp_path: Path) -> None:
    absolute = f"sqlite:///{tmp_path}/absolute.db"
    command("account", "add", "Acme", CLOSUM_DATABASE="sqlite:///relative.db")
    command("account", "add", "Acme", "--database", absolute, CLOSUM_DATABASE="sqlite:///relative.db")
    assert {file.name for file in tmp_path.glob("*.db")} == {"relative.db", "absolute.db"}
    variables = {"CLOSUM_DATABASE": absolute, "CLOSUM_ACCOUNT": "Acme"}
    command("user", "add", "ana@example.com", stdin="correct horse", CLOSUM_PASSWORD_STDIN="1", **variables)
    assert command("demo", CLOSUM_LEADS="3", **variables).stdout.startswith("Added 3 leads")
    assert command("person", "erase", "ana@example.com", **variables).returncode == 1
    (tmp_path / "b").touch()
    assert command("backup", "b", CLOSUM_OVERWRITE="true", **variables).returncode == 1


def test_version(command: Command) -> None:
    assert command("--version").stdout == f"closum {__version__}\n"


def test_help_loads_neither_the_server_nor_the_database(tmp_path: Path) -> None:
    code = "import sys; from closum.cli import main\ntry: main(sys.argv[1:])\nfinally: print(*sys.modules)"
    for words, banned in (
        ((), {"apsw", "argon2", "asyncio", "closum.settings", "httpx2", "importlib.metadata", "rich", "ssl"}),
        (("serve",), {"starlette", "uvicorn"}),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *words, "--help"],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert not banned & set(done.stdout.split())
