"""What goes wrong on the way to a server, or in it: one line, and the exit code for it."""

import inspect
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from closum import cli
from closum.cli import streams
from closum_client._address import normal_url
from closum_client.cli import connection, records, root
from closum_client.cli import streams as client_streams
from closum_client.cli.address import url_of
from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import call, environment, start
from tests.clients.cli.scripted import Scripted
from tests.support.patience import PATIENCE, wait_until
from tests.support.resources import of_leads

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])


def failed(run: Run, url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    done = run(*(arguments or ("lead", "get", "1")), CLOSUM_URL=url, CLOSUM_TOKEN="secret.token")
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert "secret.token" not in done.stderr
    return done


@BOTH
@pytest.mark.parametrize(
    ("status", "more", "code", "words"),
    [
        (400, {}, 1, "The server answered 400: No (request r-1)"),
        (403, {}, 1, "The server answered 403: No (request r-1)"),
        (404, {}, 4, "There is no lead 1"),
        (
            412,
            {},
            7,
            "The lead 1 has changed since you got that ETag: get the new one with 'lead get 1 --etag', then repeat the update",
        ),
        (422, {}, 5, "The server answered 422: No (request r-1)"),
        (422, {"errors": {"name": {"_x": "Bad"}}}, 5, "name: Bad"),
        (429, {"after": "900"}, 6, "The server answered 429: No (request r-1); try again in 15 minutes"),
        (500, {}, 1, "The server answered 500: No (request r-1)"),
        (503, {"after": "1"}, 6, "The server answered 503: No (request r-1); try again in 1 s"),
        (503, {}, 6, "The server answered 503: No (request r-1)"),
    ],
)
def test_each_refusal_has_a_line_and_a_code(
    run: Run, script: Scripted, entry_point: str, status: int, more: dict[str, Any], code: int, words: str
) -> None:
    script.refusal(status, **more)
    done = failed(run, script.address)
    assert (done.returncode, done.stderr) == (code, f"{entry_point}: {words}\n")
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "<html>Hello</html>", "text/html"),
        (404, "<html>Not found</html>", "text/html"),
        (200, '{"success":true}', "application/json"),
        (200, "[]", "application/json"),
        (200, "", "application/json"),
        (200, "[" * 100_000, "application/json"),
        (200, '{"success":true,"data":[]}', "application/json"),
    ],
)
def test_an_answer_of_another_server(run: Run, script: Scripted, status: int, body: str, kind: str) -> None:
    script.raw(status, body, **{"Content-Type": kind})
    assert failed(run, script.address).returncode == 1


@pytest.mark.parametrize(
    "document",
    [
        {"data": []},
        {"data": [], "pagination": None},
        {"data": [1], "pagination": {"current_page": 1, "page_count": 1, "count": 1}},
        {"data": 1, "pagination": {"current_page": 1, "page_count": 1, "count": 1}},
        {"data": [], "pagination": {"current_page": "x", "page_count": 1, "count": 1}},
    ],
)
def test_a_list_that_is_none(run: Run, script: Scripted, document: dict[str, Any]) -> None:
    script.data(**document)
    assert failed(run, script.address, "lead", "list").returncode == 1


def test_a_fault_ends_a_long_list_with_an_error(
    run: Run, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "AGAIN", 0)
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    for status, code in ((404, 4), (400, 1), (503, 6), (502, 6)):
        script.answers.clear()
        script.part([{"id": 1}], after="A").refusal(status)
        done = run("email", "list", "--all", **user)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "1\t\t\t\n", 1)


def test_a_long_list_goes_on_when_its_server_was_away(run: Run, script: Scripted) -> None:
    script.part([{"id": 1}], after="A").refusal(503).part([{"id": 2}])
    done = run("city", "list", "--all", CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout) == (0, "1\t\n2\t\n")


def test_a_server_that_repeats_a_page_is_not_walked_for_ever(run: Run, script: Scripted) -> None:
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    script.part([{"id": 1}], after="A")
    assert run("city", "list", "--all", **user).returncode == 1
    assert len(script.requests) == 2
    script.answers.clear()
    script.part([{"id": 1}], after="A").part([], after="B")
    assert run("city", "list", "--all", **user).stdout == "1\t\n"


@pytest.mark.parametrize("data", [[], {}, {"id": True}, {"id": "1"}])
def test_a_create_without_an_id(run: Run, script: Scripted, data: Any) -> None:
    script.data(data, 201)
    done = run("lead", "create", "--name", "Ana", CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "look before you repeat it" in done.stderr.splitlines()[1]


def test_a_create_that_is_interrupted(script: Scripted, tmp_path: Path) -> None:
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    with subprocess.Popen(
        call("closum-client", "lead", "create", "--name", "Ana"),
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        wait_until(lambda: bool(script.requests))
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=PATIENCE)
    script.ended.set()
    assert running.returncode == 130
    assert "look before you repeat it" in said


@BOTH
def test_closed_input_is_empty(script: Scripted, tmp_path: Path, entry_point: str) -> None:
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    for arguments in (("lead", "create", "--data", "-"), ("login", "--email", "a", "--password-stdin")):
        done = redirected(environ, entry_point, "<&-", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@BOTH
def test_closed_output_is_an_error_before_anything_is_done(
    script: Scripted, tmp_path: Path, entry_point: str
) -> None:
    script.data({"id": 1}, 201)
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    for words in ("lead create --name A", "lead list --all", "--help", "completion bash", "logout"):
        done = redirected(environ, entry_point, ">&-", *words.split())
        assert (done.returncode, done.stderr) == (
            1,
            f"{entry_point}: Standard output is closed, so nothing was done: send it to /dev/null if nobody reads it\n",
        )
        assert redirected(environ, entry_point, ">&- 2>&-", *words.split()).returncode == 1
    assert script.requests == []


@BOTH
def test_an_output_on_a_full_disk_is_an_error(script: Scripted, tmp_path: Path, entry_point: str) -> None:
    script.part([{"id": 1}])
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    for words in ("lead list --all", "lead list --all --json", "lead list --help", "--version"):
        done = redirected(environ, entry_point, ">/dev/full", *words.split())
        said = f"{entry_point}: The result could not be printed: No space left on device\n"
        assert (done.returncode, done.stderr) == (1, said)
        assert redirected(environ, entry_point, ">/dev/full 2>/dev/full", *words.split()).returncode == 1


def redirected(
    environ: dict[str, str], entry_point: str, how: str, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """The command with its streams as a shell's redirection makes them."""
    return start(["bash", "-c", f'exec "$@" {how}', "bash", *call(entry_point, *arguments)], environ)


def test_both_entry_points_open_their_streams_alike() -> None:
    assert Path(streams.__file__).read_text() == Path(client_streams.__file__).read_text()


def test_both_commands_answer_an_unknown_command_alike() -> None:
    assert inspect.getsource(cli.unknown_command) == inspect.getsource(root.unknown_command)


@pytest.mark.parametrize("id", ["0", "1_0", "\u0661", "-1", "1.0", "abc", "1" * 20])
def test_an_id_that_is_none(run: Run, script: Scripted, id: str) -> None:
    done = run("lead", "get", "--", id, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    assert (done.returncode, "a whole number from 1 up" in done.stderr) == (2, True)
    assert script.requests == []


def test_an_id_beside_a_value_is_refused(run: Run, script: Scripted) -> None:
    for number in ("0", "1"):
        values = ("--email", "ana@example.com", "--email-id", number)
        done = run("lead", "create", *values, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
        assert (done.returncode, "not both" in done.stderr) == (2, True)
    assert script.requests == []


def test_a_server_of_another_kind_has_no_list(run: Run, script: Scripted) -> None:
    script.refusal(404)
    done = failed(run, script.address, "lead", "list")
    assert (done.returncode, "is that the server's address?" in done.stderr) == (4, True)


@BOTH
def test_no_server(run: Run, entry_point: str) -> None:
    done = failed(run, "http://127.0.0.1:9")
    assert done.returncode == 6
    assert done.stderr.startswith(f"{entry_point}: GET http://127.0.0.1:9/api/lead/1: no connection (")


def test_a_server_that_does_not_answer(run: Run, script: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TIMEOUT", 0.1)
    done = failed(run, script.address)
    assert (done.returncode, "no answer in time" in done.stderr) == (6, True)
    done = run("lead", "create", "--name", "A", CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    assert done.returncode == 6
    assert "look before you repeat it" in done.stderr.splitlines()[1]


def test_what_a_server_says_does_not_reach_the_terminal_as_it_is(run: Run, script: Scripted) -> None:
    script.refusal(400, "a\x1b]0;owned\x07\nb\u202ec")
    done = failed(run, script.address)
    assert "a\\x1b]0;owned\\x07\\nb\\u202ec" in done.stderr
    script.answers = []
    script.refusal(422, errors={"na\x1bme": {"_x": "a\rb"}})
    assert failed(run, script.address).stderr == "closum-client: na\\x1bme: a\\rb\n"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "/crm",
            "http:/crm.example.com",
            "crm.example.com:x",
            "ftp://crm.example.com",
            "http://",
            "http://a:b@c",
            "http://a?b",
            "http://a#b",
        ),
        *("localhost@a", "user@localhost", "localhost:x"),
        *("http://a b", "http://a:x", "http://[::1", "http://a..b", "http://a\\@b", "http://" + "a" * 64),
    ],
)
def test_an_address_that_is_none(run: Run, url: str) -> None:
    done = run("lead", "list", "--url", url, CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "Invalid value for '--url': " in done.stderr
    assert " the url" in done.stderr


def test_an_error_names_the_variable_only_where_it_is_the_cause(run: Run) -> None:
    done = run("lead", "list", "--url", "/crm", CLOSUM_URL="/crm", CLOSUM_TOKEN="x")
    assert "Invalid value for '--url': " in done.stderr
    done = run("lead", "list", CLOSUM_URL="/crm", CLOSUM_TOKEN="x")
    assert "Invalid value for '--url' (env var: 'CLOSUM_URL'): " in done.stderr


@BOTH
def test_this_machine_needs_no_scheme(run: Run, script: Scripted, entry_point: str) -> None:
    script.page([])
    port = script.address.rpartition(":")[2]
    for url in (f"localhost:{port}", f"127.0.0.1:{port}/", f"LOCALHOST:{port}", f"http://localhost:{port}"):
        assert run("lead", "list", "--url", url, CLOSUM_TOKEN="x").returncode == 0
        assert run("lead", "list", CLOSUM_URL=url, CLOSUM_TOKEN="x").returncode == 0


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost", "http://localhost"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("localhost/crm/", "http://localhost/crm"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_what_an_address_without_a_scheme_is(text: str, url: str) -> None:
    assert url_of(text) == url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://CRM.example.com", "http://crm.example.com:80/"),
        ("https://crm.example.com/a/", "https://crm.example.com:443/a"),
        ("http://[::1]:80", "http://[::1]"),
        ("localhost:8000/api/", "http://localhost:8000"),
        ("crm.example.com", "https://crm.example.com/api"),
    ],
)
def test_two_spellings_of_an_address(one: str, other: str) -> None:
    assert normal_url(one) == normal_url(other)


@pytest.mark.parametrize("other", ["https://a", "http://a:81", "http://b", "http://a/b", "http://a.b"])
def test_two_addresses(other: str) -> None:
    assert normal_url(other) != normal_url("http://a")


@BOTH
@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("lead", "Usage: "),
        ("lead frobnicate", "No such command 'frobnicate'"),
        ("lead lst", "Did you mean "),
        ("leads list", "No such command 'leads'. Did you mean "),
        (
            "lead list --url ana@example.com",
            "the address of a server, such as https://crm.example.com, without a user",
        ),
        ("lead get", "Missing argument 'ID'"),
        ("lead get x", "Invalid value for 'ID'"),
        ("lead get 0", "Invalid value for 'ID'"),
        ("lead get ../token", "Invalid value for 'ID'"),
        ("lead list --sort phone", "'phone.number'"),
        ("lead list --direction up", "--direction"),
        ("lead list --limit 0", "--limit"),
        ("lead list --all --page 2", "--all shows every page"),
        ("lead update 1", "nothing to change"),
        ("lead update 1 --data {}", "nothing to change"),
        ("lead create --nmae x", "'--name'"),
        ("lead create --city-id x", "--city-id"),
        ("lead create --name x --data {}", "--data is the whole body"),
        ("lead create --data []", "it must be a JSON object"),
        ("lead create --data {", "it is not JSON"),
        ('lead create --data {"a":1,"a":2}', "twice"),
        ('lead create --data {"a":NaN}', "it is not JSON"),
        ('lead create --data {"a":1e999}', "it is not JSON"),
        ("lead create --data @nowhere", "nowhere: No such file or directory"),
        ("lead create --name \udcff", "UTF-8"),
        ('lead create --data {"name":"\\ud800"}', "UTF-8"),
        ("completion tcsh", "'tcsh'"),
    ],
)
def test_wrong_usage(run: Run, entry_point: str, words: str, text: str) -> None:
    done = run(*words.split(), CLOSUM_URL="http://127.0.0.1:9", CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.startswith(f"{entry_point}: ") or words == "lead"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
def test_interrupted(entry_point: str, script: Scripted, tmp_path: Path) -> None:
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    running = subprocess.Popen(
        call(entry_point, "lead", "list"),
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: bool(script.requests))
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE)
    assert (running.returncode, out, err.strip()) == (130, "", "")


@pytest.mark.parametrize("option", [(), ("--json",)], ids=["lines", "json"])
@pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
def test_a_pipe_that_is_closed_early(
    entry_point: str, script: Scripted, tmp_path: Path, option: tuple[str, ...]
) -> None:
    for number in range(1, 6):
        script.part([{"id": one, "name": "x" * 100_000} for one in range(1, 5)], after=str(number))
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    command = call(entry_point, "lead", "list", "--all", *option)
    running = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout
    assert running.stderr
    assert running.stdout.read(10)
    running.stdout.close()
    with running.stderr as errors:
        assert errors.read() == b""
    assert running.wait(timeout=PATIENCE) == 1
    assert len(script.requests) < 6


@BOTH
def test_a_command_that_is_not_there_is_told_which_are(run: Run, entry_point: str) -> None:
    done = run("lead", "nowhere", CLOSUM_URL="http://127.0.0.1:9", CLOSUM_TOKEN="x")
    assert f"lead' are {', '.join(of_leads(entry_point))}\n" in done.stderr
