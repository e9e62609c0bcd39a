"""What README and the other documents say is so: calls and answers, commands, settings, files, links."""

import json
import re
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import httpx2
import pytest
from click.testing import CliRunner

from closum.accounts import users
from closum.cli import client_commands
from closum.cli import closum as group
from closum.model import draft
from closum.model.query import Query
from closum.model.resource import Resource
from closum.operations import records
from closum.store.migrate import Migration
from closum.store.session import Session
from tests.support import engine
from tests.support.catalogue import tables
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum
from tests.support.stored import ids
from tools import generate

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DIGESTS = (ROOT / "tests/store/migrations.sha256").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
HOST = "http://127.0.0.1:8000"
EXAMPLE = {
    "src/closum/resources/note.py",
    "src/closum/store/migrations/0011_note.sql",
    "tests/resources/test_note.py",
}

Program = Callable[..., str]


def blocks(text: str, language: str) -> list[str]:
    """Fenced blocks of a language, without the fences and their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def calls() -> Iterator[tuple[str, str]]:
    """The curl calls, each with the answer printed below it."""
    yield from re.findall(r"```sh\n(curl .*?)```\n\n```json\n(.*?)\n```", README, re.DOTALL)


def run(curl: str, server: Server, call: str, token: str) -> str:
    for old, new in ((HOST, server.address), ("yourpassword", server.password), ("your.bearer.token", token)):
        call = call.replace(old, new)
    arguments = shlex.split(call.replace("\\\n", " "))
    assert arguments[0] == "curl"
    answer = subprocess.run(
        [curl, "-sS", "--noproxy", "*", *arguments[1:]],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return answer.stdout


def shape(answer: str) -> str:
    """An answer with dates and tokens made alike."""
    answer = re.sub(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"', '"DATE"', answer)
    return re.sub(r'"token":"[\w-]+\.[\w-]+\.[\w-]+"', '"token":"TOKEN"', answer)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


def test_the_first_calls_are_answered_as_printed(own_server: Server, program: Program) -> None:
    curl, token = program("curl", package="curl"), ""
    for call, printed in calls():
        answer = run(curl, own_server, call, token)
        assert shape(answer) == shape(printed), call
        token = token or json.loads(answer)["data"]["token"]

    _, create, _, retrieve, _ = (call for call, _ in calls())
    again = run(curl, own_server, create, token)
    assert f"gives `{again}`" in README
    second = json.loads(run(curl, own_server, retrieve.replace("/lead/1", "/lead/2"), token))["data"]
    assert second["email"]["id"] == second["phone"]["id"] == 1
    (failure,) = [block.strip() for block in blocks(README, "json") if '"success":false' in block]
    assert run(curl, own_server, re.sub(r"-d '\{.*\}'", "-d '{}'", create, flags=re.DOTALL), token) == failure


def test_the_first_start_prints_what_is_shown(own_server: Server) -> None:
    (shown,) = [block for block in blocks(README, "text") if "serves on" in block]
    place = re.escape(str(own_server.folder))
    made = re.sub(rf"{place}/closum\.db", "/home/you/closum/closum.db", own_server.printed)
    printed = made.replace(own_server.address, HOST).replace(own_server.password, "yourpassword")
    assert printed.strip() == shown.strip()


def test_the_files_are_there_with_their_modes(own_server: Server) -> None:
    rows = re.findall(r"^\| (`closum\.db.*?) \|.*\| (0\d+) \|$", README, re.MULTILINE)
    found = {name: int(mode, 8) for names, mode in rows for name in re.findall(r"`([^`]+)`", names)}
    assert httpx2.get(f"{own_server.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
    assert closum("backup", "monday.db", folder=own_server.folder).returncode == 0
    assert {file.name for file in own_server.folder.glob("closum.db*")} == set(found)
    for name, mode in found.items():
        assert stat.S_IMODE((own_server.folder / name).stat().st_mode) == mode, name


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each line of a shell block that calls closum, without the first."""
    for block in blocks(text, "sh"):
        for line in block.splitlines():
            if line.startswith("closum "):
                yield shlex.split(line, comments=True)[1:]


def is_of_client(words: list[str]) -> bool:
    return words[0] in client_commands() or words[:2] in (["city", "list"], ["city", "get"])


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and what is left of them."""
    command: click.Command = group
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found, f"there is no command '{words[0]}'"
        command, words = found, words[1:]
    return command, words


def test_the_commands_work_in_the_order_in_which_they_are_shown(tmp_path: Path, program: Program) -> None:
    curl = program("curl", package="curl")
    with Server(tmp_path) as server:
        sign_in, create = (call for call, _ in list(calls())[:2])
        run(curl, server, create, json.loads(run(curl, server, sign_in, ""))["data"]["token"])
        over_http = [line for line in command_lines(README) if is_of_client(line)]
        for words in over_http:
            signing_in = ["--email", "admin@example.com", "--password-stdin"] if words[0] == "login" else []
            words = [word.replace(HOST, server.address) for word in words]  # noqa: PLW2901
            done = closum(
                *words, *signing_in, folder=tmp_path, stdin=server.password, HOME=str(tmp_path), NO_PROXY="*"
            )
            assert done.returncode == 0, (words, done.stderr)
    assert {words[0] for words in over_http} == {"login", "lead", "city"}
    seen = []
    places = {"postgresql://closum@host/closum": engine.POSTGRES.url(tmp_path)}
    for line in command_lines(README):
        if line[0] == "serve" or line in over_http:  # the former goes on until it is stopped
            continue
        words = [places.get(word, word).replace("/mnt/backup", str(tmp_path)) for word in line]
        done = closum(*words, folder=tmp_path, stdin="a new password\n")
        assert done.returncode == 0, (words, done.stderr)
        seen.append(words[0])
    assert set(seen) == {"backup", "restore", "account", "user", "demo", "person", "database"}
    engine.POSTGRES.forget(tmp_path)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for words in command_lines(text):
        command, rest = command_of(words)
        command.make_context(words[-1], rest)  # raises for what it does not know, or misses
    for span in re.findall(r"`(closum [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        command, rest = command_of(shlex.split(span)[1:])
        known = {option for parameter in command.params for option in parameter.opts} | {
            "--help",
            "--version",
        }
        assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= known, span


def test_every_command_is_named_in_the_readme() -> None:
    documents = README + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in group.list_commands(click.Context(group)):
        assert f"closum {name}" in documents, name
    listed = CliRunner().invoke(group, ["user", "--help"]).output
    for name in re.findall(r"^  ([a-z-]+) {2,}[A-Z]", listed.split("Commands:")[1], re.MULTILINE):
        assert f"closum user {name}" in README, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" not in target:
            assert (document.parent / target.partition("#")[0]).exists(), target
    for path in re.findall(r"`((?:src|tests|docs|tools)/[\w./-]+)`", text):
        assert path in EXAMPLE or (ROOT / path).exists(), path


def test_no_generated_part_is_stale() -> None:
    assert generate.stale(write=False) == [], "run 'make generate'"


def test_a_stale_part_is_found_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {file for file, _ in generate.PARTS.values()}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    file = tmp_path / "README.md"
    file.write_text(README.replace("| `CLOSUM_PORT` | `8000`", "| `CLOSUM_PORT` | `9000`"), encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().out
    assert (generate.main([]), generate.main(["--check"])) == (0, 0)
    assert file.read_text(encoding="utf-8") == README


def test_digests_of_migrations_are_only_added() -> None:
    first, *others = DIGESTS.splitlines(keepends=True)
    assert generate.with_digests(first) == generate.with_digests("") == DIGESTS
    changed = "0" * 64 + first[64:]
    assert generate.with_digests(changed) == "".join([changed, *others])


def test_the_example_of_a_noun_is_a_whole_one(session: Session) -> None:
    with session.write() as unit:
        account = users.add_account(unit, "Acme")
    (declaration,), (sql,) = blocks(CONTRIBUTING, "python"), blocks(CONTRIBUTING, "sql")
    names: dict[str, object] = {}
    exec(declaration, names)
    note = names["NOTE"]
    assert isinstance(note, Resource)
    with session.write() as unit:
        unit.run("DROP TABLE IF EXISTS note")  # on the day when it is no example any more
        for statement in Migration(11, "0011_note.sql", sql).statements(unit.engine):
            unit.run(statement)
        drafts = [draft.parse(note, {"text": text}) for text in ("b", "a")]
        assert ids(records.create_many(unit.of(account.id), note, drafts)) == [1, 2]
        shown, count = records.page(unit.of(account.id), note, Query("text"))
        columns = set(tables(unit)["note"].columns)
    assert ([one["id"] for one in shown], count) == ([2, 1], 2)
    assert columns == {"account_id", *note.columns}
