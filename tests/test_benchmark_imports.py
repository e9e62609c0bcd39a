"""The benchmark of imports: its files, what they come to, and the requests beside an import."""

import threading
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.imports import beside, commands, files, setting
from benchmarks.imports.beside import Lane, Server
from benchmarks.imports.files import FAULTY, KNOWN, NEW, SHARES, TWICE, Content
from benchmarks.writes.calls import Connection, Request
from closum.formats.detect import detect
from closum.formats.form import Given, Record
from closum.formats.reading import records
from closum.operations.importing import mapping
from tests.support.patience import PATIENCE


def cells(path: Path) -> list[list[str]]:
    """The rows of a file, as an import reads them."""
    found = detect(path, path.name, "", Given(), mapping.is_known)
    rows = [list(one.cells) for one in records(path, found.form) if isinstance(one, Record)]
    return [[text or "" for text in row] for row in rows]


def test_an_import_makes_as_many_leads_as_the_file_is_made_to_have(tmp_path: Path) -> None:
    one = setting.Setting(tmp_path, 600)
    kinds = Counter(one.content.kinds())
    assert min(kinds[kind] for kind in (FAULTY, TWICE, KNOWN)) > 5
    assert setting.leads_in(one.after) == 30 + kinds[NEW]
    refused = (one.after.parent / "faults.csv").read_text(encoding="utf-8").splitlines()
    assert len(refused) == 1 + kinds[FAULTY]


def test_rows_have_the_shares_that_are_documented() -> None:
    kinds = Counter(Content(1_000, 1_000, 20_000).kinds())
    assert all(abs(kinds[kind] / 20_000 - share) < 0.005 for kind, share in SHARES.items())


def test_each_column_is_understood() -> None:
    found = [one.to for one in mapping.propose(files.HEADINGS)]
    assert found[:4] == ["name", "email", "phone", "city"]
    assert all(to.startswith("custom_data.") for to in found[4:])
    assert len(found) == 9


def test_a_spreadsheet_has_the_rows_of_the_csv_file(tmp_path: Path) -> None:
    content = Content(20, 20, 50)
    files.write_csv(tmp_path / "a.csv", content)
    files.write_xlsx(tmp_path / "a.xlsx", content)
    assert cells(tmp_path / "a.xlsx") == cells(tmp_path / "a.csv") == list(content.rows())


def test_notes_fill_a_file_of_1_gib_and_no_more(tmp_path: Path) -> None:
    large = setting.Setting(tmp_path, 2_000).large_content
    last = Content(large.known, 999_000_000, 2_000, large.notes)
    length = sum(len(",".join(row).encode()) + 2 for row in last.rows()) / 2_000
    assert 0.97 < length * large.count / setting.GIBIBYTE < 1


def test_a_command_is_measured_with_those_that_it_starts(tmp_path: Path) -> None:
    program = "x = bytearray(60_000_000); import time; time.sleep(2)"
    spent = commands.run(tmp_path, ["sh", "-c", f"python3 -c '{program}' & wait"])
    assert 60 < spent.megabytes < 120
    assert spent.seconds > 2
    with pytest.raises(RuntimeError, match="ended with 3: why"):
        commands.run(tmp_path, ["sh", "-c", "echo why; exit 3"])


class Answering:
    """A connection whose server refuses every second request, and says when it has got ten."""

    def __init__(self) -> None:
        self.number, self.enough = 0, threading.Event()

    def send(self, request: Request) -> None:
        self.number += 1
        if self.number == 10:
            self.enough.set()
        if self.number % 2:
            raise RuntimeError("it answers 503")

    def close(self) -> None:
        pass


def test_requests_that_are_refused_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Answering()

    def connect(server: Server) -> Connection:
        return connection  # type: ignore[return-value]

    monkeypatch.setattr(beside, "CONNECTIONS", 1)
    monkeypatch.setattr(Server, "connect", connect)
    lane = Lane(Server.__new__(Server), 1_000, lambda: Request("GET", "/", b""))
    lane.start()
    assert connection.enough.wait(PATIENCE)
    lane.stop()
    found = lane.figures()
    assert found["requests"] == connection.number
    assert found["refused"] == -(-connection.number // 2)
    assert 0 < found["p50"] <= found["p99"] <= found["longest"]
