"""The file of refused rows: sent again as it is, each cell means what it meant."""

import csv
from io import StringIO
from typing import Any

import pytest

from closum.formats.form import CSV, NDJSON, Form
from closum.operations.importing import faults
from closum.store.imports import Fault, Import
from tests.support.importing import read_row

CELLS = ["'=x", '="+351912345678"', "=Bruno", "-1", "''=x", " Ana ", "'Ana'", "@", ""]


def written(headings: list[str], cells: list[str], format: str) -> dict[str, str]:
    """The cells of a refused row by their headings, as the file has them."""
    form = Form(format, "utf-8", ",", headings=tuple(headings))
    nothing: Any = dict.fromkeys(Import._fields)
    found = Import(**nothing)._replace(form=form._asdict())
    reasons = [[1, "name", "_email", "@ is wrong"]]
    text = (faults.head(found) + faults.rows(found, [Fault(1, 7, reasons, cells)])).decode()
    head, row = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    assert row[:2] == ["7", f"{headings[0]}: @ is wrong"]
    return dict(zip(head, row, strict=True))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("key", ["Name", "name"])
def test_a_cell_means_the_same_when_it_is_sent_again(cell: str, key: str) -> None:
    """Also in our own export, whose cells are read as they are."""
    row = {key: cell, "email.email" if key == "name" else "E-mail": "a@example.com"}
    again = written([*row], [*row.values()], CSV)
    assert read_row(again).values == read_row(row).values


def test_json_values_never_come_alive_and_stay_as_they_are() -> None:
    row = {"name": "'=x", "email": "a@example.com"}
    again = written([*row], [*row.values()], NDJSON)
    assert again["name"] == "''=x"
    assert read_row(again).values == read_row(row, format=NDJSON).values


def test_a_heading_never_comes_alive_either() -> None:
    assert [*written(["E-mail", "=cmd"], ["a@", "1"], CSV)][2:] == ["E-mail", "'=cmd"]
