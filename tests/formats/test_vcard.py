"""vCards of all versions as a table: a bad line costs itself, a bad card costs itself."""

from pathlib import Path

import pytest

from closum.formats.form import Broken, Given
from tests.support.formats import Read, read, refusal

SAMPLE = Path(__file__).parents[1] / "data" / "imports" / "apple-contacts.vcf"


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def read_cards(folder: Path, *cards: str | bytes) -> Read:
    return read(
        folder, b"".join(one.encode() if isinstance(one, str) else one for one in cards), name="a.vcf"
    )


def values(folder: Path, *lines: str | bytes, version: str = "3.0") -> dict[str, object]:
    """The filled cells of one card, by their headings."""
    joined = b"\r\n".join(one.encode() if isinstance(one, str) else one for one in lines)
    whole = f"BEGIN:VCARD\r\nVERSION:{version}\r\n".encode() + joined + b"\r\nEND:VCARD\r\n"
    found = read_cards(folder, whole)
    [cells] = found.cells
    return {heading: cell for heading, cell in zip(found.form.headings, cells, strict=True) if cell}


def test_the_sample(tmp_path: Path) -> None:
    found = read_cards(tmp_path, SAMPLE.read_bytes())
    assert (found.form.format, found.form.encoding, found.form.header_line) == ("vcard", "utf-8", 0)
    assert found.form.headings == (
        *("FN", "EMAIL", "TEL", "TEL FAX", "ADR Street", "ADR City", "ADR Region", "ADR Postal Code"),
        *("ADR Country", "ORG", "NOTE", "BDAY"),
    )
    first = dict(zip(found.form.headings, found.rows[1], strict=True))
    assert first["EMAIL"] == "luis.sapinto@example.pt\nluis@example.com"
    assert (first["TEL"], first["TEL FAX"]) == ("+351 933 333 333", "+351 210 000 005")
    assert (first["ORG"], first["BDAY"]) == ("Fábrica, Lda.; Compras", "--04-25")
    assert str(first["NOTE"]).startswith(
        "Primeira linha\nsegunda linha que é tão comprida que foi dobrada na coluna"
    )
    assert [(line, cells[:3]) for line, cells in found.rows.items()][1:] == [
        (18, ["Ana Conceção", "", "961111111"]),
        (24, ["", "", ""]),
    ]


def test_version_2_1(tmp_path: Path) -> None:
    assert values(
        tmp_path,
        "N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:S=E1;Jo=E3o",
        "FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Jo=E3o =",
        "S=E1",
        "TEL;HOME:1",
        "TEL;CELL;PREF:2",
        "TEL;WORK;FAX:3",
        "EMAIL;INTERNET:a@example.pt",
        "NOTE;ENCODING=QUOTED-PRINTABLE:um=0D=0Adois=3D",
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ",
        "SkZJRgABAQ==",
        "",
        "TITLE:Eng.",
        version="2.1",
    ) == {
        "FN": "João Sá",
        "TEL": "2\n1",
        "TEL FAX": "3",
        "EMAIL": "a@example.pt",
        "NOTE": "um\ndois=",
        "TITLE": "Eng.",
    }


def test_version_4_0(tmp_path: Path) -> None:
    assert values(
        tmp_path,
        "FN;PREF=2:Ana S.",
        "FN;PREF=1:Ana",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+351-21',
        'TEL;VALUE=uri;PREF=50;TYPE="cell":tel:+351-91',
        'TEL;TYPE="cell,text":tel:+351-93',
        "EMAIL:b@example.pt",
        "EMAIL;PREF=100:a@example.pt",
        "BDAY:--0425",
        "KIND:individual",
        version="4.0",
    ) == {
        "FN": "Ana",
        "FN OTHER": "Ana S.",
        "TEL": "tel:+351-91\ntel:+351-93\ntel:+351-21",
        "EMAIL": "a@example.pt\nb@example.pt",
        "BDAY": "--0425",
        "KIND": "individual",
    }


def test_a_name_of_parts_where_there_is_no_whole_one(tmp_path: Path) -> None:
    assert values(tmp_path, "N:Sá\\;Pinto;Luís;Miguel;Eng.;Jr.") == {
        "FN": "Luís Miguel Sá;Pinto",
        "N Prefix": "Eng.",
        "N Suffix": "Jr.",
    }
    assert values(tmp_path, "FN:", "N:Sá;Ana") == {"FN": "Ana Sá"}
    assert values(tmp_path, "N:Sá;Ana;;Dr.", "FN:Dr. Ana") == {"FN": "Dr. Ana"}


def test_groups_and_their_labels(tmp_path: Path) -> None:
    assert values(
        tmp_path,
        "item1.TEL:1",
        "item1.X-ABLabel:_$!<HomeFAX>!$_",
        "item2.TEL:2",
        "item2.X-ABLabel:Mobile",
        "item3.TEL:3",
        "TEL;type=pager:4",
        "item4.URL;type=pref:https://example.com/a:b",
        "X-SOCIALPROFILE;type=x:https://example.com/ana",
    ) == {
        "TEL": "2\n3",
        "TEL FAX": "1",
        "TEL PAGER": "4",
        "URL": "https://example.com/a:b",
        "X-SOCIALPROFILE": "https://example.com/ana",
    }


def test_addresses(tmp_path: Path) -> None:
    """The preferred one in its parts, the others whole."""
    assert values(
        tmp_path,
        "ADR;TYPE=home:;;Rua Dois\\, 2;Funchal;Madeira;9000-000;Portugal",
        'ADR;TYPE=work,pref;LABEL="Rua: Um":9;Bloco A;Rua Um\\n1º;Faro;;8000;Portugal',
    ) == {
        "ADR PO Box": "9",
        "ADR Extended": "Bloco A",
        "ADR Street": "Rua Um\n1º",
        "ADR City": "Faro",
        "ADR Postal Code": "8000",
        "ADR Country": "Portugal",
        "ADR OTHER": "Rua Dois, 2, Funchal, Madeira, 9000-000, Portugal",
    }


def test_escapes_folds_and_repeated_values(tmp_path: Path) -> None:
    assert values(
        tmp_path,
        "FN:Ana\\, a de \\\\Faro\\; e \\Nmais\\",
        "NOTE:dobra",
        " da\r\n\tduas  ",
        "  vezes",
        "EMAIL:a@example.pt",
        "EMAIL:a@example.pt",
        "ORG:;Vendas",
    ) == {
        "FN": "Ana, a de \\Faro; e \nmais\\",
        "NOTE": "dobradaduas   vezes",
        "EMAIL": "a@example.pt",
        "ORG": "Vendas",
    }


def test_pictures_are_left_out(tmp_path: Path) -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["A" * 76] * 20_000)
    assert values(
        tmp_path, "FN:Ana", photo, "LOGO:https://example.com/a.png", "X-PIC;ENCODING=B:AAAA", "NOTE:x"
    ) == {
        "FN": "Ana",
        "NOTE": "x",
    }


def test_other_line_ends_and_encodings(tmp_path: Path) -> None:
    text = card("FN:João").replace("\r\n", "\n").lower().replace("fn:j", "fn:J")
    for content in (
        text,
        text.replace("\n", "\r"),
        f"\ufeff\n{text}",
        text.encode("utf-16"),
        text.encode("cp1252"),
    ):
        assert read_cards(tmp_path, content).cells == [["João"]]


def test_a_bad_line_costs_itself(tmp_path: Path) -> None:
    found = read_cards(
        tmp_path,
        card(
            "FN:Ana",
            "nonsense",
            "=x:y",
            'TEL;TYPE="cell:1',
            "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=klingon:=41",
        ),
        card("FN:Rui", "NOTE;ENCODING=QUOTED-PRINTABLE:=FF", "TEL:\0", "EMAIL:r@example.pt"),
    )
    assert found.rows == {1: ["Ana", ""], 9: ["Rui", "r@example.pt"]}
    assert found.broken == [(line, "_unreadable") for line in (4, 5, 6, 7, 12, 13)]
    reasons = [one.reason for one in found.records if isinstance(one, Broken)]
    assert all(reason.startswith("Only this line is left out: ") for reason in reasons)
    for reason, part in zip(
        reasons, ("no property", "no property", "no property", "klingon", "utf-8", "NUL"), strict=True
    ):
        assert part in reason


def test_a_line_above_one_mebibyte(tmp_path: Path) -> None:
    long = "x" * (2 * 1024 * 1024)
    found = read_cards(
        tmp_path,
        card("FN:Ana", f"NOTE:{long}", "EMAIL:a"),
        card("NOTE:y\r\n " + f"{long[:999]}\r\n " * 2_100, "FN:Rui"),
    )
    assert (found.broken, found.rows) == (
        [(4, "_unreadable"), (9, "_unreadable")],
        {1: ["Ana", "a"], 7: ["Rui", ""]},
    )


def test_a_card_above_one_mebibyte(tmp_path: Path) -> None:
    found = read_cards(
        tmp_path, card(*(f"NOTE:{number}{'x' * 1_000}" for number in range(1_200))), card("FN:Rui")
    )
    assert (found.broken, [*found.rows]) == ([(1, "_maxLength")], [1_204])


def test_cards_that_are_not_closed(tmp_path: Path) -> None:
    open_card = card("FN:Ana").replace("END:VCARD\r\n", "")
    found = read_cards(
        tmp_path, open_card, card("FN:Rui"), "FN:Zé\r\nEND:VCARD\r\n\r\n", card("FN:Iva"), open_card
    )
    assert found.rows == {4: ["Rui"], 11: ["Iva"]}
    assert found.broken == [(1, "_unclosed"), (8, "_unreadable"), (9, "_unreadable"), (15, "_unclosed")]


def test_a_card_without_values_is_left_out(tmp_path: Path) -> None:
    assert read_cards(tmp_path, card("FN:", "N:;;;;"), card("FN:Ana")).rows == {6: ["Ana"]}


def test_more_properties_than_a_table_has_columns(tmp_path: Path) -> None:
    found = read_cards(tmp_path, card("FN:Ana"), card(*(f"X-{number}:x" for number in range(1_001))))
    assert (len(found.form.headings), found.broken) == (1_000, [(5, "_columns")])


@pytest.mark.parametrize("content", ["BEGIN:VCARD\r\nFN:Ana\r\n", "BEGIN:VCARD\r\nEND:VCARD\r\n"])
def test_a_file_without_a_whole_card(tmp_path: Path, content: str) -> None:
    assert "The file has no whole card" in refusal(tmp_path, content)


def test_cards_by_any_name(tmp_path: Path) -> None:
    assert read(tmp_path, card("FN:Ana"), name="leads.csv").form.format == "vcard"
    assert read(tmp_path, card("FN:Ana"), Given(format="csv")).form.format == "csv"
