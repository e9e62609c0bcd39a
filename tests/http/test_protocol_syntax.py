"""What uvicorn refuses by itself, over raw sockets: what is no request."""

import pytest

from tests.support.served import CHUNKED, LAST, Served, bytewise, get, post

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        (b"\x00\xff\xfe nonsense \r\n\r\n", ""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ""),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "*"),
        (b"FOO /lead?page=2 HTTP/1.1\r\nHost: x\r\n\r\n", "/lead?page=2"),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", "/"),
        (b"GET /Jos\xc3\xa9?a=%20 HTTP/1.1\r\nHost: x\r\n\r\n", "/Jos%C3%A9?a=%20"),
        (b"GET /?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n", "/?q=%FF"),
        (b"GET / HTTP/1.1\nHost: x\n\n", "/"),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "/"),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "/"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: a\r\n b\r\n\r\n", "/"),
        (b"GET /\r\n\r\n", "/"),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "x:443"),
        (b"CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", "/x"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "*"),
        (b"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "ftp://x/"),
        (b"GET http://x:99999/ HTTP/1.1\r\nHost: x\r\n\r\n", "http://x:99999/"),
        (b"GET /lead RTSP/1.0\r\nHost: x\r\n\r\n", "/lead"),
        (b"SOURCE /lead ICE/1.0\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET  /lead HTTP/1.1\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead  HTTP/1.1\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead HTTP/1.1 \r\nHost: x\r\n\r\n", "/lead"),
        (b"GET\t/lead HTTP/1.1\r\nHost: x\r\n\r\n", ""),
        (b"GET /lead\tHTTP/1.1\r\nHost: x\r\n\r\n", ""),
        (b" GET /lead HTTP/1.1\r\nHost: x\r\n\r\n", ""),
        (b"GET /lead HTTP/1.10\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead HTTP/1.2\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead HTTP/0.9\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead http/1.1\r\nHost: x\r\n\r\n", "/lead"),
        (b"GET /lead HTTP/1.1\nHost: x\r\n\r\n", "/lead"),
    ],
)
def test_what_is_no_request_is_400(served: Served, request_: bytes, url: str) -> None:
    refused = served.refusal(request_ + get(b"/smuggled"))
    assert (refused.status, refused.failure["url"]) == (400, url)
    assert served.requests == []


SOUND = [
    get(b"/first"),
    post(b"Content-Length: 4", body=b"a\r\n\r"),
    post(CHUNKED, body=b"1\r\na\r\n0\r\n\r\n"),
]
FAULTY = [
    b"GET  /second HTTP/1.1",
    b"GET /second  HTTP/1.1",
    b"GET /second RTSP/1.0",
    b"GET /second HTTP/0.9",
]


@pytest.mark.parametrize("before", SOUND)
@pytest.mark.parametrize("line", FAULTY)
@pytest.mark.parametrize("pieces", ["one", "two", "bytes"])
def test_a_request_line_has_the_same_rules_behind_another_request(
    served: Served, before: bytes, line: bytes, pieces: str
) -> None:
    request = line + b"\r\nHost: x\r\n\r\n" + get(b"/smuggled")
    sent = {"one": [before + request], "two": [before, request], "bytes": [before, *bytewise(request)]}[
        pieces
    ]
    first, refused = served.exchange(*sent)
    assert (first.status, refused.status, refused.failure["url"]) == (200, 400, "/second")
    assert len(served.requests) == 1


def test_empty_lines_before_a_request_line_are_passed_over(served: Served) -> None:
    found = served.exchange(b"\r\n\r\n" + get() + b"\r\n" + LAST)
    assert [each.status for each in found] == [200, 200]


def test_a_body_that_looks_like_a_faulty_request_is_a_body(served: Served) -> None:
    body = b"\r\n\r\nGET  / RTSP/1.0\r\n\r\n0\r\n\r\nFFFFFFFFFFFFFFFF\r\n"
    requests = [
        post(b"Content-Length: %d" % len(body), body=body),
        post(CHUNKED, body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)),
    ]
    for sent in ([b"".join(requests), LAST], bytewise(b"".join(requests) + LAST)):
        assert [each.body for each in served.exchange(*sent)] == [body, body, b""]


LONG = [b"FFFFFFFFFFFFFFFF", b"8000000000000000", b"10000000000000000", b"f" * 40]
ODD = [b"+5", b"-5", b" 5", b"5 ", b"0x5", b"5_0", b"5\t", b"", b"5;", b"g"]


@pytest.mark.parametrize("size", [*LONG, *ODD])
@pytest.mark.parametrize("split", [False, True])
def test_the_size_of_a_chunk_is_hexadecimal_and_of_64_bits(served: Served, size: bytes, split: bool) -> None:
    request = post(CHUNKED, path=b"/lead", body=b"1\r\na\r\n" + size + b"\r\nabcde\r\n0\r\n\r\n")
    refused = served.refusal(*(bytewise(request) if split else [request]))
    assert (refused.status, refused.failure["url"]) == (400, "/lead")


@pytest.mark.parametrize("size", [b"5", b"00000000000000000000000005", b"5;a", b'5;a="b c"'])
def test_other_sizes_of_a_chunk_are_taken(served: Served, size: bytes) -> None:
    request = post(CHUNKED, body=size + b"\r\nabcde\r\n0\r\n\r\n")
    assert [found.body for found in served.exchange(request + LAST)] == [b"abcde", b""]


@pytest.mark.parametrize(
    "fields",
    [
        [b"Content-Length: 3", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 3"],
        [b"Content-Length: 3", b"Content-Length: 3"],
        [b"Content-Length: 3", b"Content-Length: 4"],
        [b"Content-Length: -1"],
        [b"Content-Length: +5"],
        [b"Content-Length: 0x5"],
        [b"Content-Length: 5, 5"],
        [b"Content-Length: "],
        [b"Content-Length: 99999999999999999999"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked"],
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_unclear_lengths_are_400_and_nothing_is_smuggled(
    served: Served, fields: list[bytes], split: bool
) -> None:
    request = post(*fields, body=b"0\r\n\r\n" + get(b"/smuggled"))
    refused = served.refusal(*(bytewise(request) if split else [request]))
    assert refused.status == 400
    assert served.requests == []


@pytest.mark.parametrize(
    "fields",
    [[], [b"Host: x", b"Host: x"], [b"Host: x", b"Host: y"], [b"Host: "], [b"Host: a:99999"], [b"Host: a b"]],
)
def test_http_1_1_needs_exactly_one_valid_host(served: Served, fields: list[bytes]) -> None:
    refused = served.refusal(b"\r\n".join([b"GET / HTTP/1.1", *fields, b"", b""]))
    assert (refused.status, served.requests) == (400, [])


@pytest.mark.parametrize("host", [b"closum.example", b"a_b:8000", b"[::1]:8000", b"127.0.0.1:", b"xn--a%41"])
def test_every_kind_of_host_is_served(served: Served, host: bytes) -> None:
    (found,) = served.exchange(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert found.status == 200


def test_http_1_0_needs_no_host(served: Served) -> None:
    assert [found.status for found in served.exchange(b"GET / HTTP/1.0\r\n\r\n")] == [200]


@pytest.mark.parametrize(
    ("target", "path"),
    [(b"http://x", "/"), (b"http://x?a=b", "/"), (b"HTTP://x/lead", "/lead"), (b"//a", "//a")],
)
def test_an_absolute_target_is_served(served: Served, target: bytes, path: str) -> None:
    assert served.exchange(get(target, b"Connection: close"))[0].status == 200
    assert served.requests == [("GET", path)]


def test_a_second_request_has_the_same_rules(served: Served) -> None:
    first, second = served.exchange(get(), b"GET /two HTTP/1.1\r\n\r\n" + get(b"/three"))
    assert (first.status, second.status, second.failure["url"]) == (200, 400, "/two")
    assert served.requests == [("GET", "/")]


@pytest.mark.parametrize("split", [False, True])
def test_an_upgrade_is_served_as_ordinary_http(served: Served, split: bool) -> None:
    fields = [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"]
    request = post(*fields, b"Content-Length: 3", body=b"abc") + get(b"/", *fields) + LAST
    found = served.exchange(*(bytewise(request) if split else [request]))
    assert [(each.status, each.body) for each in found] == [(200, b"abc"), (200, b""), (200, b"")]


def test_a_fault_behind_an_upgrade_is_400(served: Served) -> None:
    upgrade = get(b"/", b"Connection: Upgrade", b"Upgrade: websocket")
    assert [found.status for found in served.exchange(upgrade + b"nonsense\r\n\r\n")] == [200, 400]
