"""Completion, asked of the shells themselves."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import MODULES, environment, start
from tests.support.resources import of_leads

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])


BASH = """
eval "$({entry_point} completion bash)"
COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
{function} {entry_point}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
compdef() { print -r "registered $@" }
_describe() { print -rl ${(P)3} }
compadd() { print -rl ${(P)argv[-1]} }
eval "$(ENTRY_POINT completion zsh)"
words=(LINE); CURRENT=$#words
FUNCTION
"""


@pytest.fixture
def path(entry_point: str, tmp_path: Path) -> dict[str, str]:
    """An environment with the command on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / entry_point
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m {MODULES[entry_point]} "$@"\n')
    script.chmod(0o755)
    return environment(tmp_path, PATH=f"{folder}:{os.environ['PATH']}")


def bash(entry_point: str, line: str, environ: dict[str, str], shell: str) -> list[str]:
    """What bash offers for the last word of the line."""
    function = f"_{entry_point.replace('-', '_')}_completion"
    words = " ".join(f"'{word}'" for word in line.split(" "))
    done = start(
        [shell, "--norc", "-c", BASH.format(entry_point=entry_point, line=words, function=function)], environ
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@BOTH
def test_bash(entry_point: str, path: dict[str, str], program: Callable[..., str]) -> None:
    shell = program("bash", package="bash")
    commands = of_leads(entry_point)
    assert {"create", "get", "list", "update"} <= set(commands)
    for line, offered in (
        ("lo", ["login", "logout"]),
        ("lead ", commands),
        ("lead list --s", ["--sort", "--search"]),
        ("lead list --sort e", ["email.email"]),
        ("lead create --phone-", ["--phone-extension", "--phone-number", "--phone-id"]),
    ):
        assert bash(entry_point, f"{entry_point} {line}", path, shell) == offered
    top = bash(entry_point, f"{entry_point} ", path, shell)
    assert ({"lead", "city", "login", "completion"} <= set(top), "serve" in top) == (
        True,
        entry_point == "closum",
    )


@BOTH
def test_zsh(entry_point: str, path: dict[str, str], program: Callable[..., str]) -> None:
    shell = program("zsh", package="zsh")
    function = f"_{entry_point.replace('-', '_')}_completion"
    code = (
        ZSH.replace("ENTRY_POINT", entry_point)
        .replace("FUNCTION", function)
        .replace("LINE", f"{entry_point} lead li")
    )
    done = start([shell, "-f", "-c", code], path)
    assert done.stdout.splitlines() == [f"registered {function} {entry_point}", "list:List leads."], (
        done.stderr
    )


@BOTH
def test_the_help_says_where_the_script_goes(run: Run, entry_point: str) -> None:
    shown = run("completion", "--help").stdout
    for shell in ("bash", "zsh"):
        assert f'eval "$({entry_point} completion {shell})"' in shown


@pytest.mark.parametrize("line", ["closum ", "closum lead list --", "closum serve --", "closum city "])
def test_completing_does_not_load_the_web_stack(line: str, tmp_path: Path) -> None:
    code = "import sys; from closum.cli import main\ntry: main([])\nfinally: print('\\n', *sys.modules)"
    more = {"_CLOSUM_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = start([sys.executable, "-c", code], environment(tmp_path, **more))
    assert "plain," in done.stdout
    assert not {"starlette", "uvicorn"} & set(done.stdout.splitlines()[-1].split())
    if line == "closum ":
        assert not {"apsw", "closum.settings", "httpx2"} & set(done.stdout.splitlines()[-1].split())
