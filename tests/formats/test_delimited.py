"""Delimited text: its delimiter, its header, its lines, and any table that can be written."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.formats.form import Given
from tests.support.formats import read, refusal


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_with_most_known_headings(tmp_path: Path, delimiter: str) -> None:
    text = f"Nome{delimiter}E-mail{delimiter}Notas, e mais; tudo | aqui\nAna{delimiter}a@example.pt{delimiter}x\n"
    found = read(tmp_path, text)
    assert found.form.delimiter == delimiter
    assert found.form.headings[:2] == ("Nome", "E-mail")


def test_rows_of_the_same_width_decide_where_no_heading_is_known(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b;c\n1,5;2,5;3\n1,25;2;3,5\nx;y;z\n")
    assert (found.form.delimiter, found.form.headings) == (";", ("a", "b", "c"))


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, "E-mail\na@example.pt\n")
    assert (found.form.headings, found.cells) == (("E-mail",), [["a@example.pt"]])


@pytest.mark.parametrize("line", ["sep=^", "SEP=^", '"sep=^"', "sep=^;;;"])
def test_a_line_that_names_the_delimiter(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, f"{line}\r\nNome^E-mail\r\nAna, a de Faro^a@example.pt\r\n")
    assert (found.form.delimiter, found.form.header_line) == ("^", 2)
    assert found.rows == {3: ["Ana, a de Faro", "a@example.pt"]}


def test_such_a_line_is_no_row_where_there_is_no_header(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\nAna;Faro\n", Given(header_line=0))
    assert (found.form.headings, found.rows) == (("Column 1", "Column 2"), {2: ["Ana", "Faro"]})


@pytest.mark.parametrize("delimiter", ["tab", "\t", "\\t"])
def test_a_delimiter_that_a_person_gives(tmp_path: Path, delimiter: str) -> None:
    found = read(tmp_path, "Nome,E-mail\tx,y\n1,2\t3\n", Given(delimiter=delimiter))
    assert (found.form.delimiter, found.form.headings) == ("\t", ("Nome,E-mail", "x,y"))
    for wrong in ("", ";;", '"', "\n"):
        if wrong:
            assert "is no delimiter" in refusal(tmp_path, "Nome,E-mail\n", Given(delimiter=wrong))


def test_the_header_is_the_row_with_most_known_headings(tmp_path: Path) -> None:
    text = "Lista de clientes\n\nE-mail,ver em baixo,,\nNome,E-mail,Telefone,Outro\nAna,a@example.pt,1,\nName,x,,\n"
    found = read(tmp_path, text)
    assert (found.form.header_line, found.form.headings) == (4, ("Nome", "E-mail", "Telefone", "Outro"))
    assert [*found.rows] == [5, 6]


def test_the_fullest_row_is_the_header_where_no_heading_is_known(tmp_path: Path) -> None:
    found = read(tmp_path, "Relatório;;\na;b;c\n1;2;3\n4;5;6\n")
    assert (found.form.header_line, [*found.rows]) == (2, [3, 4])


def test_a_header_is_looked_for_in_thirty_rows(tmp_path: Path) -> None:
    before = "\n".join(f"linha {number},x" for number in range(1, 30))
    assert read(tmp_path, f"{before}\nNome,E-mail\nAna,\n").form.header_line == 30
    assert read(tmp_path, f"{before}\nlinha 30,x\nNome,E-mail\nAna,\n").form.header_line == 1


def test_a_header_line_that_a_person_gives(tmp_path: Path) -> None:
    text = 'Nome,E-mail\n"um\ndois",b\nAna,a@example.pt\n'
    assert read(tmp_path, text, Given(header_line=2)).form.headings == ("um\ndois", "b")
    assert read(tmp_path, text, Given(header_line=2)).rows == {4: ["Ana", "a@example.pt"]}
    assert read(tmp_path, text, Given(header_line=0)).form.headings == ("Column 1", "Column 2")
    assert [*read(tmp_path, text, Given(header_line=0)).rows] == [1, 2, 4]
    assert "No row begins at line 9" in refusal(tmp_path, text, Given(header_line=9))


def test_headings_are_each_there_once(tmp_path: Path) -> None:
    found = read(tmp_path, " Nome ,Phone,Phone,,Phone (2),Phone,,\nAna\n")
    assert found.form.headings == ("Nome", "Phone", "Phone (3)", "Column 4", "Phone (2)", "Phone (4)")


def test_only_a_header(tmp_path: Path) -> None:
    for text in ("Nome,E-mail", "Nome,E-mail\r\n", "\ufeffNome,E-mail\n\n ,\n"):
        found = read(tmp_path, text)
        assert (found.form.headings, found.records) == (("Nome", "E-mail"), [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_in_an_editor(tmp_path: Path, end: str) -> None:
    text = f'Nome,Notas{end}Ana,"um{end}dois{end}{end}três"{end}{end} ,{end}Rui,x{end}"Zé\u2028\x0b",y'
    found = read(tmp_path, text)
    assert [*found.rows] == [2, 8, 9]
    assert found.rows[2] == ["Ana", f"um{end}dois{end}{end}três"]


def test_mixed_line_ends(tmp_path: Path) -> None:
    found = read(tmp_path, b"Nome,E-mail\rAna,1\nRui,2\r\nZ\xc3\xa9,3\r\rIva,4")
    assert found.rows == {2: ["Ana", "1"], 3: ["Rui", "2"], 4: ["Zé", "3"], 6: ["Iva", "4"]}


def test_ragged_rows_stay_as_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, "Nome,E-mail,City\nAna\nRui,,,,mais\n")
    assert found.cells == [["Ana"], ["Rui", "", "", "", "mais"]]


def test_quotes_and_escapes_are_text_where_they_are_no_quotes(tmp_path: Path) -> None:
    found = read(tmp_path, 'Nome,E-mail\nRui 5" de,"a \\" b"\n"disse ""olá""",x\n')
    assert found.cells[0][0] == 'Rui 5" de'
    assert found.cells[1] == ['disse "olá"', "x"]


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\t\n\r\x0b\x0c\x85"),
    max_size=12,
)
ENCODED = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
WRITTEN = st.sampled_from([(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_ALL, "\n")])
"""Quotes and line ends; with the others a writer leaves CR in cells without quotes."""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6)
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    WRITTEN,
    ENCODED,
)
def test_a_table_is_read_as_it_was_written(
    tmp_path: Path, rows: list[list[str]], delimiter: str, written: tuple[Any, str], encoding: str
) -> None:
    quoting, end = written
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([["Name", "E-mail", "Phone", "City", "x"], *rows])
    path = tmp_path / "written.csv"
    path.write_bytes(file.getvalue().encode(encoding))
    found = read(tmp_path, path.read_bytes())
    assert (found.form.encoding, found.form.delimiter, found.form.header_line) == (encoding, delimiter, 1)
    assert found.cells == [row for row in rows if any(cell and not cell.isspace() for cell in row)]


def test_an_empty_heading_at_the_end_counts_where_a_row_has_a_cell_under_it(tmp_path: Path) -> None:
    found = read(tmp_path, "Nome;E-mail;;;\nAna;a@x.pt;;feira;\nRui;r@x.pt;;;\n")
    assert found.form.headings == ("Nome", "E-mail", "Column 3", "Column 4")
    assert read(tmp_path, "Nome;E-mail;;;\nAna;a@x.pt;;;\n").form.headings == ("Nome", "E-mail")
