"""What the pages of the reference are answered with: headers, sizes, the path of a proxy."""

import gzip
import re
from pathlib import Path

import msgspec
import pytest

from closum.http.file import has_etag
from closum.http.static import packed
from closum.reference import search
from tests.reference.shown import ASSETS, of_document, pages
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

MOST = 60_000
"""Bytes of a first view, compressed: the page, its style sheets, its script and its icon."""


@pytest.mark.parametrize(
    ("named", "same"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ("", False),
        ("a", False),
        ('"ab"', False),
    ],
)
def test_whether_a_tag_is_named(named: str, same: bool) -> None:
    assert has_etag(named, '"a"') is same


@ON_SQLITE
def test_it_is_public_and_read_in_pieces(server: Server) -> None:
    with Client(server.address, None) as nobody:
        page = nobody.get("/docs/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        same = nobody.get("/docs", headers={"If-None-Match": page.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        of_leads = nobody.get("/docs/leads", headers=[("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")])
        plain = nobody.get("/docs/leads", headers={"Accept-Encoding": "identity"})
        assert of_leads.headers["content-encoding"] == "gzip"
        assert of_leads.text == plain.text
        assert int(of_leads.headers["content-length"]) * 3 < int(plain.headers["content-length"])
        assert nobody.head("/docs/leads").headers["content-length"] == of_leads.headers["content-length"]
        for file in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
            assert nobody.get(file).status_code == 200
        assert nobody.get("/docs/other").status_code == 404
        assert nobody.post("/docs").status_code == 405


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    ["", "q", "q=a&q=b", "q=%FF%00", "q=" + "%65+" * 4_000, "q=%3Cscript%3Ealert(1)%3C/script%3E", "other=1"],
)
def test_whatever_is_searched_for_the_answer_is_a_page(server: Server, asked: str) -> None:
    with Client(server.address, None) as nobody:
        page = nobody.get(f"/docs/search?{asked}")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<script>" not in page.text
        assert page.text.count("<li>") <= search.MOST


@ON_SQLITE
def test_the_address_of_the_server_alone_leads_to_the_pages(server: Server) -> None:
    assert server.password  # so there is a user
    with Client(server.address, None) as nobody:
        for method in ("GET", "HEAD"):
            front = nobody.request(method, "/", follow_redirects=False)
            assert (front.status_code, front.headers["location"], front.content) == (303, "/sign-in", b"")
        assert nobody.post("/", json={}).status_code == 405
        assert [nobody.get(path).status_code for path in ("/index.html", "/api")] == [404, 404]


@ON_SQLITE
def test_so_it_does_under_the_path_of_a_proxy(folder: Path) -> None:
    with Server(folder, "--root-path", "/crm") as server, Client(server.address, None) as nobody:
        for path in ("/", "/crm", "/crm/"):
            assert nobody.get(path, follow_redirects=False).headers["location"] == "/crm/welcome"
        page = nobody.get("/docs/leads")
        assert '<a href="/crm/docs/leads" data-tag="Leads" aria-current="page">' in page.text
        assert '<form class="search" role="search" action="/crm/docs/search">' in page.text


def test_every_address_of_a_page_is_below_the_path_of_a_proxy() -> None:
    for page in pages("/crm").values():
        found = re.findall(r'(?:href|src|action|data-index)="(/[^"]*)"', page)
        assert found
        assert [one for one in found if not one.startswith(("/crm/", "/static/"))] == []
    introduction = pages("/crm")["/docs"]
    assert '<a href="/crm/api/openapi.json">OpenAPI document</a>' in introduction


def test_the_path_of_a_proxy_is_text() -> None:
    assert '<a class="brand" href="/a&#34;&lt;b&gt;/docs">' in pages('/a"<b>')["/docs"]


def test_a_first_view_is_small() -> None:
    files = [
        ASSETS.files[ASSETS(name)]
        for name in ("closum.css", "reference.css", "reference.js", "run.js", "favicon.svg")
    ]
    shared = sum(len(one.packed) for one in files)
    assert shared + len(packed(pages()["/docs"].encode())) < MOST / 2
    assert {
        path: size for path, page in pages().items() if (size := shared + len(packed(page.encode()))) > MOST
    } == {}
    assert len(gzip.decompress(files[2].packed)) < MOST


HOSTILE = "<script>alert(1)</script> \"' </style> {{ 7 * 7 }} [x](javascript:alert(1)) ![y](//evil.example/z)"
"""Of a document that a resource of somebody's own may write."""


def test_a_document_is_text() -> None:
    parameter = {
        "name": HOSTILE,
        "in": "query",
        "description": HOSTILE,
        "schema": {"type": "string", "default": HOSTILE},
    }
    answer = {
        "description": HOSTILE,
        "content": {
            "application/json": {
                "schema": {"properties": {HOSTILE: {"description": HOSTILE}}},
                "example": HOSTILE,
            }
        },
    }
    call = {
        "operationId": "callIt",
        "tags": ["Things"],
        "summary": HOSTILE,
        "description": HOSTILE,
        "parameters": [parameter],
        "responses": {"200": answer},
        "x-codeSamples": [{"lang": "Shell", "source": HOSTILE}, {"lang": "Ruby", "source": HOSTILE}],
    }
    text = f"## {HOSTILE}\n\n| {HOSTILE} |\n| --- |\n| {HOSTILE} |\n\n```json\n{HOSTILE}\n```\n"
    document = {
        "tags": [{"name": "Introduction", "description": HOSTILE}, {"name": "Things", "description": text}],
        "paths": {f"/api/{HOSTILE}": {"post": call}},
    }
    shown = of_document(document)
    index = shown.pop("/docs/search.json")
    assert msgspec.json.decode(index)[-1][0] == HOSTILE
    for page in shown.values():
        assert "<script>" not in page
        assert 'href="javascript' not in page
        assert "49" not in page
        assert "<style" not in page
        assert '<img src="//' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown["/docs/things"]
