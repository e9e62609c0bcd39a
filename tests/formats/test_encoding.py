"""The encoding of a text: found out, given by a person, and wrong in places."""

from pathlib import Path

import pytest

from closum.formats.form import Given
from tests.support.formats import read, refusal

TABLE = "Nome;Cidade\r\nJoão;Évora\r\n"
ROW = ["João", "Évora"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_an_encoding_is_found_out(tmp_path: Path, written: str, shown: str) -> None:
    found = read(tmp_path, TABLE.encode(written))
    assert (found.form.encoding, found.form.headings) == (shown, ("Nome", "Cidade"))
    assert found.cells == [ROW]


def test_utf_16_in_either_order_with_its_mark(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xfe\xff" + TABLE.encode("utf-16-be"))
    assert (found.form.encoding, found.cells) == ("utf-16", [ROW])


def test_one_letter_at_the_end_decides(tmp_path: Path) -> None:
    """The whole file is looked at: what is UTF-8 for two blocks may end in Windows-1252."""
    plain = "Nome;Cidade\n" + f"Ana;{'x' * 1_000}\n" * 2_500
    assert read(tmp_path, plain.encode() + b"Jo\xe3o;Faro\n").form.encoding == "cp1252"
    assert read(tmp_path, plain.encode() + "João;Faro\n".encode()).form.encoding == "utf-8"


def test_bytes_that_windows_1252_does_not_have(tmp_path: Path) -> None:
    found = read(tmp_path, b"Nome;Cidade\nJo\xe3o;\xc9vora\nX\x81\x8d\x8f\x90\x9d;Faro\n\xc1lvaro;Faro\n")
    assert found.form.encoding == "cp1252"
    assert found.rows == {2: ROW, 4: ["Álvaro", "Faro"]}
    assert found.broken == [(3, "_encoding")]


def test_a_file_of_two_encodings(tmp_path: Path) -> None:
    """What is UTF-8 stays right, and each line of other bytes is told."""
    found = read(tmp_path, TABLE.encode() + b"\xc1lvaro;Faro\r\n" + "Zé;Águeda\r\n".encode())
    assert found.form.encoding == "utf-8"
    assert found.rows == {2: ROW, 4: ["Zé", "Águeda"]}
    assert found.broken == [(3, "_encoding")]


def test_an_encoding_that_a_person_gives(tmp_path: Path) -> None:
    found = read(tmp_path, "Nome;Cidade\nŁukasz;Łódź\n".encode("cp1250"), Given(encoding="windows-1250"))
    assert (found.form.encoding, found.cells) == ("cp1250", [["Łukasz", "Łódź"]])
    latin = read(tmp_path, TABLE.encode("latin-1"), Given(encoding="Latin1"))
    assert (latin.form.encoding, latin.cells) == ("iso8859-1", [ROW])


def test_a_given_encoding_that_is_wrong_in_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, b"Nome;Cidade\nAna;Faro\nJo\xe3o;Faro\nRui;Faro\n", Given(encoding="utf-8"))
    assert (found.broken, [*found.rows]) == ([(3, "_encoding")], [2, 4])


def test_half_a_character_at_the_end(tmp_path: Path) -> None:
    found = read(tmp_path, "Nome;Cidade\nAna;Faro\nRui;Faro".encode("utf-16") + b"\x41")
    assert (found.broken, [*found.rows]) == ([(3, "_encoding")], [2])


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "idna", "unicode_escape", "utf-8\0"])
def test_an_encoding_that_is_none(tmp_path: Path, name: str) -> None:
    assert "is no known encoding: use utf-8" in refusal(tmp_path, TABLE, Given(encoding=name))
