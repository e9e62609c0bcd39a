"""Users of the version before whose addresses became one: a command takes the one whose address is typed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.store.opening import open_session
from tests.support.before import before
from tests.support.engine import Engine

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("typed", "left"), [('"rui"@example.com', "rui@example.com"), ("rui@example.com", '"rui"@example.com')]
)
def test_the_user_that_is_named_is_removed(
    engine: Engine, folder: Path, command: Command, typed: str, left: str
) -> None:
    url = engine.url(folder)
    before(url, 10, lambda unit: None)
    assert "remove one with 'closum user remove'" in command("check").stderr
    assert command("user", "remove", typed).returncode == 0
    with open_session(url) as session, session.read() as unit:
        emails = [row[0] for row in unit.all("SELECT email FROM account_user ORDER BY id")]
    assert (typed in emails, left in emails) == (False, True)
    assert command("database", "recompute").returncode == 0
    assert "the same e-mail address" not in command("check").stderr
    assert command("user", "disable", left).returncode == 0
