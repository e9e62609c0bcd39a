"""TLS between a connection's transport and its protocol, which keeps what TCP can.

The event loops' own TLS transports know no half-close: they drop the answers to a client that sends no more. They hide
how much is still to be sent, and cut a slow client off some time after `close`, whatever it has read.
"""

import asyncio
import contextlib
import logging
import ssl
from typing import Any

HANDSHAKE_SECONDS = 10.0
READ = 64 * 1024  # bytes; OpenSSL gives one record of at most 16 KiB at a time

log = logging.getLogger("closum.server")


class Tls(asyncio.Protocol):
    """The protocol of a transport, and the transport of a protocol.

    `transport` is TCP's, `protocol` one that reads bytes. It may be told to close, to half-close and to pause at any time.
    What it writes before the handshake has ended is dropped: nobody has asked yet.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        protocol: asyncio.Protocol,
        context: ssl.SSLContext,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._transport, self._protocol, self._context = transport, protocol, context
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._received, self._to_send, server_side=True)
        self._is_ready = False  # the handshake has ended
        self._has_ended = False  # it sends no more
        self._is_told = False  # the protocol knows that the client sends no more
        self._deadline = loop.call_later(HANDSHAKE_SECONDS, self._give_up)
        transport.set_protocol(self)

    # A protocol

    def data_received(self, data: bytes) -> None:
        if self._has_ended:
            self._protocol.data_received(data)  # which discards and counts it
            return
        self._received.write(data)
        try:
            if self._is_ready or self._shake_hands():
                self._read()
        except ssl.SSLError as error:
            self._fail(error)

    def _shake_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._send()
        self._is_ready = True
        self._deadline.cancel()
        return True

    def _read(self) -> None:
        pieces, is_over, fault = [], False, None
        try:
            while self._received.pending or self._object.pending():
                piece = self._object.read(READ)
                if not piece:
                    is_over = True
                    break
                pieces.append(piece)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            fault = error
        self._send()  # what TLS itself answers
        if pieces:
            self._protocol.data_received(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if fault:
            self._fail(fault)
        elif is_over:
            self._tell()

    def _fail(self, error: ssl.SSLError) -> None:
        """Ends a connection after what is no TLS, or is forged."""
        log.debug("a TLS connection failed: %s", error.reason)
        self._has_ended = True
        self._send()  # the alert
        if self._is_ready:
            self._transport.abort()
        else:
            self._transport.close()

    def _give_up(self) -> None:
        log.debug("a TLS handshake was not over after %g s", HANDSHAKE_SECONDS)
        self._transport.abort()

    def eof_received(self) -> bool:
        """Also without the alert of TLS that it is the end: a request that is cut short is noticed by its length."""
        if not self._is_ready:
            return False
        self._tell()
        return not self._transport.is_closing()

    def _tell(self) -> None:
        if self._is_told or self._transport.is_closing():
            return
        self._is_told = True
        if not self._protocol.eof_received():
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        self._has_ended = True
        protocol, self._protocol = self._protocol, asyncio.Protocol()  # no cycle of references stays behind
        del self._object, self._received, self._to_send  # 50 kB
        protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    # A transport

    def __getattr__(self, name: str) -> Any:
        """What is not about bytes is TCP's own."""
        return getattr(self._transport, name)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "sslcontext":
            return self._context
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes) -> None:
        if self._is_ready and not self._has_ended:
            left = memoryview(data)
            while left:
                left = left[self._object.write(left) :]
            self._send()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self._end()
        self._transport.write_eof()

    def close(self) -> None:
        self._end()
        self._transport.close()

    def _end(self) -> None:
        """Says that no more will come."""
        if self._is_ready and not self._has_ended:
            self._has_ended = True
            with contextlib.suppress(ssl.SSLError):  # the client's own end is not waited for
                self._object.unwrap()
            self._send()

    def _send(self) -> None:
        data = self._to_send.read()
        if data and not self._transport.is_closing():
            self._transport.write(data)
