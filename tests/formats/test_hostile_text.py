"""Delimited text that is damaged or made to do harm: each fault costs its own lines, and nothing fills the memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from closum.formats.form import Broken
from tests.support.formats import read, refusal

HEADER = "Name,E-mail\n"


def test_an_unclosed_quote_costs_its_own_line(tmp_path: Path) -> None:
    rows = "".join(f"Ana {number},x\n" for number in range(4, 3004))
    found = read(tmp_path, f'{HEADER}Rui,x\n"Zé,x\n{rows}')
    assert found.broken == [(3, "_unclosed")]
    assert [*found.rows] == [2, *range(4, 3004)]
    assert found.rows[3003] == ["Ana 3003", "x"]


def test_an_unclosed_quote_near_the_end(tmp_path: Path) -> None:
    found = read(tmp_path, f'{HEADER}Rui,x\n"Zé,x\nAna,x\n"')
    assert found.rows == {2: ["Rui", "x"], 3: ["Zé,x\nAna,x\n"]}
    found = read(tmp_path, f'{HEADER}Rui,x\n"Zé,x\nAna,x\n')
    assert (found.broken, found.rows) == ([(3, "_unclosed")], {2: ["Rui", "x"], 4: ["Ana", "x"]})
    found = read(tmp_path, f'{HEADER}Rui,x\n"Zé')
    assert (found.broken, found.rows) == ([(3, "_unclosed")], {2: ["Rui", "x"]})


def test_an_unclosed_quote_before_much_text(tmp_path: Path) -> None:
    """1 MiB comes before 2 000 lines."""
    line = "x" * 9_999
    found = read(tmp_path, f'{HEADER}"Zé,x\n' + f"{line},\n" * 150 + '"Rui",""\n')
    assert (found.broken, len(found.rows)) == ([(2, "_unclosed")], 151)


def test_a_long_cell_with_line_breaks_is_no_fault(tmp_path: Path) -> None:
    cell = "\n".join(["nota"] * 1_999)
    found = read(tmp_path, f'{HEADER}Ana,"{cell}"\nRui,x\n')
    assert found.rows == {2: ["Ana", cell], 2001: ["Rui", "x"]}


def test_many_unclosed_quotes_do_not_take_long(tmp_path: Path) -> None:
    """Each line opens a quote, whatever came before it. Behind the hundredth, the end is looked for in fewer lines."""
    found = read(tmp_path, HEADER + 'x"a"b,"\n' + '"a"b,"\n' * 20_000)
    assert len(found.broken) == 20_001
    assert {rule for _, rule in found.broken} == {"_unclosed"}


def test_nul_characters(tmp_path: Path) -> None:
    found = read(tmp_path, 'Name,E-mail\nA\0na,x\n"Rui\n\0",x\nZé,x\n')
    assert (found.broken, found.rows) == ([(2, "_printable"), (3, "_printable")], {5: ["Zé", "x"]})


def test_a_long_line(tmp_path: Path) -> None:
    long = "x" * (10 * 1024 * 1024)
    found = read(tmp_path, f"{HEADER}{long},x\r\nAna,{long}\rRui,y\n{long}")
    assert found.broken == [(2, "_maxLength"), (3, "_maxLength"), (5, "_maxLength")]
    assert found.rows == {4: ["Rui", "y"]}


def test_a_long_line_inside_of_quotes(tmp_path: Path) -> None:
    long = "x" * (2 * 1024 * 1024)
    found = read(tmp_path, f'{HEADER}"Ana\n{long}\nRui,y\n')
    assert found.broken == [(2, "_unclosed"), (3, "_maxLength")]
    assert found.rows == {4: ["Rui", "y"]}


def test_a_cell_of_almost_a_mebibyte(tmp_path: Path) -> None:
    long = "x" * 1_000_000
    assert read(tmp_path, f"{HEADER}Ana,{long}\n").cells == [["Ana", long]]


def test_a_million_columns(tmp_path: Path) -> None:
    many = "," * 1_000_000
    assert "more than 1000 columns" in refusal(tmp_path, many + "x")
    found = read(tmp_path, f"{HEADER}Ana{many}\nRui,x\nZé" + ",y" * 999 + "\n")
    assert found.broken == [(2, "_columns")]
    assert [(line, len(cells)) for line, cells in found.rows.items()] == [(3, 2), (4, 1000)]


def test_reasons_say_what_to_do(tmp_path: Path) -> None:
    found = read(tmp_path, f'{HEADER}"Zé,x\nA\0,x\n{"x" * 2**21}\n' + "," * 2000)
    reasons = [one.reason for one in found.records if isinstance(one, Broken)]
    for reason, part in zip(reasons, ("close it", "NUL", "line ends", "leave out"), strict=True):
        assert part in reason


def test_a_header_that_cannot_be_read(tmp_path: Path) -> None:
    assert "A quote opens a cell" in refusal(tmp_path, '"Name,E-mail')


READ = """
import resource, sys
from pathlib import Path
from closum.formats.detect import detect
from closum.formats.form import Given
from closum.formats.reading import records
limit = int(sys.argv[2]) * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
path = Path(sys.argv[1])
found = detect(path, path.name, "", Given(), {"Name", "E-mail"}.__contains__)
print([one for one in records(path, found.form) if one.line > 20_001])
"""


@pytest.mark.slow
def test_a_cell_of_a_gigabyte_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"Name,E-mail\n" + b"Ana,x\n" * 20_000 + b'"')
        file.seek(1024**3)  # NULs, which take no space on the disk
        file.write(b'"\nRui,y\n')
    command = [sys.executable, "-c", READ, str(path), "256"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "Broken(line=20002, rule='_maxLength'" in done.stdout
    assert done.stdout.endswith("Record(line=20003, cells=['Rui', 'y'])]\n")
