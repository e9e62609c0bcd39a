"""What a file is by its first bytes, and what to do about one that cannot be imported."""

import re
from functools import partial
from pathlib import Path, PurePath

from closum.errors import Refusal
from closum.formats import text
from closum.formats.form import CSV, FORMATS, NDJSON, VCARD, XLSX
from closum.formats.xlsx_package import WORKBOOK, opened

_HEAD = 64 * 1024
_BLOCK = 1024 * 1024
_RENAME = "give it the name that it should have, such as contacts.csv"
_TABLE = "open it and save the table as .xlsx or CSV"
_FEW = 8  # control characters that text may have
_UNPACK = "unpack it, and send the file in it"
_PICTURE = "send the table itself, as .xlsx or CSV"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BINARY = (
    (b"%PDF-", "a PDF document", _TABLE),
    (b"\x89PNG", "a picture", _PICTURE),
    (b"\xff\xd8\xff", "a picture", _PICTURE),
    (b"GIF8", "a picture", _PICTURE),
    (b"\x1f\x8b", "compressed with gzip", _UNPACK),
    (b"BZh91AY", "compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
)
_ZIPPED = (
    ("xl/workbook.bin", "a binary spreadsheet (.xlsb)", _TABLE),
    ("word/document.xml", "a Word document", _TABLE),
    ("ppt/presentation.xml", "a presentation", _TABLE),
    ("content.xml", "an OpenDocument file", _TABLE),
    ("index/document.iwa", "a Numbers or Pages document", _TABLE),
)
_TEXTS = (
    (
        re.compile(r"<\?xml|<!--|<(!doctype|html|head|body|table|meta|style|div)\b", re.IGNORECASE),
        "HTML or XML",
        _TABLE,
    ),
    (re.compile(r"\{\\rtf"), "an RTF document", _TABLE),
    (re.compile("BEGIN:VCALENDAR", re.IGNORECASE), "a calendar", "export the contacts instead"),
)
_CARD = re.compile(r"BEGIN:VCARD\s", re.IGNORECASE)
_JSON = re.compile(r'\{\s*["}]|\[\s*[{\]]')
_CONTROL = re.compile("[\0-\x08\x0e-\x19\x1c-\x1f]")
_SUFFIXES = {".xlsx": XLSX, ".xlsm": XLSX, ".vcf": VCARD, ".vcard": VCARD}
_SUFFIXES |= dict.fromkeys((".ndjson", ".jsonl", ".json"), NDJSON)
_MEDIA_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": XLSX,
    "text/vcard": VCARD,
    "text/x-vcard": VCARD,
    "application/x-ndjson": NDJSON,
    "application/jsonl": NDJSON,
}
_TITLES = {
    XLSX: "an XLSX spreadsheet",
    VCARD: "a vCard file",
    NDJSON: "a file of JSON objects",
    CSV: "plain text",
}


def is_spreadsheet(path: Path) -> bool:
    """Whether a file is XLSX, False for text. Raises Refusal for another one that is not text, and says what it is."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_OLE):
        raise _is(*_of_office(path))
    for start, title, advice in _BINARY:
        if head.startswith(start):
            raise _is(title, advice)
    return head.startswith(_ZIP) and _is_workbook(path)


def of_text(path: Path, encoding: str) -> str:
    """The format of a text. Raises Refusal for an empty one, and for one that is no table, and says what it is."""
    if not any(line.strip() for line in text.lines(path, encoding)):
        raise Refusal("The file is empty: send a file with rows")
    head = text.head(path, encoding, _HEAD)
    if len(_CONTROL.findall(head)) > max(_FEW, len(head) // 20):
        raise _is("not text and of no known format", _TABLE)
    start = head.lstrip()
    for pattern, title, advice in _TEXTS:
        if pattern.match(start):
            raise _is(title, advice)
    if _CARD.match(start):
        return VCARD
    return NDJSON if _JSON.match(start) else CSV


def check_claim(name: str, media_type: str, found: str) -> None:
    """Raises Refusal for text whose name, or whose media type where the name says nothing, is of another format."""
    suffix = PurePath(name).suffix.lower()
    claimed = _SUFFIXES.get(suffix) or (
        "" if suffix else _MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
    )
    if claimed and found == CSV:
        called = f"is called {suffix}" if suffix else f"has the type {media_type}"
        raise Refusal(f"The file {called}, but is {_TITLES[found]} and not {_TITLES[claimed]}: {_RENAME}")


def check_format(wanted: str, found: str) -> None:
    """Raises Refusal for an unknown format, and for one that the file cannot have."""
    if wanted and wanted not in FORMATS:
        raise Refusal(f"'{wanted}' is no known format: use one of {', '.join(FORMATS)}")
    if wanted and XLSX in (wanted, found) and wanted != found:
        raise Refusal(
            f"The file is {_TITLES[found]} and not {_TITLES[wanted]}: leave out the format, or use '{found}'"
        )


def _is(title: str, advice: str) -> Refusal:
    return Refusal(f"The file is {title}: {advice}")


def _of_office(path: Path) -> tuple[str, str]:
    """Old Office documents, and new ones that are encrypted, are files of the same kind."""
    with path.open("rb") as file:
        blocks = iter(partial(file.read, _BLOCK), b"")
        is_encrypted = any(_ENCRYPTED in block for block in blocks)  # names begin at multiples of 128 bytes
    if is_encrypted:
        return "protected by a password", "remove it, and save the file again"
    return "of an old Office format such as .xls", _TABLE


def _is_workbook(path: Path) -> bool:
    with opened(path) as package:
        if WORKBOOK in package:
            return True
        for part, title, advice in _ZIPPED:
            if part in package:
                raise _is(title, advice)
    raise _is("a ZIP archive", _UNPACK)
