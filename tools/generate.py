"""Writes what comes from the code into docs, clients and tests: `python -m tools.generate`, or `make generate`.

A generated part of a document is between `<!-- generated: NAME -->` and `<!-- end of NAME -->`; of the clients
whole files are generated. With `--check` nothing is written, and the exit code is 1 when something is not what the
code says.
"""

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import click

from benchmarks import page, report, web
from benchmarks.find import page as find
from benchmarks.imports import page as imports
from benchmarks.writes import page as writes
from closum import __version__
from closum.cli import closum
from closum.settings import SETTINGS, Setting, shown
from closum.store.migrate import migrations, newest
from tools import architecture
from tools.clients import python, resources, ruby

ROOT = Path(__file__).parents[1]


def settings() -> str:
    """The table of settings."""
    return "\n".join(
        ["| variable | default | what it is |", "|---|---|---|", *(_setting(row) for row in SETTINGS)]
    )


def _setting(row: Setting) -> str:
    default = "none" if row.default in (None, (), "") else f"`{shown(row.default)}`"
    secret = f". Secret: `{row.variable}_FILE` may name a file that has it" if row.secret else ""
    return f"| `{row.variable}` | {default} | {row.help}{secret} |"


def variables() -> str:
    """The table of variables that are options of commands, and no settings."""
    rows = [f"| `{name}` | `{option}` | {', '.join(used)} |" for (name, option), used in _options()]
    return "\n".join(["| variable | option | of these commands |", "|---|---|---|", *rows])


def _options() -> list[tuple[tuple[str, str], list[str]]]:
    """By variable and option, in the order of the alphabet, the commands. Those of the client, which follow the resources,
    are named together."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for words, command in commands(closum, ""):
        is_ours = command.callback is None or command.callback.__module__.startswith("closum.")
        for option in command.params:
            if isinstance(option, click.Option) and isinstance(option.envvar, str):
                name = f"`{words.strip()}`" if is_ours else "those that work over HTTP"
                found[option.envvar, option.opts[0]].append(name)
    return sorted((key, list(dict.fromkeys(names))) for key, names in found.items())


def commands(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, the server's own and those that work over HTTP."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from commands(child, f"{words} {name}")


def filled(name: str, make: Callable[[], str], text: str) -> str:
    """The text with the part generated again. Raises ValueError where its markers are not there once."""
    begin, end = f"<!-- generated: {name} -->\n", f"<!-- end of {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the markers of the generated part '{name}' must be there once")
    head, rest = text.split(begin)
    _, tail = rest.split(end)
    return f"{head}{begin}{make()}\n{end}{tail}"


def with_digests(text: str) -> str:
    """Lines of `sha256sum`, and one more for each migration without; those that are there stay, right or wrong."""
    lines = text.splitlines()
    known = {line.split()[1] for line in lines}
    folder = files("closum.store") / "migrations"
    for name in [migration.name for migration in migrations() if migration.name not in known]:
        lines.append(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}")
    return "".join(f"{line}\n" for line in lines)


def with_version(before: str, text: str) -> str:
    """The text with the version of `closum.__version__` after each `before`. Raises ValueError where there is none."""
    new, count = re.subn(rf"(?<={re.escape(before)})\d[\w.]*", __version__, text)
    if not count:
        raise ValueError(f"there is no version after '{before}'")
    return new


def with_start_line(text: str) -> str:
    """The text with what the start of a server prints of the version and the schema."""
    return re.sub(r"closum [0-9.]+, schema [0-9]+,", f"closum {__version__}, schema {newest()},", text)


def with_refusal(text: str) -> str:
    """The text with what an older program says of the schema of this one."""
    now = f"needs closum {__version__} or newer (its schema is {newest()};"
    return re.sub(r"needs closum [0-9.]+ or newer \(its schema is [0-9]+;", now, text)


SCALING = "docs/guide/scaling.md"
BENCHMARKS = "docs/benchmarks.md"
ARCHITECTURE = "docs/architecture.md"

PARTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "machine": (SCALING, partial(filled, "machine", report.machine)),
    "rates": (SCALING, partial(filled, "rates", report.rates)),
    "ratios": (SCALING, partial(filled, "ratios", report.ratios)),
    "arithmetic": (SCALING, partial(filled, "arithmetic", report.arithmetic)),
    "bench-setup": (BENCHMARKS, partial(filled, "bench-setup", page.setup)),
    "bench-goals": (BENCHMARKS, partial(filled, "bench-goals", page.goals)),
    "bench-rates": (BENCHMARKS, partial(filled, "bench-rates", page.rates)),
    "bench-others": (BENCHMARKS, partial(filled, "bench-others", page.others)),
    "bench-latencies": (BENCHMARKS, partial(filled, "bench-latencies", page.latencies)),
    "bench-half": (BENCHMARKS, partial(filled, "bench-half", page.half_load)),
    "bench-processor": (BENCHMARKS, partial(filled, "bench-processor", page.processor_time)),
    "bench-start": (BENCHMARKS, partial(filled, "bench-start", page.start_and_memory)),
    "bench-stages": (BENCHMARKS, partial(filled, "bench-stages", page.stages)),
    "find-setup": (BENCHMARKS, partial(filled, "find-setup", find.setup)),
    "find-goals": (BENCHMARKS, partial(filled, "find-goals", find.goals)),
    "find-rates": (BENCHMARKS, partial(filled, "find-rates", find.rates)),
    "find-processor": (BENCHMARKS, partial(filled, "find-processor", find.processor_time)),
    "find-creates": (BENCHMARKS, partial(filled, "find-creates", find.creates)),
    "writes-setup": (BENCHMARKS, partial(filled, "writes-setup", writes.setup)),
    "writes-goals": (BENCHMARKS, partial(filled, "writes-goals", writes.goals)),
    "writes-rates": (BENCHMARKS, partial(filled, "writes-rates", writes.rates)),
    "imports-setup": (BENCHMARKS, partial(filled, "imports-setup", imports.setup)),
    "imports-goals": (BENCHMARKS, partial(filled, "imports-goals", imports.goals)),
    "imports-rates": (BENCHMARKS, partial(filled, "imports-rates", imports.rates)),
    "imports-latencies": (BENCHMARKS, partial(filled, "imports-latencies", imports.latencies)),
    "web-setup": (BENCHMARKS, partial(filled, "web-setup", web.setup)),
    "web-goals": (BENCHMARKS, partial(filled, "web-goals", web.goals)),
    "layers": (ARCHITECTURE, partial(filled, "layers", architecture.picture)),
    "packages": (ARCHITECTURE, partial(filled, "packages", architecture.packages)),
    "python-resources": ("clients/python/README.md", partial(filled, "resources", python.table)),
    "ruby-resources": ("clients/ruby/README.md", partial(filled, "resources", ruby.table)),
    "settings": ("docs/guide/settings.md", partial(filled, "settings", settings)),
    "variables": ("docs/guide/settings.md", partial(filled, "variables", variables)),
    "client's version": (f"{python.PACKAGE}/_version.py", partial(with_version, '__version__ = "')),
    "gem's version": ("clients/ruby/lib/closum/version.rb", partial(with_version, 'VERSION = "')),
    "version of the client that the server needs": (
        "pyproject.toml",
        partial(with_version, "closum-client[cli]=="),
    ),
    "start-line": ("docs/guide/start.md", with_start_line),
    "refusal": ("docs/guide/rolling-back.md", with_refusal),
    "digests": ("tests/store/migrations.sha256", with_digests),
}
"""By name: the file that has the part, and what generates the file's text."""


FOLDERS = (*python.FOLDERS, resources.FOLDER, "clients/ruby/lib/closum/generated")
"""Folders in which files that are not generated any more are removed, such as those of a removed resource."""


def stale(*, write: bool) -> list[str]:
    """What is not what the code says; with `write` it is made so."""
    return [*_stale_parts(write=write), *_stale_files(write=write)]


def _stale_parts(*, write: bool) -> Iterator[str]:
    for name, (file, fill) in PARTS.items():
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        new = fill(text)
        if new != text:
            yield f"{file}: {name}"
            if write:
                path.write_text(new, encoding="utf-8")


def _stale_files(*, write: bool) -> Iterator[str]:
    made = {ROOT / file: text for file, text in (resources.files() | python.files() | ruby.files()).items()}
    for path, text in made.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield str(path.relative_to(ROOT))
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in [path for folder in FOLDERS for path in (ROOT / folder).glob("*.*") if path not in made]:
        yield str(path.relative_to(ROOT))
        if write:
            path.unlink()


def main(arguments: list[str]) -> int:
    """Exit code of the command."""
    check = arguments == ["--check"]
    if arguments and not check:
        sys.stderr.write("usage: python -m tools.generate [--check]\n")
        return 2
    found = stale(write=not check)
    for part in found:
        sys.stdout.write(
            f"{part} is not what the code says: run 'make generate'\n" if check else f"{part} written\n"
        )
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
