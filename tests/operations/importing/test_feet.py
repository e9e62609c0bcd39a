"""Which rows of a file are left out: blank ones, sums, comments and what programs write below a table."""

import pytest

from closum.formats.form import VCARD, Record
from closum.operations.importing.feet import MESSAGES
from closum.operations.importing.rows import Faulty, LeftOut, Ready
from tests.support.importing import rows_of


@pytest.mark.parametrize("cells", [["", "", ""], [" ", "\u00a0", "\u200b"], []])
def test_a_blank_row_is_nothing(cells: list[str]) -> None:
    assert rows_of(["Name", "E-mail", "Notas"]).read(Record(2, cells)) is None


@pytest.mark.parametrize(
    "cells",
    [
        ["Grand Totals (2 records)"],
        ["Total"],
        ["Total: 12"],
        ["1.250,00"],
        ["* * *"],
        ["# Contactos da feira"],
        ["// a comment"],
        ["Contactos da feira:"],
        ["Fonte: CRM"],
        ["Exportado em 27/04/2025 10:00"],
        ["Relatório gerado por Vendas"],
        ["Página 1 de 3"],
        ["12 contactos"],
        ["https://example.com/lista"],
        ["x" * 101],
        ["Contactos da feira:", "", "", ""],
        ["Total", "", "", "1.250,00"],
        ["Total:", "", "", "€ 12"],
        ["", "", "Soma", "12"],
        ["", "", "", "12,5"],
        ["Copyright (c) 2025 Example", "", "", ""],
        ["Total: 25", "", "", ""],
        ["Name", "E-mail", "Phone", "Valor"],
    ],
)
def test_feet_sums_and_headings_are_left_out(cells: list[str]) -> None:
    read = rows_of(["Name", "E-mail", "Phone", "Valor"]).read(Record(9, cells))
    assert isinstance(read, LeftOut)
    assert (read.line, read.warning.line, read.warning.rule) == (9, 9, "_left_out")
    assert read.warning.message == f"{MESSAGES[read.reason]}: {read.text}"
    assert read.text[:50] == " ".join(filter(None, cells))[:50]


@pytest.mark.parametrize(
    "cells",
    [
        ["Ana"],
        ["Maria da Conceição Pereira dos Santos e Silva"],
        ["Padaria 3 Irmãos, Lda."],
        ["D'Ávila-Sá"],
        ["Page"],
        ["Impressa Gráfica"],
        ["李"],
        ["Total", "", "", ""],
        ["Total", "total@example.com", "", "12"],
        ["Tomás", "", "", "12"],
        ["Ana", "", "", "Valor"],
        ["Name", "", "", "Valor"],
        ["Gaspar Total", "", "", "1"],
        ["", "", "912345678", ""],
    ],
)
def test_people_are_no_feet(cells: list[str]) -> None:
    assert isinstance(rows_of(["Name", "E-mail", "Phone", "Valor"]).read(Record(9, cells)), Ready)


def test_an_address_alone_is_a_lead() -> None:
    """Spreadsheets leave out the empty cells at the end of a row."""
    rows = rows_of(["E-mail", "Name", "Phone"])
    assert isinstance(rows.read(Record(2, ["a@example.com"])), Ready)
    assert isinstance(rows.read(Record(3, ["a@example.com; b@example.com"])), Ready)
    assert isinstance(rows.read(Record(3, ["a@@example.com"])), Faulty)
    assert isinstance(rows.read(Record(3, ["Report of info@example.com"])), LeftOut)
    assert isinstance(rows.read(Record(4, ["Leads de teste"])), LeftOut)
    assert isinstance(rows.read(Record(4, ["Leads de teste", "", ""])), Faulty)


def test_a_number_alone_is_a_lead() -> None:
    rows = rows_of(["Telefone", "Nome", "E-mail"])
    for text in ("912 345 678", "tel: +351 912 345 678", "21-000-0006"):
        assert isinstance(rows.read(Record(2, [text])), Ready), text
    assert isinstance(rows.read(Record(3, ["9,12346E+11"])), Faulty)
    for text in ("Total: 1234567", "Exportado em 27/04/2025", "12", "Contactos"):
        assert isinstance(rows.read(Record(3, [text])), LeftOut), text


def test_a_cell_alone_that_no_lead_comes_of_is_a_foot_where_its_row_ends_behind_it() -> None:
    rows = rows_of(["Empresa", "Nome", "E-mail"])
    assert isinstance(rows.read(Record(2, ["Leads de teste"])), LeftOut)
    assert isinstance(rows.read(Record(3, ["Leads de teste", "", ""])), Faulty)
    assert isinstance(rows.read(Record(4, ["", "Ana"])), Ready)


def test_a_file_of_one_column_has_no_feet_of_one_cell() -> None:
    assert isinstance(rows_of(["E-mail"]).read(Record(2, ["a@example.com"])), Ready)
    assert isinstance(rows_of(["FN", "EMAIL"], format=VCARD).read(Record(2, ["", "a@example.com"])), Ready)
