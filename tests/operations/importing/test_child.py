"""What the process that reads a file tells the server: any value that a file can have."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from closum.operations.importing import child, wire
from closum.operations.importing.child import Task, told
from tests.support.spreadsheets import book, text_row

LINES = (
    '{"name": "Ana", "score": 1.50, "big": 123456789012345678901234567890, "list": [1.5, null], "two": ["a", "b"]}\n'
    '{"name": "", "score": -0.5, "big": -1e300, "list": {"a": true}}\n'
)


def sent(path: Path, **more: Any) -> list[Any]:
    """What the server receives."""
    data = path.read_bytes()
    task = Task(str(path), path.name, "", len(data), hashlib.sha256(data).hexdigest(), {}, **more)
    decoder = msgspec.msgpack.Decoder(wire.Told)
    return [decoder.decode(msgspec.msgpack.encode(one)) for one in told(task)]


def test_every_json_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "leads.ndjson"
    path.write_text(LINES, encoding="utf-8")
    (analysis,) = sent(path)
    assert analysis.first[0] == ["Ana", "1.50", "123456789012345678901234567890", "[1.5,null]", "a\nb", ""]
    read, end = sent(path, form=analysis.form, columns=analysis.mapping, cities=[])
    ready, faulty = read.rows
    assert (
        ready.values[2]
        == '{"score":1.50,"big":123456789012345678901234567890,"list":[1.5,null],"two":["a","b"]}'
    )
    assert wire.unpacked(faulty.cells) == ["", "-0.5", "-1e300", "", "", "true"]
    assert isinstance(end, wire.End)


NOTE = 'Ana,"line\nline\nline"\n'


@pytest.mark.parametrize(
    ("text", "encoding", "lines"),
    [
        (f"Nome,Notas\n{NOTE * 1_000}", "utf-8", [2 + 3 * number for number in range(30)]),
        ("Nome,Notas\n", "utf-8", []),
        ("Nome,Notas", "utf-8", []),
        ("Nome\tNotas\nAna\t\n\nRui\t\n", "utf-16", [2, 4]),
        ("Nome\tNotas\nĊĊ\tĊ\nRui\t", "utf-16-le", [2, 3]),
    ],
    ids=["cells of three lines", "headings", "headings without an end", "UTF-16", "bytes of a line end"],
)
def test_records_are_counted(text: str, encoding: str, lines: list[int], tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode(encoding))
    (analysis,) = sent(path)
    assert (analysis.about, analysis.counted) == (text.count("Ana,") or len(lines), True)
    assert analysis.lines == lines


def test_of_a_long_file_it_is_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_COUNTED", 100)
    path = tmp_path / "leads.csv"
    path.write_text(f"Nome,Notas\n{NOTE * 1_234}")
    (analysis,) = sent(path)
    assert not analysis.counted
    assert 1_200 <= analysis.about <= 1_300
    path.write_text(f"Nome,Notas\n{NOTE * 100}")
    (analysis,) = sent(path)
    assert (analysis.about, analysis.counted) == (100, True)


def test_a_file_that_is_damaged_far_down_is_still_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(book("".join(text_row(line, "Ana", "") for line in range(2, 5_000)) + "<row><c"))
    (analysis,) = sent(path)
    assert len(analysis.first) == 30
    assert (analysis.about, analysis.counted) == (None, False)
