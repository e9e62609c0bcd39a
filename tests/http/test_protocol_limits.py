"""What uvicorn refuses by itself, over raw sockets: the limits of one request."""

import pytest

from tests.support.served import CHUNKED, LAST, Served, answers, bytewise, eventually, get, post, read_all

pytestmark = pytest.mark.slow

HOST = b"Host: x\r\n"


def line_of(length: int) -> bytes:
    return b"GET /" + b"a" * (length - len(b"GET / HTTP/1.1")) + b" HTTP/1.1"


def headers_of(size: int) -> bytes:
    filler = size - len(HOST) - len(b"Connection: close\r\n") - len(b"A: \r\n")
    return HOST + b"Connection: close\r\nA: " + b"a" * filler + b"\r\n"


def test_the_longest_line_and_the_largest_headers_are_served(served: Served) -> None:
    request = line_of(16 * 1024) + b"\r\n" + headers_of(32 * 1024) + b"\r\n"
    assert [found.status for found in served.exchange(request)] == [200]


def test_the_largest_headers_are_served_in_trickles(served: Served) -> None:
    request = b"GET / HTTP/1.1\r\n" + headers_of(32 * 1024) + b"\r\n"
    pieces = [request[:17_000], request[17_000:-5], *bytewise(request[-5:])]
    assert [found.status for found in served.exchange(*pieces)] == [200]


def test_a_longer_line_is_414(served: Served) -> None:
    line = line_of(16 * 1024 + 1)
    refused = served.refusal(line + b"\r\n" + HOST + b"\r\n")
    assert refused.status == 414
    assert refused.failure["url"] == line.split()[1].decode()


def test_larger_headers_are_431(served: Served) -> None:
    refused = served.refusal(b"GET /lead HTTP/1.1\r\n" + headers_of(32 * 1024 + 1) + b"\r\n")
    assert (refused.status, refused.failure["url"]) == (431, "/lead")


def test_40_kb_of_headers_are_431(served: Served) -> None:
    assert served.refusal(get(b"/", *[b"A%d: " % n + b"a" * 4000 for n in range(10)])).status == 431


def test_a_line_that_never_ends_is_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET /", *[b"a" * 1024] * 16).status == 414


def test_a_header_that_never_ends_is_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET / HTTP/1.1\r\nA: ", *[b"a" * 1024] * 33).status == 431


def test_headers_that_never_end_are_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET / HTTP/1.1\r\n", *[b"A: " + b"a" * 1019 + b"\r\n"] * 33).status == 431


def test_an_unfinished_request_behind_another_has_the_same_limits(served: Served) -> None:
    first, second = served.exchange(get() + b"GET /", *[b"a" * 1024] * 33)
    assert (first.status, second.status) == (200, 414)


def test_100_headers_are_served_and_101_are_431(served: Served) -> None:
    fields = [b"A%d: a" % number for number in range(98)]
    assert served.exchange(get(b"/", b"Connection: close", *fields))[0].status == 200
    refused = served.refusal(get(b"/", b"Connection: close", *fields, b"B: b"))
    assert refused.failure["message"] == "Too many request headers: at most 100"


def test_empty_lines_without_end_are_refused(served: Served) -> None:
    assert served.refusal(*[b"\r\n" * 1024] * 40).status == 431


def test_empty_lines_without_end_are_refused_behind_a_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/one"))
        assert answers(client.recv(65536))[0].status == 200
        client.sendall(b"\r\n" * 20_000)
        (refused,) = answers(read_all(client))
    assert (refused.status, refused.failure["url"]) == (400, "")


def test_the_limits_are_those_of_one_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 100000", body=b"a" * 100_000))
        received = b""
        while len(received) < 100_000:
            received += client.recv(65536)
        for byte in bytewise(LAST):
            client.sendall(byte)
        assert answers(read_all(client))[0].status == 200


@pytest.mark.parametrize("framing", [b"5;" + b"x" * 2**20, b"0\r\n" + b"A: a\r\n" * 2**17])
def test_chunk_extensions_and_trailers_are_limited(served: Served, framing: bytes) -> None:
    refused = served.refusal(post(CHUNKED, path=b"/patient"), framing)
    assert (refused.status, refused.failure["url"]) == (400, "/patient")


def test_trailers_do_not_reach_the_application(served: Served) -> None:
    request = post(CHUNKED, body=b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
    first, _ = served.exchange(request, LAST)
    assert (first.body, first.headers["seen"]) == (b"abc", "transfer-encoding")


def test_large_bodies_and_many_pipelined_requests_are_served(served: Served) -> None:
    body = b"a" * 1_000_000
    request = post(b"Content-Length: 1000000", body=body)
    found = served.exchange(request * 2 + get() * 900 + LAST)
    assert [len(each.body) for each in found] == [1_000_000] * 2 + [0] * 901


def test_too_many_pipelined_requests_are_refused_after_the_answers_to_the_others(served: Served) -> None:
    *others, refused = served.exchange(get(b"/patient") + get() * 2000)
    assert len(others) >= 1001
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")


def test_nothing_more_is_read_while_requests_wait(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get() + get(b"/patient") + get() * 900)
        assert client.recv(1)
        client.sendall(get() * 900 + LAST)
        assert served.exchange(b"nonsense\r\n\r\n")[0].status == 400  # lets the patient one go on
        found = answers(b"H" + read_all(client))
    assert [each.status for each in found] == [200] * 1803


def test_trailers_do_not_count_for_the_next_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(CHUNKED, body=b"3\r\nabc\r\n"))
        assert eventually(lambda: served.events == ["http.request"])
        client.sendall(b"0\r\n" + b"A: a\r\n" * 5000 + b"\r\n")
        assert client.recv(65536)
        for byte in bytewise(get(b"/", b"Connection: close", b"A: " + b"a" * 4000)):
            client.sendall(byte)
        assert answers(read_all(client))[0].status == 200
