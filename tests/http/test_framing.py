"""Where requests begin and end in what is read, whatever the pieces that it comes in."""

import random

import httptools
import pytest

from closum import errors
from closum.http.framing import Framing

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b"GET  / RTSP/1.0\r\n\r\n0\r\n\r\nPOST / HTTP/1.1\r\n\r\n"  # looks like much that it is not
POST = b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
CHUNKED = (
    b"POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'1;a="b"\r\nx\r\n%x\r\n%b\r\n000\r\nA: b\r\nC: d\r\n\r\n' % (len(BODY), BODY)
)
EMPTY = b"\r\n\r\nPOST /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
BARE = b"GET /e HTTP/1.0\r\n\r\n"  # the parser passes over what follows


class Parsed:
    """What the parser and the framing say together of a stream."""

    def __init__(self) -> None:
        self.framing, self.parser = Framing(), httptools.HttpRequestParser(self)
        self.fields: dict[bytes, bytes] = {}
        self.sound: list[bool] = []
        self.ended = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields[name.lower()] = value

    def on_headers_complete(self) -> None:
        self.sound.append(self.framing.sound)
        if b"transfer-encoding" in self.fields:
            self.framing.chunks()
        else:
            self.framing.body(int(self.fields.get(b"content-length", b"0")))

    def on_message_complete(self) -> None:
        self.fields, self.ended = {}, self.ended + 1

    def read(self, data: bytes) -> None:
        end = self.framing.head(data)
        if end:
            self.feed(memoryview(data)[:end])
        for piece in self.framing.pieces(data, end):
            self.feed(piece)

    def feed(self, piece: memoryview) -> None:
        ended = self.ended
        self.parser.feed_data(piece)
        assert self.ended - ended <= 1, "a piece reaches past the end of a request"
        assert self.framing.is_between == (self.ended > ended)


def parsed(stream: bytes, cuts: list[int]) -> Parsed:
    found = Parsed()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        if end > start:
            found.read(stream[start:end])
    return found


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_the_parser_wherever_reads_end(seed: int) -> None:
    chance = random.Random(seed)
    requests = chance.choices([GET, POST, CHUNKED, EMPTY], k=5)
    stream = b"".join([*requests, BARE])
    cuts = sorted(chance.choices(range(1, len(stream)), k=chance.choice([0, 1, 3, 20, 200])))
    assert parsed(stream, cuts).sound == [True] * 6


def test_it_agrees_with_the_parser_byte_by_byte() -> None:
    stream = GET + POST + CHUNKED + EMPTY + GET + BARE
    assert parsed(stream, list(range(1, len(stream)))).sound == [True] * 6


@pytest.mark.parametrize("before", [b"", GET, POST, CHUNKED, EMPTY])
@pytest.mark.parametrize(
    "line", [b"GET  /x HTTP/1.1", b"GET /x  HTTP/1.1", b"GET /x RTSP/1.0", b"GET /x HTTP/0.9"]
)
def test_it_sees_a_line_that_is_none_behind_any_request(before: bytes, line: bytes) -> None:
    stream = before + line + b"\r\nHost: x\r\n\r\n"
    for cut in range(len(before), len(stream)):
        assert parsed(stream, [cut]).sound == [True] * bool(before) + [False]


@pytest.mark.parametrize(
    ("size", "held"),
    [
        (b"7FFFFFFFFFFFFFFF", True),
        (b"00000000000000000000005", True),
        (b"8000000000000000", False),
        (b"FFFFFFFFFFFFFFFF", False),
        (b"ffffffffffffffff;a=b", False),
        (b"0000000FFFFFFFFFFFFFFFF", False),
        (b"123456789012345678901234567890", False),
    ],
)
def test_the_size_of_a_chunk_is_a_number_of_64_bits(size: bytes, held: bool) -> None:
    head = CHUNKED.partition(b"1;")[0] + b"1\r\nx\r\n"
    stream = head + size + b"\r\nabcde"
    for cut in range(1, len(stream)):
        if held:
            parsed(stream, [cut])
        else:
            with pytest.raises((errors.Malformed, httptools.HttpParserError)):
                parsed(stream, [cut])
