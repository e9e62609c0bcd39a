"""Each phase of an import has an address, and those of the others lead there; who may not do something cannot."""

import io
import re
import zipfile
from typing import Any

import pytest

from closum.accounts import roles, users
from closum.operations import runner, undoing
from closum.operations.undoing import AT_ONCE
from closum.store import background
from closum.store.background import Key
from closum.store.operation import UNDO
from tests.support.client import Client
from tests.support.import_calls import leads, send, shown, started
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, colleague, texts
from tests.support.server import Server
from tests.support.spreadsheets import HEADER, book, text_row

each = pytest.mark.parametrize

FILE = "Nome,Email\nAna,ana@example.pt\nRui,rui@@example.pt\n"
PAGES = ("/columns", "/check", "", "/leads")


def places(pages: Pages, number: int) -> dict[str, str]:
    """Where each address of an import leads, "" where it stays."""
    found = {one: pages.get(f"/imports/{number}{one}") for one in PAGES}
    return {
        one: answer.headers.get("location", "").removeprefix(f"/imports/{number}")
        if answer.is_redirect
        else "."
        for one, answer in found.items()
    }


def test_each_address_leads_to_the_page_of_the_phase(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    assert places(pages, number) == {
        "/columns": ".",
        "/check": "/columns",
        "": "/columns",
        "/leads": "/columns",
    }
    checked(pages, number)
    assert places(pages, number) == {"/columns": ".", "/check": ".", "": "/check", "/leads": "/check"}
    pages.submit(f"/imports/{number}/columns", {"on_match": "update"})
    assert places(pages, number)["/check"] == "/columns"
    checked(pages, number)
    imported(pages, number)
    assert places(pages, number) == {"/columns": "", "/check": "", "": ".", "/leads": "."}
    for path in ("/columns", "/format", "", "/cancel"):  # it has ended: nothing is done any more
        answer = pages.submit(f"/imports/{number}{path}")
        assert answer.headers["location"] == f"/imports/{number}"
    assert len(leads(api)) == 1


def test_an_import_of_a_call_is_where_it_is(pages: Pages, api: Client) -> None:
    number = send(api, FILE)
    started(api, number)
    assert places(pages, number)["/columns"] == ""
    assert "1 row imported" in texts(pages.shown(f"/imports/{number}"))


def test_an_import_that_is_cancelled_goes_on(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    pages.submit(f"/imports/{number}/cancel")
    page = texts(pages.shown(f"/imports/{number}"))
    assert "Stopped before its end" in page
    assert "Go on" in page
    assert "1 row imported" in texts(imported(pages, number))
    assert [one["name"] for one in leads(api)] == ["Ana"]


def test_much_that_was_imported_is_undone_with_a_page_that_says_so(pages: Pages) -> None:
    rows = "".join(f"Lead {one},lead{one}@example.pt\n" for one in range(AT_ONCE // 2 + 1))
    number = sent(pages, f"Nome,Email\n{rows}")
    checked(pages, number)
    imported(pages, number)
    (undo,) = re.findall(r'action="(/undo/[0-9]+)"', pages.shown(f"/imports/{number}"))
    path, page = pages.arrives(pages.submit(undo, {"back": f"/imports/{number}"}).headers["location"])
    assert path.startswith("/jobs/undo-")
    said = texts(page)
    assert "The import of leads.csv was undone." in said
    assert "Moved 1,501 leads to the bin." in said
    assert f'<a href="/imports/{number}">leads.csv</a>' in page
    assert "This import was undone" in texts(pages.shown(f"/imports/{number}"))


def test_the_figures_say_what_was_undone(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    checked(pages, number)
    imported(pages, number)
    api.data("POST", f"/api/operation/{shown(api, number)['operation']}/undo", {})
    page = pages.shown(f"/imports/{number}")
    assert "This import was undone" in texts(page)
    assert "row imported" not in texts(page)
    assert "Bring back what was imported" in texts(page)
    assert f'action="/undo/{shown(api, number)["undone_by"]}"' in page
    assert "Undone" in texts(pages.shown("/imports"))


@each("language", ["en", "pt"])
@each("stays", [False, True])
def test_an_undone_import_says_what_stayed_where_something_did(
    pages: Pages, api: Client, language: str, stays: bool
) -> None:
    number = sent(pages, f"{FILE}Eva,eva@example.pt\n")
    checked(pages, number)
    imported(pages, number)
    if stays:
        api.data("PATCH", f"/api/lead/{leads(api)[0]['id']}", {"name": "Ana Silva"})
    api.data("POST", f"/api/operation/{shown(api, number)['operation']}/undo", {})
    pages.submit("/settings/look", {"theme": "system", "language": language})
    page = texts(pages.shown(f"/imports/{number}"))
    link, all_gone = {
        "en": ("What stayed, and why", "All that it created and changed"),
        "pt": ("O que ficou, e porquê", "Tudo o que criou e alterou"),
    }[language]
    assert (link in page) is stays
    assert (all_gone in page) is not stays


def test_what_was_undone_is_brought_back_by_one_button(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    checked(pages, number)
    imported(pages, number)
    (undo,) = re.findall(r'action="(/undo/[0-9]+)"', pages.shown(f"/imports/{number}"))
    _, page = pages.arrives(pages.submit(undo, {"back": f"/imports/{number}"}).headers["location"])
    assert 'class="toast"' in page
    assert page.count(f'action="/undo/{shown(api, number)["undone_by"]}"') == 1


def test_rows_that_were_refused_come_in_pages(pages: Pages) -> None:
    rows = "".join(f"Ana {number},ana{number}@@example.pt\n" for number in range(60))
    number = sent(pages, f"Nome,Email\n{rows}Rui,rui@example.pt\n")
    assert "Not imported 60" in texts(checked(pages, number))
    page = pages.shown(f"/imports/{number}/check?after=25")
    assert ("ana24@@" in page, "ana27@@" in page) == (False, True)
    assert f"/imports/{number}/check?before=26" in page
    page = imported(pages, number)
    assert "ana24@@" in page
    assert "ana25@@" not in page
    page = pages.shown(f"/imports/{number}?after=25")
    assert ("ana24@@" in page, "ana25@@" in page, "ana49@@" in page) == (False, True, True)
    assert f"/imports/{number}?before=26" in page
    page = pages.shown(f"/imports/{number}?before=26")
    assert ("ana0@@" in page, "ana24@@" in page, "ana25@@" in page) == (True, True, False)
    pages.shown(f"/imports/{number}?after=x", 400)


def test_leads_of_an_import_come_in_pages(pages: Pages) -> None:
    rows = "".join(f"Ana {number},ana{number}@example.pt\n" for number in range(120))
    number = sent(pages, f"Nome,Email\n{rows}")
    checked(pages, number)
    imported(pages, number)
    seen, path = [], f"/imports/{number}/leads"
    for _ in range(3):
        page = pages.shown(path)
        seen += [one for one in range(120) if f"ana{one}@example.pt " in texts(page)]
        path = next((one for one in page.split('"') if one.startswith(f"/imports/{number}/leads?after=")), "")
    assert (seen, path) == ([*range(120)], "")


def test_imports_are_listed_the_newest_first_in_pages(pages: Pages, api: Client) -> None:
    for number in range(27):
        send(api, FILE, f"file-{number}.csv")
    page = texts(pages.shown("/imports"))
    assert page.index("file-26.csv") < page.index("file-25.csv") < page.index("file-2.csv")
    assert "file-1.csv" not in page
    older = pages.shown("/imports?before=3")
    assert "file-1.csv" in older
    assert "/imports?before=28" in older
    pages.shown("/imports?before=1")
    pages.shown("/imports?before=x", 400)


def locked() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    )


def bomb() -> bytes:
    """A spreadsheet that grows to ten thousand times its size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(book(HEADER + text_row(2, "Ana", "ana@example.pt")))) as usual:
            for name in usual.namelist():
                archive.writestr(name, usual.read(name))
        archive.writestr("xl/media/zeros.bin", bytes(200_000_000))
    return file.getvalue()


@each(
    "language, delimiter, before, why",
    [
        ("en", ",", ["closum line", "closum reasons"], "This is no email address"),
        ("pt", ";", ["closum linha", "closum motivos"], "Isto não é um endereço"),
    ],
)
def test_the_file_of_failed_rows_is_in_the_language_of_the_page(
    language: str, delimiter: str, before: list[str], why: str, pages: Pages, api: Client
) -> None:
    """With the delimiter that spreadsheets of the language take; corrected, it can be sent again."""
    content = book(HEADER + text_row(2, "Ana", "ana@") + text_row(3, "Rui", "rui@example.pt"))
    number = sent(pages, content, "a.xlsx")
    checked(pages, number)
    imported(pages, number)
    pages.headers["Accept-Language"] = language
    file = pages.get(f"/imports/{number}/faults").text
    heading, row, _ = file.split("\r\n")
    assert heading == "\ufeff" + delimiter.join([*before, "Name", "E-mail"])
    assert why in row
    again = sent(pages, file.replace("ana@", "ana@example.pt").encode(), "again.csv")
    checked(pages, again)
    imported(pages, again)
    assert [one["email"]["email"] for one in leads(api)] == ["rui@example.pt", "ana@example.pt"]
    assert [one["custom_data"] for one in leads(api)] == [None, None]


@each("language, place", [("en", "row: "), ("pt", "linha: ")])
def test_what_is_wrong_with_a_whole_row_is_told_in_the_language_too(
    language: str, place: str, pages: Pages, api: Client
) -> None:
    number = sent(pages, b'Name,E-mail\nAna,a@example.pt\nRui,"b@example.pt,c\n', "a.csv")
    checked(pages, number)
    pages.headers["Accept-Language"] = language
    _, row, *_ = pages.get(f"/imports/{number}/faults").text.split("\r\n")
    assert row.split(",", 1)[1].strip('"').startswith(place), row


@each(
    "content, name, en, pt",
    [
        (b"%PDF-1.7 ...", "a.csv", "This is a PDF", "Isto é um PDF"),
        (b"\x89PNG\r\n", "a.png", "This is a picture", "Isto é uma imagem"),
        (locked(), "a.xlsx", "protected by a password", "protegida por palavra-passe"),
        (b"\n\n \n", "a.csv", "The file is empty", "O ficheiro está vazio"),
        (b"Nome,Email\nAna,a@b.pt\n", "a.xlsx", "give it the name", "dê-lhe o nome"),
        (b"PK\x03\x04 not a zip", "a.xlsx", "is damaged", "está danificada"),
        (b"BEGIN:VCARD\nFN:Ana\n", "a.vcf", "no whole card", "nenhum cartão completo"),
        (b'{"a": 1\n', "a.ndjson", "cannot be read as JSON", "não se consegue ler como JSON"),
    ],
    ids=["pdf", "picture", "locked", "empty", "renamed", "damaged", "vcard", "json"],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(
    content: bytes, name: str, en: str, pt: str, pages: Pages, api: Client
) -> None:
    number = sent(pages, content, name)
    assert shown(api, number)["phase"] == "failed", shown(api, number)
    page = texts(pages.shown(f"/imports/{number}/columns"))
    assert "This file cannot be imported as it is" in page
    assert en in page
    pages.headers["Accept-Language"] = "pt"
    assert pt in texts(pages.shown(f"/imports/{number}/columns"))
    assert places(pages, number)[""] == "/columns"


def test_a_bomb_is_refused(pages: Pages) -> None:
    number = sent(pages, bomb(), "a.xlsx")
    assert "grows far too large" in texts(pages.shown(f"/imports/{number}/columns"))


def test_an_encoding_that_is_wrong_can_be_put_right(pages: Pages, api: Client) -> None:
    number = sent(pages, "Nome,Email\nJoão,a@b.pt\n")
    path = pages.submit(f"/imports/{number}/format", {"encoding": "no-such-code"}).headers["location"]
    assert "These characters are not known" in texts(pages.arrives(path)[1])
    path = pages.submit(f"/imports/{number}/format").headers["location"]
    assert "João" in pages.arrives(path)[1]


def test_every_import_is_of_its_account_alone(pages: Pages, other_pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    for path in ("", "/columns", "/check", "/leads", "/faults"):
        other_pages.shown(f"/imports/{number}{path}", 404)
        other_pages.shown(f"/imports/0{path}", 404)
    for path in ("", "/columns", "/format", "/cancel"):
        other_pages.submit(f"/imports/{number}{path}", {"go": "check"}, 404)
    assert shown(api, number)["phase"] == "ready"
    assert "leads.csv" not in other_pages.shown("/imports")


def test_a_reader_sees_and_changes_nothing(pages: Pages, api: Client, server: Server) -> None:
    number, done = sent(pages, FILE), sent(pages, FILE)
    checked(pages, done)
    imported(pages, done)
    with colleague(server, api, roles.READER) as reader:
        for path in ("/columns", "/format", "", "/cancel"):
            reader.submit(f"/imports/{number}{path}", {"go": "check"}, 403)
        for path in (f"/imports/{number}/columns", f"/imports/{done}", "/imports"):
            page = reader.shown(path)
            assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
        assert "leads.csv" in reader.shown("/imports")
        assert reader.get(f"/imports/{done}/faults").status_code == 200
    assert shown(api, number)["phase"] == "ready"


def test_who_may_not_write_the_records_is_offered_nothing(api: Client, server: Server) -> None:
    read, tried, done = (send(api, "label\nShop\n", resource="contact_type") for _ in range(3))
    started(api, tried, dry_run=True)
    started(api, done)
    with colleague(server, api, roles.MEMBER) as member:
        for path in (f"/imports/{read}/columns", f"/imports/{tried}/check", f"/imports/{done}"):
            page = member.shown(path).partition("<main")[2].partition("</main>")[0]
            assert "<form" not in page
            assert "/imports/new?" not in page


def test_forms_need_the_token_of_the_session(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    for path in ("/columns", "/format", "", "/cancel"):
        for token in ("", "0" * 64):
            answer = pages.post(f"/imports/{number}{path}", data={"_token": token, "go": "check"})
            assert answer.status_code == 403
    assert shown(api, number)["phase"] == "ready"
    assert leads(api) == []


def test_reasons_are_counted_by_column(pages: Pages, api: Client) -> None:
    rows = "".join(f"Ana {number},ana{number}@@example.pt,\n" for number in range(130))
    number = sent(pages, f"Nome,Email,Telefone\n{rows}Rui,rui@example.pt,abc\nEva,eva@example.pt,\n")
    reasons = [
        "Email: This is no email address: write all of it, such as ana@example.pt. — 130 rows",
        "Telefone: There is no digit in this phone number: correct the cell, or empty it. — 1 row",
    ]
    check = texts(checked(pages, number, country="PT"))
    assert " ".join(reasons) in check
    assert "131 rows" in check
    page = pages.shown(f"/imports/{number}/check?after=125")
    assert ("ana124@@" in page, "ana125@@" in page, "132 Telefone abc" in texts(page)) == (False, True, True)
    assert "131 rows" in texts(page)
    assert " ".join(reasons) in texts(imported(pages, number))
    assert set(shown(api, number)["counts"]) == {"created", "updated", "skipped", "faulty", "left_out"}


def test_a_reason_in_general_names_no_lead(pages: Pages, api: Client) -> None:
    for name in ("Ana", "Eva"):
        api.new("lead", {"name": name, "email": {"email": "ana@example.pt"}})
        api.new("lead", {"name": name, "email": {"email": "eva@example.pt"}})
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\nEva,eva@example.pt\n")
    check = texts(checked(pages, number))
    assert "Several leads have this. Merge them first, or correct the rows. — 2 rows" in check
    assert "Several leads have this: 1, 3." in check
    assert "Download the 2 rows not imported" in check


def test_while_an_undo_comes_back_the_page_says_what_is_true_then(
    pages: Pages, api: Client, server: Server
) -> None:
    rows = "".join(f"Lead {one},lead{one}@example.pt\n" for one in range(AT_ONCE // 2 + 1))
    number = sent(pages, f"Nome,Email\n{rows}")
    checked(pages, number)
    imported(pages, number)
    path, operation = f"/imports/{number}", shown(api, number)["operation"]
    pages.arrives(pages.submit(f"/undo/{operation}").headers["location"])
    undone_by = shown(api, number)["undone_by"]
    assert "What it had done" in texts(pages.shown(path))
    argument = _of_undo(api, undone_by)
    with server.session() as session, session.read() as unit:
        account_id = users.account_named(unit, api.account).id
    with server.session() as session, session.write(account_id) as unit:
        unit.now += 3_000  # no server takes it up
        background.add(unit, UNDO, 999_999, argument)
    said = _told(pages, path, "What this import did is coming back", "only a part of it", "Coming back")
    assert ("rows imported" in said, "Undo this import" in said, "New 1,501" in said) == (False, False, False)
    with server.session() as session, session.write(account_id) as unit:
        unit.now += 3_000
        assert runner.turn(unit, undoing.kind(), Key(account_id, UNDO, 999_999), "test", 400)
    _told(pages, path, "What this import did is coming back", "400 of 3,002 changes", "Coming back")
    pages.submit("/jobs/undo-999999/stop")
    _told(pages, path, "Only a part of this import is undone", "a part is not", "Undone in part")
    assert "Stopped after 400 of 3,002 changes." in texts(pages.shown("/jobs/undo-999999"))


def _of_undo(api: Client, operation: int) -> dict[str, Any]:
    """What background work is asked for that undoes an undo."""
    changes = api.data("GET", f"/api/operation/{operation}")["changes"]
    first = api.data("GET", "/api/operation?limit=1")[0]
    assert first["id"] == operation
    asked = undoing.Asked(operation, None, operation + changes - 1, changes, "undo", first["undoes"])
    return asked._replace(request_id=f"undo:{_job(api)}")._asdict()


def _job(api: Client) -> str:
    """The number of the newest background work."""
    return str(api.data("GET", "/api/job?limit=1")[0]["id"]).removeprefix("undo-")


def _told(pages: Pages, path: str, heading: str, text: str, state: str) -> str:
    """What the page of an import says, which has to be that."""
    said = texts(pages.shown(path))
    assert (heading in said, text in said) == (True, True), said
    assert state in texts(pages.shown("/imports"))
    return said
