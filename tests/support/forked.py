"""Programs in Ruby and Python, each in a process of its own, which has loaded what such programs need before it reads one;
and programs of a shell.
"""

import contextlib
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.server import clean_environment

_LIBRARY = Path(__file__).parents[2] / "clients/ruby/lib"
_PYTHON = """\
import os, sys
import closum_client, httpx2
child = 1
for folder in sys.stdin:
    child = os.fork()
    if not child:
        os.chdir(folder.rstrip("\\n"))
        os.environ["HOME"] = os.getcwd()
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
if not child:
    with open("program", encoding="utf-8") as file:
        code = compile(file.read(), "program", "exec")
    exec(code, {"__name__": "__main__"})
"""
_RUBY = """\
require "closum"
require "net/http"
$stdin.each_line do |folder|
  child = fork do
    Dir.chdir(folder.chomp)
    ENV["HOME"] = Dir.pwd
    $stdout.reopen("out", "w")
    $stderr.reopen("err", "w")
    load "./program"
  end
  Process.wait(child)
  puts $?.exitstatus
  $stdout.flush
end
"""


class Forked:
    """`command` runs one of the programs above."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        environment = clean_environment() | {"NO_PROXY": "*"}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)

    def run(self, folder: Path) -> tuple[int, str, str]:
        """Runs the file `program` of a folder there, which is its home, too: exit code, output, and what went to standard error."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        out, err = ((folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return code, out, err

    def close(self) -> None:
        """Ends when it has nothing more to read."""
        self._process.communicate(timeout=PATIENCE)


@contextlib.contextmanager
def forks(programs: Callable[[str, str], str]) -> Iterator[Callable[[str], Forked]]:
    """By the name of a language what runs its programs, started when it is first asked for; warnings are told."""

    def command(language: str) -> list[str | Path]:
        if language == "Ruby":
            return [programs("ruby", "ruby"), "-w", "-I", _LIBRARY, "-e", _RUBY]
        return [sys.executable, "-W", "error", "-c", _PYTHON]

    with contextlib.ExitStack() as stack:

        @functools.cache
        def of(language: str) -> Forked:
            return stack.enter_context(contextlib.closing(Forked(command(language))))

        yield of


def in_shell(folder: Path) -> tuple[int, str, str]:
    """Likewise `program` of a folder, by bash."""
    done = subprocess.run(
        ["bash", "-e", "program"],
        cwd=folder,
        env=clean_environment() | {"HOME": str(folder), "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
