"""Where requests, and the lines in them that matter, begin and end in the bytes of a connection.

The parser takes what is no request line (`GET  / HTTP/1.1`, `GET / RTSP/1.0`) and chunks of 2^64-1 bytes, and shows
neither as it was sent. So what is read is cut into pieces that never reach past the end of a request.
"""

import re
from collections.abc import Callable, Iterator

from closum import errors

MAX_CHUNK = 2**63 - 1  # bytes

_END = b"\r\n\r\n"
_SOUND = re.compile(rb"[!-~]+ [!-~\x80-\xff]+ HTTP/1\.[01]\r\n")
_LINE = re.compile(rb"[\r\n]*(?:[!-~]+ [!-~\x80-\xff]+ HTTP/1\.[01]\r(\n)|[^\r\n][^\n]*\n)")
_SIZE = re.compile(rb"([0-9A-Fa-f]*)[^\n]*\n")


_Cut = Callable[["Framing", bytes, int], int]


class Framing:
    """The place in the stream of one connection.

    `sound`: whether the request line of the request under way is a method, one space, a target, one space and
    `HTTP/1.0` or `HTTP/1.1`.
    """

    __slots__ = ("_cut", "_held", "_left", "sound")

    def __init__(self) -> None:
        self.sound = False
        self._cut: _Cut = Framing._line  # the end of the piece that begins at an offset
        self._held = bytearray()  # what was read of a line, or the last 3 bytes of a head, before more comes
        self._left = 0  # bytes of a body, or of a chunk and the line end behind it

    @property
    def is_between(self) -> bool:
        """Whether the last request has ended, and nothing of another has come."""
        return not self._held and self._cut is Framing._line

    def head(self, data: bytes) -> int:
        """Where the sound head ends with which this begins, as nearly all reads do; it counts as read. Else 0."""
        if self._cut is not Framing._line or self._held or not _SOUND.match(data):
            return 0
        self.sound = True
        end = data.find(_END)
        return end + len(_END) if end >= 0 else 0

    def body(self, length: int) -> None:
        """The head that was just parsed announces so many bytes."""
        if length:
            self._left, self._cut = length, Framing._bytes

    def chunks(self) -> None:
        """The head that was just parsed announces a chunked body."""
        self._cut = Framing._size

    def rest(self, size: int) -> bool:
        """Whether so many bytes are all of a body, as most that come with their head are; it then counts as read."""
        if self._cut is not Framing._bytes or self._left != size:
            return False
        self._left, self._cut = 0, Framing._line
        return True

    def pieces(self, data: bytes, start: int) -> Iterator[memoryview]:
        """What was read, from an offset, in pieces to be parsed one by one: `body` and `chunks` are called in between.

        Raises Malformed for the size of a chunk that no 64-bit number holds.
        """
        view = memoryview(data)
        while start < len(data):
            end = self._cut(self, data, start)
            yield view[start:end]
            start = end

    def _line(self, data: bytes, start: int) -> int:
        found, end = self._match(_LINE, data, start)
        if found is None:
            return end
        self.sound = found[1] is not None
        self._held[:] = b"\r\n"
        self._cut = Framing._rest
        return self._rest(data, end)

    def _rest(self, data: bytes, start: int) -> int:
        """Through the empty line at the end of a head, or of trailers."""
        held = self._held
        across = (held + data[start : start + 3]).find(_END)
        found = start - len(held) + across if across >= 0 else data.find(_END, start)
        if across < 0 and found < 0:
            held += data[max(start, len(data) - 3) :]
            del held[:-3]
            return len(data)
        held.clear()
        self._cut = Framing._line
        return found + len(_END)

    def _bytes(self, data: bytes, start: int) -> int:
        return self._counted(data, start, Framing._line)

    def _chunk(self, data: bytes, start: int) -> int:
        return self._counted(data, start, Framing._size)

    def _counted(self, data: bytes, start: int, then: _Cut) -> int:
        end = min(start + self._left, len(data))
        self._left -= end - start
        if not self._left:
            self._cut = then
        return end

    def _size(self, data: bytes, start: int) -> int:
        found, end = self._match(_SIZE, data, start)
        if found is None:
            return end
        size = int(found[1] or b"0", 16)
        if size > MAX_CHUNK:
            raise errors.Malformed("Not valid HTTP/1.1: the size of a chunk is no number of 64 bits")
        self._held[:] = b"" if size else b"\r\n"
        self._left, self._cut = (size + 2, Framing._chunk) if size else (0, Framing._rest)
        return end

    def _match(self, line: re.Pattern[bytes], data: bytes, start: int) -> tuple[re.Match[bytes] | None, int]:
        """The line that begins at `start`, or began in an earlier read, and the offset behind it."""
        before = len(self._held)
        if not before:
            found = line.match(data, start)
            if found is not None:
                return found, found.end()
        self._held += data[start:]
        found = line.match(bytes(self._held)) if before else None
        return found, len(data) if found is None else start + found.end() - before
