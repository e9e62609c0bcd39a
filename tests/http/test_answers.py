"""What a handler may answer with, through a running server: streams, redirects, files and ranges of them."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from starlette.types import ASGIApp

from closum.http import answer as answers
from closum.http.answer import Answer
from closum.http.edge import Edge, RequestLog
from closum.http.file import file
from closum.http.request import Receive, Request, Scope, Send, Services
from closum.http.route import PUBLIC, Handler, Route
from closum.http.router import Router
from tests.support.patience import PATIENCE
from tests.support.served import Served, eventually, get, loopback

each = pytest.mark.parametrize
TEXT = bytes(range(256)) * 1000
KEPT = (b"cache-control", b"max-age=60")
ID = (b"x-request-id", b"own")
VARY = (b"vary", b"Accept-Encoding")
POLICY = (b"content-security-policy", b"frame-ancestors 'self'")
PIECE = b"x" * 1_000_000


class Log(RequestLog):
    def __init__(self) -> None:
        self.faults = 0

    def request(self, request_id: str, scope: Scope, status: int, seconds: float) -> None:
        pass

    def fault(self, request_id: str) -> None:
        self.faults += 1


class Pages:
    """Handlers of the tests' own routes, and what they noticed."""

    def __init__(self, folder: Path) -> None:
        self.file, self.empty = folder / "file", folder / "empty"
        self.file.write_bytes(TEXT)
        self.empty.touch()
        self.made, self.ended = 0, 0
        self.log = Log()
        self.app: ASGIApp = Edge(Router(list(self.routes()), cast(Services, None)), self.log)

    def routes(self) -> Iterator[Route]:
        handlers: dict[str, Callable[[Request], Answer]] = {
            "/stream": lambda request: answers.stream(self.pieces(), "text/plain"),
            "/endless": lambda request: answers.stream(self.endless(), "text/event-stream"),
            "/waiting": lambda request: answers.stream(self.waiting(), "text/event-stream"),
            "/broken": lambda request: answers.stream(self.broken(), "text/plain"),
            "/file": lambda request: file(request.scope, self.file, "text/plain"),
            "/empty": lambda request: file(request.scope, self.empty, "text/plain"),
            "/move": lambda request: answers.redirect("/file?a=b"),
            "/page": lambda request: answers.html("<p>\u00e9"),
            "/framed": lambda request: answers.html("", [POLICY]),
            "/saved": lambda request: answers.download(b"a,b", "text/csv", "a.csv"),
            "/json": lambda request: answers.success([]),
            "/kept": lambda request: answers.Answer(200, b"{}", [KEPT]),
            "/none": lambda request: answers.Answer(204, b"", is_json=False),
            "/named": lambda request: answers.download(b"a", "text/csv", "a.csv", [ID, KEPT, VARY]),
            "/lead/new": lambda request: said("new", request),
            "/leads": lambda request: said("all", request),
            "/lead/{id}": lambda request: said("one", request),
            "/lead/{id}/restore": lambda request: said("restore", request),
            "/lead/new/fields": lambda request: said("fields", request),
            "/pairs/{a}-{b}": lambda request: said("pair", request),
            "/pairs/{one}": lambda request: said("other", request),
        }
        for path, handler in handlers.items():
            yield public("GET", path, asynchronous(handler))

    async def pieces(self) -> AsyncIterator[bytes]:
        for piece in (b"one ", b"", b"two ", b"three"):
            await asyncio.sleep(0)
            yield piece

    async def endless(self) -> AsyncIterator[bytes]:
        try:
            while True:
                self.made += 1
                yield PIECE
        finally:
            self.ended += 1

    async def waiting(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            self.ended += 1

    async def broken(self) -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError


def public(method: str, path: str, handler: Handler) -> Route:
    return Route(method, path, handler, PUBLIC)


def asynchronous(function: Callable[[Request], Answer]) -> Handler:
    async def handler(request: Request) -> Answer:
        return function(request)

    return handler


def said(name: str, request: Request) -> Answer:
    text = " ".join([name, *(f"{key}={value}" for key, value in request.params.items())]).encode()
    return Answer(200, text, [(b"content-length", b"%d" % len(text))], is_json=False)


class Serving(Served):
    """A server over the application of these tests."""

    def __init__(self, listener: socket.socket, loop: str, pages: Pages) -> None:
        self._pages = pages
        super().__init__(listener, loop)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        await self._pages.app(scope, receive, send)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def serving(request: pytest.FixtureRequest, pages: Pages) -> Iterator[Serving]:
    served = Serving(loopback(), request.param, pages)
    yield served
    served.stop()


@pytest.fixture
def client(serving: Serving) -> Iterator[httpx2.Client]:
    host, port = serving.address
    with httpx2.Client(base_url=f"http://{host}:{port}", trust_env=False, timeout=PATIENCE) as client:
        yield client


def test_a_stream_comes_in_pieces(client: httpx2.Client) -> None:
    answer = client.get("/stream")
    assert (answer.status_code, answer.text) == (200, "one two three")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert client.get("/stream").text == "one two three"


def test_a_stream_ends_when_its_client_goes(serving: Serving, pages: Pages) -> None:
    for path in (b"/endless", b"/waiting"):
        ended = pages.ended
        with serving.connect() as client:
            client.sendall(get(path))
            assert client.recv(1000)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert eventually(lambda ended=ended: pages.ended == ended + 1)  # type: ignore[misc]


def test_a_stream_waits_for_a_client_that_takes_nothing(serving: Serving, pages: Pages) -> None:
    before = pages.made
    with serving.connect() as client:
        client.sendall(get(b"/endless"))
        assert client.recv(1000)
        with serving.connect() as other:
            for _ in range(
                200
            ):  # rounds of the event loop, in which a stream without back-pressure makes more
                other.sendall(get(b"/move"))
                assert other.recv(10_000)
        assert pages.made - before < 20


def test_a_stream_that_fails_is_cut_off_and_logged(client: httpx2.Client, pages: Pages) -> None:
    faults = pages.log.faults
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/broken")
    assert pages.log.faults == faults + 1


@each("path", ["/stream", "/endless", "/file", "/empty", "/move"])
def test_head_has_the_headers_alone(path: str, client: httpx2.Client) -> None:
    answer = client.head(path)
    assert answer.content == b""
    if path in ("/file", "/empty", "/move"):
        got = client.get(path)
        same = got.headers.keys() - {"date", "x-request-id"}
        assert answer.headers.keys() == got.headers.keys()
        assert [answer.headers[name] for name in same] == [got.headers[name] for name in same]
    assert client.get("/stream").text == "one two three"  # on the same connection


@each(
    ("path", "status", "asked"),
    [
        ("/page", 200, {}),
        ("/saved", 200, {}),
        ("/json", 200, {}),
        ("/stream", 200, {}),
        ("/file", 200, {}),
        ("/file", 206, {"Range": "bytes=0-0"}),
        ("/file", 304, {"If-None-Match": "*"}),
        ("/file", 416, {"Range": "bytes=999999-"}),
        ("/move", 303, {}),
        ("/none", 204, {}),
        ("/unknown", 404, {}),
    ],
)
def test_every_answer_has_the_common_headers(
    path: str, status: int, asked: dict[str, str], client: httpx2.Client
) -> None:
    answer = client.get(path, headers={"X-Request-Id": "mine", **asked})
    assert answer.status_code == status
    common = {
        "x-request-id": "mine",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "vary": "Authorization",
    }
    for name, value in common.items():
        assert answer.headers.get_list(name) == [value]
    if path == "/stream" or status in (204, 304):
        assert "content-length" not in answer.headers
    else:
        assert answer.headers.get_list("content-length") == [str(len(answer.content))]


@each("path", ["/kept", "/named"])
def test_a_header_of_its_own_replaces_a_common_one(path: str, client: httpx2.Client) -> None:
    headers = client.get(path, headers={"X-Request-Id": "mine"}).headers
    assert headers.get_list("cache-control") == ["max-age=60"]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    kept = path == "/kept"
    assert headers.get_list("vary") == (["Authorization"] if kept else ["Accept-Encoding"])
    assert headers.get_list("x-request-id") == (["mine"] if kept else ["own"])


@each(("public", "vary"), [(True, [VARY]), (False, [(b"vary", b"Authorization"), VARY])])
@each("is_json", [True, False])
def test_no_cache_shows_one_user_what_another_got(
    public: bool, vary: list[tuple[bytes, bytes]], is_json: bool
) -> None:
    head = answers.head(Answer(200, b"{}", [VARY], is_json), "mine", public)
    assert [one for one in head if one[0] == b"vary"] == vary


def test_a_page_has_no_scripts_unless_it_says_so(client: httpx2.Client) -> None:
    page, framed = client.get("/page"), client.get("/framed")
    assert (page.text, page.headers["content-type"]) == ("<p>\u00e9", "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert framed.headers.get_list("content-security-policy") == ["frame-ancestors 'self'"]
    assert framed.headers["referrer-policy"] == "no-referrer"


def test_a_download_is_saved_under_its_name(client: httpx2.Client) -> None:
    saved = client.get("/saved")
    assert saved.headers["content-disposition"] == 'attachment; filename="a.csv"'
    assert (saved.text, saved.headers["content-type"]) == ("a,b", "text/csv")
    for name in ("", 'a"b', "a\r\nb", "\u00e9.csv", "a/b"):
        with pytest.raises(ValueError, match="name of a download"):
            answers.download(b"", "text/csv", name)


def test_a_redirect(client: httpx2.Client) -> None:
    answer = client.get("/move")
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/file?a=b", b"")


@each("url", ["/a\r\nx: y", "/é", "/a b"])
def test_a_redirect_is_one_header(url: str) -> None:
    with pytest.raises(ValueError, match="percent-encode"):
        answers.redirect(url)


END = len(TEXT) - 1


@each(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-99", 10, 99),
        ("Bytes=100000-", 100_000, END),
        ("bytes=-5", END - 4, END),
        (f"bytes=-{10**18}", 0, END),
        (f"bytes=5-{10**18}", 5, END),
    ],
)
def test_a_range(asked: str, first: int, last: int, client: httpx2.Client) -> None:
    answer = client.get("/file", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, TEXT[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(TEXT)}"


@each("asked", ["bytes=5-4", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-0,5-6", "bytes", "bytes=²-"])
def test_what_is_no_range_is_the_whole_file(asked: str, client: httpx2.Client) -> None:
    answer = client.get("/file", headers={b"Range": asked.encode("latin-1")})
    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer.headers["accept-ranges"] == "bytes"


@each(("path", "asked"), [("/file", f"bytes={END + 1}-"), ("/file", "bytes=-0"), ("/empty", "bytes=0-")])
def test_a_range_that_the_file_does_not_have(path: str, asked: str, client: httpx2.Client) -> None:
    answer = client.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    size = len(TEXT) if path == "/file" else 0
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_the_file_as_it_was(client: httpx2.Client) -> None:
    etag = client.head("/file").headers["etag"]
    for condition, status in ((etag, 206), ('"another"', 200), (f"W/{etag}", 200)):
        asked = {"Range": "bytes=0-0", "If-Range": condition}
        assert client.get("/file", headers=asked).status_code == status
    assert client.get("/file", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/empty").content == b""


def test_files_are_closed(client: httpx2.Client) -> None:
    client.get("/file")
    before = len(os.listdir("/proc/self/fd"))
    for asked in ("", "bytes=0-5", "bytes=999999-"):
        client.get("/file", headers={"Range": asked} if asked else {})
        client.head("/file")
    assert eventually(lambda: len(os.listdir("/proc/self/fd")) <= before)


@each(
    ("path", "text"),
    [
        ("/lead/new", "new"),
        ("/leads", "all"),
        ("/lead/5", "one id=5"),
        ("/lead/5/restore", "restore id=5"),
        ("/lead/new/restore", "restore id=new"),
        ("/lead/new/fields", "fields"),
        ("/pairs/1-2", "pair a=1 b=2"),
        ("/pairs/1", "other one=1"),
        ("/pairs/1-", "other one=1-"),
        ("/lead/a%2Fb", "one id=a%2Fb"),
    ],
)
def test_a_literal_segment_goes_before_a_parameter(path: str, text: str, client: httpx2.Client) -> None:
    assert client.get(path).text == text


@each("path", ["/lead", "/lead//restore", "/lead/5/restore/6", "/lead/5/other", "//lead/5", "/pairs", "/"])
def test_another_path_is_unknown(path: str, serving: Serving) -> None:
    with serving.connect() as client:
        client.sendall(get(path.encode(), b"Connection: close"))
        assert client.recv(100).startswith(b"HTTP/1.1 404 ")


def test_two_routes_for_the_same_requests_are_refused() -> None:
    handler = asynchronous(lambda request: said("", request))
    with pytest.raises(ValueError, match=r"/lead/\{b\} matches what /lead/\{a\} does"):
        Router(
            [public("GET", "/lead/{a}", handler), public("PUT", "/lead/{b}", handler)], cast(Services, None)
        )


def test_a_start_that_fails_is_told_to_the_server() -> None:
    sent: list[str] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    class Failing:
        async def __aenter__(self) -> None:
            raise RuntimeError

        async def __aexit__(self, *_: object) -> None: ...

    router = Router([], cast(Services, None), Failing)
    with pytest.raises(RuntimeError):
        asyncio.run(router({"type": "lifespan"}, cast(Receive, receive), cast(Send, send)))
    assert sent == ["lifespan.startup.failed"]
