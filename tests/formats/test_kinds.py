"""Files that are not what they are called, or no table at all: each is named, with what to do."""

import io
import zipfile
from pathlib import Path

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from closum.formats.form import Given
from tests.support.formats import read, read_file, refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


def spreadsheet() -> bytes:
    file = io.BytesIO()
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "E-mail"])
        sheet.write_row(1, 0, ["Ana", "a@example.pt"])
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "title", "advice"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document", "save the table as .xlsx or CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture", "send the table itself"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture", "send the table itself"),
        (b"\x1f\x8b\x08\0", "compressed with gzip", "unpack it"),
        (b"SQLite format 3\0\x10", "an SQLite database", "export the table as CSV"),
        (OLE, "of an old Office format such as .xls", "save the table as .xlsx or CSV"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", "remove it"),
        (zipped("leads.csv"), "a ZIP archive", "unpack it"),
        (zipped(), "a ZIP archive", "unpack it"),
        (zipped("word/document.xml", "_rels/.rels"), "a Word document", "save the table"),
        (zipped("xl/workbook.bin"), "a binary spreadsheet (.xlsb)", "save the table as .xlsx"),
        (zipped("mimetype", "content.xml"), "an OpenDocument file", "save the table as .xlsx"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "HTML or XML", "save the table"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html>\n<table>", "HTML or XML", "save the table"),
        ('<?xml version="1.0"?><Workbook/>'.encode("utf-16"), "HTML or XML", "save the table"),
        (b"{\\rtf1\\ansi Name}", "an RTF document", "save the table"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a calendar", "export the contacts"),
        (bytes(range(256)) * 20, "not text and of no known format", "save the table"),
        (b"\0" * 10_000, "not text and of no known format", "save the table"),
    ],
)
@pytest.mark.parametrize("name", ["leads.csv", "leads.xlsx", "leads"])
def test_what_is_no_table(tmp_path: Path, content: bytes, title: str, advice: str, name: str) -> None:
    said = refusal(tmp_path, content, name=name)
    assert said.startswith(f"The file is {title}: ")
    assert advice in said


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe \0\n\0", b"\xff\xfe"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).startswith("The file is empty")


@pytest.mark.parametrize("name", ["leads.csv", "leads.xls", "leads.txt", "leads", "leads.xlsx"])
def test_a_spreadsheet_by_any_name(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, spreadsheet(), name=name).cells == [["Ana", "a@example.pt"]]


def test_text_that_is_called_a_spreadsheet_of_old(tmp_path: Path) -> None:
    """Many programs call tab-separated text so."""
    assert read(tmp_path, "Name\tE-mail\nAna\tx\n", name="leads.xls").cells == [["Ana", "x"]]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("leads.xlsx", "an XLSX spreadsheet"),
        ("leads.VCF", "a vCard file"),
        ("leads.jsonl", "a file of JSON objects"),
    ],
)
def test_text_that_is_called_something_else(tmp_path: Path, name: str, title: str) -> None:
    said = refusal(tmp_path, "Name,E-mail\nAna,x\n", name=name)
    assert f"is plain text and not {title}: give it the name that it should have" in said
    assert read(tmp_path, "Name,E-mail\nAna,x\n", Given(format="csv"), name).cells == [["Ana", "x"]]


def test_a_media_type_is_a_hint_where_the_name_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "leads"
    path.write_text("Name,E-mail\nAna,x\n")
    assert read_file(path, media_type="application/vnd.ms-excel").cells == [["Ana", "x"]]
    assert read_file(path, media_type="application/x-www-form-urlencoded").cells == [["Ana", "x"]]
    assert "has the type text/vcard" in refusal(
        tmp_path, "Name,E-mail\n", name="leads", media_type="text/vcard"
    )
    named = tmp_path / "leads.csv"
    named.write_text("Name,E-mail\nAna,x\n")
    assert read_file(named, media_type="text/vcard").cells == [["Ana", "x"]]


def test_a_format_that_a_person_gives(tmp_path: Path) -> None:
    assert "'pdf' is no known format: use one of csv, xlsx" in refusal(
        tmp_path, "Name\n", Given(format="pdf")
    )
    assert "The file is plain text and not an XLSX" in refusal(tmp_path, "Name\n", Given(format="xlsx"))
    assert "The file is an XLSX spreadsheet and not plain" in refusal(
        tmp_path, spreadsheet(), Given(format="csv")
    )
    found = read(tmp_path, '{"Name",E-mail}\n{Ana,x}\n', Given(format="csv"))
    assert found.form.headings == ('{"Name"', "E-mail}")
    assert "No line of the file is a JSON object" in refusal(tmp_path, "Name\nAna\n", Given(format="ndjson"))
    assert "The file has no whole card" in refusal(tmp_path, "Name\nAna\n", Given(format="vcard"))
