"""Files with random damage: each is read as far as it can be, or refused in one line. Nothing else is ever raised."""

import random
import zipfile
from pathlib import Path

import pytest

from closum.errors import Refusal
from closum.formats.form import Broken, Given
from tests.support.formats import read
from tests.support.spreadsheets import HEADER, packed, parts, sheet, text_row

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "imports").glob("*.[cv][sc][vf]"))
JSON = b'{"name": "Ana", "email": {"email": "a"}},\n{"name": "Rui", "x": [1, {"a": null}]}'
ROWS = text_row(2, "Ana", "x") + (
    '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>45000.5</v></c><c r="C3"><f>1</f><v>2E3</v></c></row>'
)
STYLES = '<numFmts><numFmt numFmtId="200" formatCode="yyyy"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs>'
PARTS = parts(
    {"Leads": sheet(HEADER + ROWS), "B": sheet(HEADER)}, "<si><t>a</t></si><si><r><t>b</t></r></si>", STYLES
)
WHOLE = [
    *(sample.read_bytes() for sample in SAMPLES),
    JSON.replace(b",\n", b"\n"),
    b"[" + JSON + b"]",
    packed(PARTS),
    packed(PARTS, zipfile.ZIP_STORED),
]
PIECES = [
    b'"',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"<",
    b"&",
    b"=",
    b"{",
    b"]",
    b":",
    b"\\",
    b"9" * 20,
    b"e",
    b"nan",
]


def damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        piece = chance.choice([b"", chance.choice(PIECES), chance.randbytes(1), changed[-at:][:40]])
        changed[at : at + chance.randint(0, 4)] = piece
    return bytes(changed)


def damaged_part(chance: random.Random) -> bytes:
    """A spreadsheet whose packing is right."""
    name = chance.choice([*PARTS])
    return packed(PARTS | {name: damaged(PARTS[name].encode(), chance).decode("utf-8", "replace")})


@pytest.mark.parametrize("seed", range(20))
def test_random_damage(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        content = chance.choice([damaged_part(chance), damaged(chance.choice(WHOLE), chance)])
        wanted = Given(
            format=chance.choice(["", "", "csv"]),
            encoding=chance.choice(["", "", "utf-8", "utf-16", "shift_jis"]),
            header_line=chance.choice([None, None, 0, 1, 2]),
        )
        reasons = told(tmp_path, content, wanted)
        assert all(reason and "\n" not in reason for reason in reasons)


def told(folder: Path, content: bytes, wanted: Given) -> list[str]:
    """What is said of a file: why it is refused, or what of it cannot be read."""
    try:
        found = read(folder, content, wanted, name="file")
    except Refusal as refusal:
        return [str(refusal)]
    return [one.reason for one in found.records if isinstance(one, Broken)]


def test_the_samples_are_there() -> None:
    assert len(SAMPLES) == 14
