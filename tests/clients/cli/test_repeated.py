"""Calls that are sent again by the same command, since the server knows them by their key."""

import pytest

from closum_client import _drivers, _retry
from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
CREATE = ("lead", "create", "--name", "Ana")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that a command would have made, in seconds; chance always gives the longest."""
    made: list[float] = []
    monkeypatch.setattr(_drivers, "sleep", made.append)
    monkeypatch.setattr(_retry, "uniform", lambda _, longest: longest)
    return made


def to(script: Scripted) -> dict[str, str]:
    return {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "t"}


@BOTH
@pytest.mark.parametrize("status", [0, 409, 429, 502, 503, 504])
def test_a_create_that_may_have_been_made_is_sent_again_with_its_key(
    run: Run, script: Scripted, pauses: list[float], status: int, entry_point: str
) -> None:
    if status:
        script.refusal(status, after="1" if status == 409 else "")
    else:
        script.lost()
    script.data({"id": 3}, 201)
    done = run(*CREATE, **to(script))
    assert (done.returncode, done.stdout, done.stderr) == (0, "Created lead 3.\n", "")
    assert (len(script.keys), len(set(script.keys)), pauses) == (2, 1, [1 if status == 409 else 0.5])
    assert [one.body for one in script.requests] == [{"name": "Ana"}] * 2


def test_a_command_waits_for_as_long_as_the_server_asks(
    run: Run, script: Scripted, pauses: list[float]
) -> None:
    script.refusal(503, after="7").data({"id": 3}, 201)
    assert run(*CREATE, **to(script)).returncode == 0
    assert pauses == [7]
    script.answers.clear()
    script.refusal(503, "Busy", after="61")
    done = run(*CREATE, **to(script))
    assert (done.returncode, "try again in 61 s" in done.stderr, pauses) == (6, True, [7])


def test_a_create_is_given_up_after_four_attempts(run: Run, script: Scripted, pauses: list[float]) -> None:
    done = run(*CREATE, **to(script.lost()))
    assert (done.returncode, len(script.requests), pauses) == (6, 4, [0.5, 1, 2])
    assert "may have been" in done.stderr
    assert len(set(script.keys)) == 1


@pytest.mark.parametrize("status", [400, 404, 422, 500])
def test_a_refusal_is_not_asked_for_again(run: Run, script: Scripted, status: int) -> None:
    assert run(*CREATE, **to(script.refusal(status, after="1" if status == 409 else ""))).returncode != 0
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "words", ["operation undo 9", "bin restore 3", "lead batch --data {}", "lead merge 1 --ids [2]"]
)
def test_so_is_every_post(run: Run, script: Scripted, words: str) -> None:
    script.lost().data({"id": 3, "resource": "lead", "left": [], "undone": [], "operation": 4})
    done = run(*words.split(), **to(script))
    assert (done.returncode, len(script.keys), len(set(script.keys))) == (0, 2, 1), done.stderr


@pytest.mark.parametrize("words", ["lead update 1 --name Ana", "lead delete 1", "lead get 1", "bin purge 3"])
def test_what_has_no_key_is_sent_once(run: Run, script: Scripted, words: str, pauses: list[float]) -> None:
    done = run(*words.split(), **to(script.refusal(503)))
    assert (done.returncode, script.keys, pauses) == (6, [""], [])
