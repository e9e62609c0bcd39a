"""Every document: its commands exist, its links lead somewhere, its generated parts are what the code says."""

import re
import shlex
from pathlib import Path

import click
import pytest

from closum.cli import closum as group
from tests.support.documents import DOCUMENTS, ROOT, anchors, command_lines, guide, links
from tests.support.guide import new_files
from tools import generate

DIGESTS = (ROOT / "tests/store/migrations.sha256").read_text(encoding="utf-8")


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and what is left of them."""
    command: click.Command = group
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found, f"there is no command '{words[0]}'"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=of)
def test_commands_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for words in command_lines(text):
        command, rest = command_of(words)
        command.make_context(
            words[-1], rest, help_option_names=["-h", "--help"]
        )  # raises for what it does not know, or misses
    for span in re.findall(r"`(closum [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        command, rest = command_of(shlex.split(span)[1:])
        known = {option for parameter in command.params for option in parameter.opts} | {
            "--help",
            "--version",
        }
        assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= known, span


@pytest.mark.parametrize("document", DOCUMENTS, ids=of)
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in links(text):
        name, _, anchor = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target
    for path in re.findall(r"`((?:src|tests|docs|tools)/[\w./-]+)`", text):
        assert path in new_files() or (ROOT / path).exists(), path


def test_an_anchor_is_the_name_of_a_heading() -> None:
    text = "# A `b`, c\n\n```sh\n# no heading\n```\n\n## pg_dump and more\n\n## A b c\n"
    assert anchors(text) == {"a-b-c", "pg_dump-and-more", "a-b-c-1"}


def test_no_generated_part_is_stale() -> None:
    assert generate.stale(write=False) == [], "run 'make generate'"


def test_a_stale_part_is_found_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {file for file, _ in generate.PARTS.values()}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    file, before = tmp_path / "docs/guide/settings.md", guide("settings")
    changed = before.replace("| `CLOSUM_PORT` | `8000`", "| `CLOSUM_PORT` | `9000`")
    assert changed != before
    file.write_text(changed, encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().out
    assert (generate.main([]), generate.main(["--check"])) == (0, 0)
    assert file.read_text(encoding="utf-8") == before


def test_digests_of_migrations_are_only_added() -> None:
    first, *others = DIGESTS.splitlines(keepends=True)
    assert generate.with_digests(first) == generate.with_digests("") == DIGESTS
    changed = "0" * 64 + first[64:]
    assert generate.with_digests(changed) == "".join([changed, *others])
