"""What README and the guides say is so: calls and answers, commands, files. README is a landing page."""

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

from closum.cli import client_commands, lead
from closum.cli import closum as group
from tests.support import engine
from tests.support.documents import GUIDES, README, command_lines, commands_of, guide
from tests.support.guide import blocks
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum
from tests.support.terminal import printed_until

START = guide("start")
HOST = "http://127.0.0.1:8000"
LINES, WIDTH = 92, 100
CODE = r"(\w{4}-){6}\w\w\b"
Program = Callable[..., str]


def calls(text: str) -> Iterator[tuple[str, str]]:
    """The curl calls, each with the answer printed below it."""
    yield from re.findall(r"```sh\n(curl .*?)```\n\n```json\n(.*?)\n```", text, re.DOTALL)


class Caller:
    """Runs calls of the documents against a server, with curl."""

    def __init__(self, curl: str, server: Server) -> None:
        self._curl, self._server, self._token, self._count = curl, server, "", ""

    def __call__(self, call: str, *options: str) -> str:
        server = self._server
        for old, new in (
            (HOST, server.address),
            ("yourpassword", server.password),
            ("your.bearer.token", self._token),
        ):
            call = call.replace(old, new)
        call = re.sub(r"If-Count: [\w-]+", f"If-Count: {self._count}", call)
        arguments = shlex.split(call.replace("\\\n", " "))
        assert arguments[0] == "curl"
        answer = subprocess.run(
            [self._curl, "-sS", "--noproxy", "*", *options, *arguments[1:]],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        if counted := re.search(r'"if_count":"([\w-]+)"', answer.stdout):
            self._count = counted[1]
        return answer.stdout

    def sign_in(self) -> None:
        """Take the token of the first call."""
        call, _ = next(calls(START))
        self._token = json.loads(self(call))["data"]["token"]


def shape(answer: str) -> str:
    """An answer with dates and tokens made alike."""
    answer = re.sub(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"', '"DATE"', answer)
    answer = re.sub(r'"if_count":"(\d+)-\w+"', r'"if_count":"\1-SIGNED"', answer)
    return re.sub(r'"token":"[\w-]+\.[\w-]+\.[\w-]+"', '"token":"TOKEN"', answer).replace(
        "your.bearer.token", "TOKEN"
    )


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


@pytest.fixture
def run(own_server: Server, program: Program) -> Caller:
    caller = Caller(program("curl", package="curl"), own_server)
    caller.sign_in()
    return caller


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (README, 2),
        (START, 5),
        (guide("users-and-accounts"), 2),
        (guide("find"), 7),
        (guide("bin"), 6),
        (guide("undo"), 6),
        (guide("write"), 7),
        (guide("merge"), 5),
        (guide("work"), 17),
    ],
    ids=["README", "start", "users-and-accounts", "find", "bin", "undo", "write", "merge", "work"],
)
def test_calls_are_answered_as_printed(run: Caller, text: str, count: int) -> None:
    shown = list(calls(text))
    assert len(shown) == count
    for call, printed in shown:
        assert shape(run(call)) == shape(printed), call


def test_a_repeated_post_and_a_failure_are_answered_as_printed(run: Caller) -> None:
    _, create, _, retrieve, _ = (call for call, _ in calls(START))
    run(create)
    again = run(create)
    assert f"gives `{again}`" in START
    second = json.loads(run(retrieve.replace("/lead/1", "/lead/2")))["data"]
    assert second["email"]["id"] == second["phone"]["id"] == 1
    (failure,) = [block.strip() for block in blocks(START, "json") if '"success":false' in block]
    assert run(re.sub(r"-d '\{.*\}'", "-d '{}'", create, flags=re.DOTALL)) == failure


def test_after_the_calls_of_the_readme_only_the_id_of_the_lead_differs(run: Caller) -> None:
    """As the guide says to those who come from there."""
    assert "its `id` is 2, so write `/api/lead/2` instead of `/api/lead/1`" in START
    for call, _ in calls(README):
        run(call)
    (_, create, _, retrieve, update), (_, created, _, retrieved, updated) = zip(*calls(START), strict=True)
    assert run(create) == created.replace('"id":1', '"id":2')
    second = shape(run(retrieve.replace("/lead/1", "/lead/2")))
    assert second == shape(retrieved).replace('{"id":1,"name"', '{"id":2,"name"')
    assert run(update.replace("/lead/1", "/lead/2")) == updated


def test_no_call_with_a_token_follows_the_command_that_revokes_it() -> None:
    text = guide("users-and-accounts")
    assert text.rindex("your.bearer.token") < text.index("closum user sign-out --all")


def test_a_write_that_changes_something_has_the_header_x_operation(run: Caller) -> None:
    assert "`X-Operation`" in START
    _, create, _, _, update = (call for call, _ in calls(START))
    heads = [run(call, "-i").lower() for call in (create, update, update)]
    assert ["\nx-operation: " in head for head in heads] == [True, True, False]


def test_the_first_start_prints_what_is_shown(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks(START, "text") if "serves on" in block]
    printed = printed_until("For programs alone", "serve", "--port", "0", folder=tmp_path)
    (address,) = re.findall(r"^closum serves on (.*)$", printed, re.MULTILINE)
    made = printed.replace(f"{tmp_path}/closum.db", "/home/you/closum/closum.db").replace(address, HOST)
    assert re.sub(CODE, "CODE", made.strip()) == re.sub(CODE, "CODE", shown.strip())


def test_the_files_are_there_with_their_modes(own_server: Server) -> None:
    rows = re.findall(r"^\| (`closum\.db.*?) \|.*\| (0\d+) \|$", guide("backup"), re.MULTILINE)
    found = {name: int(mode, 8) for names, mode in rows for name in re.findall(r"`([^`]+)`", names)}
    assert httpx2.get(f"{own_server.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
    assert closum("backup", "monday.db", folder=own_server.folder).returncode == 0
    assert {file.name for file in own_server.folder.glob("closum.db*")} == set(found)
    for name, mode in found.items():
        assert stat.S_IMODE((own_server.folder / name).stat().st_mode) == mode, name


def is_of_client(words: list[str]) -> bool:
    if words[0] == "lead":
        return words[1] not in lead.OWN
    return words[0] in client_commands() or words[:2] in (["city", "list"], ["city", "get"])


def test_commands_of_the_client_work_in_the_order_in_which_they_are_shown(
    run: Caller, own_server: Server
) -> None:
    run(list(calls(START))[1][0])
    lines = list(command_lines(guide("clients")))
    assert {words[0] for words in lines} == {"changes", "login", "lead", "city", "operation"}
    for line in lines:
        assert is_of_client(line)
        signing_in = ["--email", "admin@example.com", "--password-stdin"] if line[0] == "login" else []
        words = [word.replace(HOST, own_server.address) for word in line] + signing_in
        folder = own_server.folder
        done = closum(*words, folder=folder, stdin=own_server.password, HOME=str(folder), NO_PROXY="*")
        assert done.returncode == 0, (words, done.stderr)


def test_every_filter_of_the_guide_is_one(run: Caller, own_server: Server) -> None:
    text = guide("find")
    for call, _ in list(calls(text))[:2]:
        run(call)
    rows = re.findall(r"^\| (`.*?`) \| ", text, re.MULTILINE)
    filters = [one for row in rows for one in re.findall("`([^`]+)`", row)]
    assert len(filters) > 10
    for one in filters:
        answer = run(
            f"curl -G {HOST}/api/lead -H 'Authorization: Bearer your.bearer.token' --data-urlencode 'filter={one}'"
        )
        assert json.loads(answer)["success"], one


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("start", {"demo", "user"}),
        ("users-and-accounts", {"account", "user", "key", "ledger"}),
        ("backup", {"backup", "restore"}),
        ("postgresql", {"database"}),
    ],
)
def test_commands_work_in_the_order_in_which_they_are_shown(
    tmp_path: Path, name: str, named: set[str]
) -> None:
    with Server(tmp_path):
        pass  # it leaves a database with a key
    places = {"postgresql://closum@host/closum": engine.POSTGRES.url(tmp_path)}
    lines = [line for line in command_lines(guide(name)) if line[0] != "serve"]  # goes on until it is stopped
    for line in lines:
        words = [places.get(word, word).replace("/mnt/backup", str(tmp_path)) for word in line]
        done = closum(*words, folder=tmp_path, stdin="a new password\n")
        assert done.returncode == 0, (words, done.stderr)
    assert {line[0] for line in lines} == named
    engine.POSTGRES.forget(tmp_path)


def test_every_command_is_named_in_a_guide() -> None:
    text = README + "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    context = click.Context(group)
    for name in group.list_commands(context):
        assert f"closum {name}" in text, name
        if name not in client_commands():
            own = lead.OWN if name == "lead" else commands_of(group.get_command(context, name))
            for verb in own:
                assert re.search(rf"closum {name} {verb}\b", text), f"{name} {verb}"


def test_the_readme_is_a_landing_page() -> None:
    rows = [-(-max(len(line), 1) // WIDTH) for line in README.splitlines()]
    assert sum(rows) <= LINES


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.name)
def test_every_guide_is_one_link_away(page: Path) -> None:
    contents = guide("README")
    assert page.name == "README.md" or f"](docs/guide/{page.name})" in README
    assert page.name == "README.md" or f"]({page.name})" in contents
