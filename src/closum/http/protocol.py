"""HTTP below the routes: uvicorn's protocol, with limits and with the product's own refusals.

`uvicorn.Config(http=protocol(on_refusal))`. What the parser cannot take is 400, a request line over
16 KiB 414, headers over 32 KiB (name and value of each, and 4 bytes) or more than 100 of them 431; all
in the envelope (or, for a browser that asks for a page, as one), with `Connection: close`, and after them nothing of the
connection is parsed.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Sequence
from typing import Any, cast

import httptools
from starlette.types import Receive, Scope, Send

from closum import errors
from closum.http import answer, heads
from closum.http.body import HAS_BODY
from closum.http.closing import LINGER_BYTES, Closing
from closum.http.framing import Framing
from closum.http.heads import MAX_HEADER_COUNT, MAX_HEADERS, MAX_LINE
from closum.http.plain import asks_for_page
from closum.http.plain import page as plain_page
from closum.http.quick import QUICK
from closum.http.tls import Tls

MAX_PIPELINE = 1000
UNIX_CLIENT = ("unix", 0)  # the client of a UNIX socket, whatever it is, trusted by this name

log = logging.getLogger("uvicorn.error")

_REQUEST_LINE = re.compile(rb"(?:\r\n)*([!-~]{1,32}) ([!-\xff]+) ")


def protocol(
    on_refusal: Callable[[int, str], None],
    quick: Sequence[type[Closing]] = QUICK,
    context: Callable[[], ssl.SSLContext | None] = lambda: None,
) -> type["EnvelopeProtocol"]:
    """The class for `uvicorn.Config(http=…)`, calling `on_refusal(status, request_id)` for each refusal.

    `quick` are the optional pieces of `closum.http.quick` that it has; without them it answers the same, slower.
    `context` gives what a new connection begins TLS with, or None for one without TLS.
    """
    own = {"on_refusal": staticmethod(on_refusal), "tls_context": staticmethod(context), "writing": []}
    return type("Protocol", (*quick, EnvelopeProtocol), own)


class EnvelopeProtocol(Closing):
    """One connection.

    `_quiet` counts the bytes read since the parser last got on (headers complete, a piece of a body): a
    bound on what an unfinished head holds, at one addition per read. Above `MAX_LINE` it is measured.
    """

    _quiet = 0
    _got_on = False
    _last_host = b" "  # no request has this one
    _ready: tuple[Any, Any] | None = None  # a request and the application that answers it

    @staticmethod
    def on_refusal(status: int, request_id: str) -> None:
        """Called once for each refused request."""

    @staticmethod
    def tls_context() -> ssl.SSLContext | None:
        """Called once for each connection."""
        return None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        context = self.tls_context()
        if context is not None:
            transport = cast(asyncio.Transport, Tls(transport, self, context, self.loop))
        super().connection_made(transport)
        self.client = self.client or UNIX_CLIENT
        self._framing = Framing()
        self.on_message_begin()  # so that there is a scope from the start

    def data_received(self, data: bytes) -> None:
        if self._discardable is not None:
            self._discardable -= len(data)
            if self._discardable < 0:
                self._socket.close()
            return
        self._unset_keepalive_if_required()
        self._quiet += len(data)
        self._got_on, self._heard = False, True
        try:
            self._parse(data)
            if self._quiet > MAX_LINE:
                self._check_unfinished()
        except httptools.HttpParserError as fault:
            self._refuse(self._explained(fault), data)
        except errors.Error as error:
            self._refuse(error, data)
        if self._got_on:
            self._quiet = 0
        if self._ready is not None:
            self._start_ready()

    def _parse(self, data: bytes) -> None:
        end = self._framing.head(data)
        if end == len(data):
            self._feed(data)
            return
        if end:
            view = memoryview(data)
            self._feed(view[:end])
            if self._framing.rest(len(data) - end):
                self._feed(view[end:])
                return
        for piece in self._framing.pieces(data, end):
            self._feed(piece)

    def _feed(self, piece: bytes | memoryview) -> None:
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:  # at the end of the head, where the piece ends too
            self._ignore_upgrade()

    def on_headers_complete(self) -> None:
        self._got_on = True
        headers = self.headers
        fields = dict(headers)
        if (
            fields.get(b"host") != self._last_host
            or len(fields) != len(headers)
            or len(headers) > MAX_HEADER_COUNT
            or b"transfer-encoding" in fields
            or not self._framing.sound
            or self._quiet > MAX_LINE
            or self.url[:1] != b"/"
        ):
            self._examine(fields)
        if b"content-length" in fields:
            self.scope[HAS_BODY] = True  # type: ignore[literal-required]
            self._framing.body(int(fields[b"content-length"]))
        if self.expect_100_continue and self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # such a client would take it for the answer
        if not self.parser.should_upgrade():  # else it is parsed again
            super().on_headers_complete()
        self.headers = []  # trailers are no headers: the application must not find them among its own

    def on_body(self, body: bytes) -> None:
        self._got_on = True
        super().on_body(body)

    def on_chunk_complete(self) -> None:
        self._got_on = True

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        # Not before the whole read is parsed: a request that is refused with it never reaches the app.
        self._ready = cycle, app if app is self.app else self._overloaded

    def _start_ready(self) -> None:
        if self._ready is not None:
            (cycle, app), self._ready = self._ready, None
            self._begin(cycle, self.answering(cycle, app))

    def _examine(self, fields: dict[bytes, bytes]) -> None:
        """All rules, for a head that is not plainly like the one before it."""
        if len(self.headers) > MAX_HEADER_COUNT:
            raise errors.HeadersTooLarge(f"Too many request headers: at most {MAX_HEADER_COUNT}")
        if self._quiet > MAX_LINE:
            self._check_size()
        heads.check(self.parser.get_http_version(), self.headers, fields, sound=self._framing.sound)
        if b"transfer-encoding" in fields:
            self.scope[HAS_BODY] = True  # type: ignore[literal-required]
            self._framing.chunks()
        if self.url[:1] != b"/":
            self.url = heads.origin_form(self.url)
        self._last_host = fields.get(b"host") or b" "

    def _check_size(self) -> int:
        """Refuses what is too long already; the length of the request line so far, in bytes."""
        line = len(self.parser.get_method()) + len(self.url) + len("  HTTP/1.1") if self.url else 0
        heads.check_size(line, self.headers)
        if len(self.pipeline) > MAX_PIPELINE:
            raise errors.Unavailable(f"Too many requests wait on this connection: at most {MAX_PIPELINE}")
        return line

    def _check_unfinished(self) -> None:
        """The limits for a head, a chunk extension or trailers of which more is to come."""
        if self.cycle is None or self.cycle.scope is not self.scope:
            line = self._check_size()
            if not self._got_on and self._quiet - line > MAX_HEADERS + len(b"\r\n\r\n"):
                raise errors.HeadersTooLarge
        elif not self._got_on and self._quiet > MAX_HEADERS:
            if not self.cycle.more_body:
                self.on_message_begin()  # so that the answer is not about the request before
            raise errors.Malformed("Too many bytes without content: shorten chunk extensions and trailers")

    def _ignore_upgrade(self) -> None:
        """Parses the head of a request with `Upgrade` again, without that header, as RFC 9110 has a server ignore it.

        The parser leaves the body of such a request to another protocol, and it would then be read as a request.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            raise errors.Malformed(heads.TARGET)
        line = b"%s %s HTTP/%s" % (method, self.url, self.parser.get_http_version().encode())
        fields = (b"%s: %s" % field for field in self.scope["headers"] if field[0] != b"upgrade")
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(b"\r\n".join([line, *fields, b"", b""]))

    def _explained(self, fault: httptools.HttpParserError) -> errors.Error:
        """What to answer to what the parser said, or to what was raised in one of its callbacks."""
        cause = fault if fault.__context__ is None else fault.__context__
        if isinstance(cause, errors.Error):
            return cause
        if isinstance(cause, httptools.HttpParserInvalidURLError):
            return errors.Malformed(heads.TARGET)
        if isinstance(cause, httptools.HttpParserError):
            return errors.Malformed(
                f"Not valid HTTP/1.1 ({cause}): send plain HTTP/1.1, no TLS, no HTTP/2, with at most one length"
            )
        log.error("Exception in the HTTP protocol", exc_info=cause)
        return errors.Internal()

    def _refuse(self, error: errors.Error, data: bytes) -> None:
        """Reads no further, and answers as soon as the requests before this one are answered."""
        self._discardable = LINGER_BYTES
        method, url = self._line_so_far(data)
        status, headers, body = self._rendered(
            error, self.root_path.encode() + url if url else url, self.scope
        )
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self._refusal = heads.status_line(status) + head + b"\r\n" + (b"" if method == b"HEAD" else body)
        cycle = self.cycle
        at_fault = cycle is not None and cycle.scope is self.scope and cycle.more_body
        if cycle is None or (self._withdraw(cycle) if at_fault else cycle.response_complete):
            self._send_refusal()

    def _line_so_far(self, data: bytes) -> tuple[bytes, bytes]:
        """Method and target of the request that `data` belongs to; what is not known is empty."""
        if self.url:
            return self.parser.get_method(), self.url
        line = _REQUEST_LINE.match(data) if self._quiet == len(data) and not self._got_on else None
        return (line[1], line[2]) if line is not None else (b"", b"")

    def _withdraw(self, cycle: Any) -> bool:
        """Takes a request with a faulty body back; whether the requests before it are all answered."""
        if self._unqueued(cycle):
            return False
        self._ready = None
        if cycle.response_started:
            self._refusal = b""
        cycle.disconnected = True
        cycle.message_event.set()
        return True

    def _rendered(self, error: errors.Error, url: bytes, scope: Any) -> tuple[int, answer.Headers, bytes]:
        """Status, headers and body of a refusal, which is reported to the hook."""
        request_id = answer.request_id_of(scope["headers"])
        shown, root = answer.quoted(url[:MAX_LINE]), self.root_path
        if asks_for_page(shown, root, scope["headers"]):
            status, headers, body = plain_page(error, root, request_id)
        else:
            status, headers, body = answer.failure(error, shown, request_id)
        self.on_refusal(status, request_id)
        return status, [*headers, (b"connection", b"close")], body

    def _send_refusal(self) -> None:
        if self._refusal is not None and not self.transport.is_closing():
            self.transport.write(self._refusal)
            self.transport.close()

    def on_response_complete(self) -> None:
        if self._refusal is not None and not self.pipeline:
            self._send_refusal()
        self._go_on()
        if self._is_held:
            self._resume_reading()
        if self._half_closed and self._ready is None and not self.transport.is_closing():
            self.transport.close()
        self._start_ready()

    async def _overloaded(self, request: Scope, receive: Receive, send: Send) -> None:
        """Answers in place of the application when uvicorn's `limit_concurrency` is reached."""
        url = request["raw_path"] + (b"?" + request["query_string"] if request["query_string"] else b"")
        error = errors.Unavailable("Too many requests at the same time: try again")
        status, headers, body = self._rendered(error, url, request)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
