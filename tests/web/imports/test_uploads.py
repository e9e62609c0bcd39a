"""Files that browsers send: the token is looked at first, and nothing is left of what does not come whole."""

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from closum.accounts import roles
from tests.support.client import Client
from tests.support.import_calls import shown
from tests.support.pages import Pages, colleague, texts
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server

each = pytest.mark.parametrize

BOUNDARY = "a-boundary"
CONTENT = b"Nome,E-mail\nAna,ana@example.pt\n"


def files_of(server: Server) -> set[Path]:
    """What is in the folders where files of imports wait."""
    return {one for one in server.folder.rglob("*") if re.fullmatch(r"[0-9]+-[0-9a-f]{32}", one.name)}


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    named = "" if file is None else f'; filename="{file}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def end() -> bytes:
    return f"--{BOUNDARY}--\r\n".encode()


def post(pages: Pages, body: bytes, status: int) -> str:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = pages.post("/imports/new", content=body, headers=headers)
    assert answer.status_code == status, (answer.status_code, texts(answer.text))
    return answer.text


def test_a_file_of_a_form_is_that_of_a_call(pages: Pages, api: Client) -> None:
    pages.arrives(pages.upload(CONTENT, "leads.csv").headers["location"])
    sent = shown(api, 1)["file"]
    answer = api.post("/api/import", content=CONTENT, headers={"X-File-Name": "leads.csv"})
    assert shown(api, answer.json()["data"]["id"])["file"] == sent


@each("token", ["", "0" * 64, "\N{SNOWMAN}"])
def test_a_form_without_the_token_of_the_session_stores_nothing(
    token: str, pages: Pages, api: Client, server: Server
) -> None:
    before = files_of(server)
    body = part("_token", token.encode()) + part("file", CONTENT, "a.csv") + end()
    post(pages, body, 403)
    post(pages, part("file", CONTENT, "a.csv") + end(), 403)
    post(pages, part("file", CONTENT, "a.csv") + part("_token", pages.token.encode()) + end(), 403)
    assert files_of(server) == before
    assert api.get("/api/import").json()["data"] == []


def test_the_token_of_another_session_is_none(pages: Pages, other_pages: Pages) -> None:
    pages.upload(CONTENT, status=403, token=other_pages.token)


def test_a_form_of_another_site_is_refused(pages: Pages) -> None:
    token = pages.token
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = pages.post(
            "/imports/new", data={"_token": token}, files={"file": ("a.csv", CONTENT)}, headers=headers
        )
        assert answer.status_code == 403


def test_without_a_file_the_page_says_so(pages: Pages, server: Server) -> None:
    before = files_of(server)
    body = part("_token", pages.token.encode()) + part("file", b"", "") + end()
    assert "Choose a file first." in texts(post(pages, body, 422))
    assert "This file is empty" in texts(pages.upload(b"", "a.csv", 422).text)
    without = post(pages, part("_token", pages.token.encode()) + end(), 422)
    assert re.search(r'<p class="fault" id="file-said">.*Choose a file first', without)
    assert files_of(server) == before


@each(
    "body",
    [
        b"",
        b"no form",
        part("_token", b"TOKEN") + part("file", CONTENT, "a.csv"),
        part("_token", b"TOKEN") + part("file", CONTENT, "a.csv") + part("more", b"1") + end(),
        part("_token", b"TOKEN") + part("file", CONTENT, "a.csv") + part("file", CONTENT, "b.csv") + end(),
        b"".join(part(f"field{number}", b"1") for number in range(200)) + end(),
        part("_token", b"TOKEN") + part("name", b"\xff") + part("file", CONTENT, "a.csv") + end(),
        part("_token", b"TOKEN\0") + part("file", CONTENT, "a.csv") + end(),
        b"--a-boundary\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + end(),
    ],
    ids=["nothing", "text", "cut", "behind", "two files", "many fields", "no UTF-8", "NUL", "no name"],
)
def test_what_is_no_such_form_stores_nothing(body: bytes, pages: Pages, api: Client, server: Server) -> None:
    before = files_of(server)
    post(pages, body.replace(b"TOKEN", pages.token.encode()), 400)
    assert files_of(server) == before
    assert api.get("/api/import").json()["data"] == []


def test_a_field_may_not_be_a_file(pages: Pages) -> None:
    body = part("_token", pages.token.encode()) + part("name", b"x" * 70_000) + end()
    post(pages, body, 413)


def test_a_file_that_is_announced_too_large_is_refused_at_once(pages: Pages, server: Server) -> None:
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname or "", address.port or 0), PATIENCE) as connection:
        head = (
            f"POST /imports/new HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: closum={pages.cookies['closum']}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {2**31}\r\n\r\n"
        )
        connection.sendall(head.encode())
        answer = connection.recv(65_536)
        while b"</html>" not in answer and (more := connection.recv(65_536)):
            answer += more
    assert answer.startswith(b"HTTP/1.1 413")
    assert "larger than 1 GB" in answer.decode()


def test_a_file_that_is_cut_off_leaves_nothing(pages: Pages, api: Client, server: Server) -> None:
    before, address = files_of(server), urlsplit(server.address)
    body = part("_token", pages.token.encode()) + part("file", CONTENT, "a.csv")
    with socket.create_connection((address.hostname or "", address.port or 0), PATIENCE) as connection:
        head = (
            f"POST /imports/new HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: closum={pages.cookies['closum']}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body) + 100_000}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        wait_until(lambda: files_of(server) != before)
    wait_until(lambda: files_of(server) == before)
    assert api.get("/api/import").json()["data"] == []


@each(
    "name, kept",
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\dir\\leads.csv", "leads.csv"),
        ('<img src=x onerror="alert(1)">.csv', '<img src=x onerror="alert(1)">.csv'),
        ("{{ 7 * 7 }}.csv", "{{ 7 * 7 }}.csv"),
        ("olá \N{SNOWMAN}.csv", "olá \N{SNOWMAN}.csv"),
        ("a%20b.csv", "a%20b.csv"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_is_text_and_nothing_else(name: str, kept: str, pages: Pages, api: Client) -> None:
    escaped = name.replace('"', "%22")
    body = part("_token", pages.token.encode()) + part("file", CONTENT, escaped) + end()
    post(pages, body, 303)
    path, page = pages.arrives("/imports/1")
    assert path == "/imports/1/columns"
    assert shown(api, 1)["file"]["name"] == kept
    assert "<img" not in page
    assert kept in texts(pages.shown("/imports")) or kept in texts(page)


def test_a_reader_sends_no_file(server: Server, api: Client) -> None:
    with colleague(server, api, roles.READER) as pages:
        pages.shown("/imports/new", 403)
        pages.upload(CONTENT, status=403)
        assert "/imports/new" not in pages.shown("/imports")
