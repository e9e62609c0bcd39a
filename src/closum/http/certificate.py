"""The certificate that a server shows over TLS, and its private key: two files, which are read again when they change."""

import contextlib
import logging
import os
import ssl
import tempfile
from typing import IO, NamedTuple

from closum.errors import Refusal

# Of TLS 1.2 those with forward secrecy and authenticated encryption; all of TLS 1.3 are like that.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
PROTOCOL = "http/1.1"  # of HTTP, in the handshake (ALPN)

_NOT_ITS_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")
"""What OpenSSL says of another's key; the last where one is RSA and the other is not."""

log = logging.getLogger("closum.server")

State = tuple[tuple[int, ...], ...]
"""Of files: another one, or one that was written, has another."""


class PemFiles(NamedTuple):
    """The names of two files in PEM form: a certificate with those that lead to its authority, and its private key."""

    certificate: str
    key: str


class Pair(NamedTuple):
    """What is in the two files."""

    certificate: bytes
    key: bytes


class Encrypted(Exception):
    """OpenSSL asks for the passphrase of a key."""


def read(files: PemFiles) -> Pair:
    """Raises Refusal."""
    return Pair(_content("certificate", files.certificate), _content("private key", files.key))


def _content(what: str, name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise Refusal(f"The {what} {name} cannot be read: {error.strerror}") from None


def context_of(pair: Pair, files: PemFiles) -> ssl.SSLContext:
    """What connections begin with that show this certificate. Raises Refusal, which names the files."""
    _client_of(pair, files)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_ciphers(CIPHERS)
    context.set_alpn_protocols([PROTOCOL])
    try:
        _load(context, pair)
    except Encrypted:
        raise Refusal(
            f"The private key {files.key} is encrypted: store it without a passphrase, readable only by the server's user"
        ) from None
    except ssl.SSLError as error:
        raise Refusal(_fault(error, files)) from None
    return context


def _load(context: ssl.SSLContext, pair: Pair) -> None:
    """OpenSSL takes names of files only, and those of the pair may have changed since they were read."""

    def passphrase() -> str:
        raise Encrypted

    with contextlib.ExitStack() as stack:
        certificate, key = (_name(stack.enter_context(_nameless()), content) for content in pair)
        context.load_cert_chain(certificate, key, password=passphrase)


def _nameless() -> IO[bytes]:
    """A file in memory, where the system has such: a key is then on no disk but its own."""
    try:
        descriptor = os.memfd_create("closum")
    except AttributeError:  # on macOS
        return tempfile.TemporaryFile()
    return open(descriptor, "w+b")


def _name(file: IO[bytes], content: bytes) -> str:
    file.write(content)
    file.flush()
    file.seek(0)
    return f"/dev/fd/{file.fileno()}"


def _fault(error: ssl.SSLError, files: PemFiles) -> str:
    if error.reason in _NOT_ITS_KEY:
        return f"The private key {files.key} does not belong to the certificate {files.certificate}"
    if not error.reason:  # which typeshed does not know
        return f"{files.key} has no private key in PEM form"
    return f"The certificate {files.certificate} cannot be used: {error.reason.lower().replace('_', ' ')}"


def _client_of(pair: Pair, files: PemFiles) -> ssl.SSLContext:
    """A client that trusts nothing but this certificate."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        client.load_verify_locations(cadata=pair.certificate.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError):
        raise Refusal(f"{files.certificate} has no certificate in PEM form") from None
    return client


def objection(pair: Pair, files: PemFiles) -> str | None:
    """Why clients do not accept a certificate, even if they trust its authority: it has expired, for example."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context_of(pair, files).wrap_bio(to_server, to_client, server_side=True)
    client = _client_of(pair, files).wrap_bio(to_client, to_server)
    try:
        for end in (client, server, client):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    except ssl.SSLCertVerificationError as error:
        return f"Clients do not accept the certificate {files.certificate}: {error.verify_message}"
    return None


class Certificates:
    """The certificate in force. `look` at the files now and then; connections begin with the `context` of the moment.

    It begins with a pair that can be used. Files that cannot be used change nothing, which is logged once.
    """

    def __init__(self, files: PemFiles, pair: Pair) -> None:
        self._files, self._pair = files, pair
        self.context = context_of(pair, files)
        self._taken: State | None = None  # the files that `_pair` is known to be of, or that were refused
        self._seen: State | None = None  # those of the last look

    def look(self) -> None:
        """Takes the files that have changed, once they are the same as at the look before: whole, and both of them."""
        state = self._state()
        if state != self._taken and state == self._seen:
            self._take(state)
        self._seen = state

    def _state(self) -> State:
        return tuple(_state(name) for name in self._files)

    def _take(self, state: State) -> None:
        try:
            pair = read(self._files)
            context = context_of(pair, self._files)
            warning = objection(pair, self._files)
        except Refusal as refusal:
            if self._state() == state:
                self._taken = state
                log.error("the certificate stays as it was: %s", refusal)
            return
        if self._state() != state:
            return
        self._taken = state
        if pair != self._pair:
            self._pair, self.context = pair, context
            log.info("the certificate was read again from %s", self._files.certificate)
            if warning:
                log.warning("%s", warning)


def _state(name: str) -> tuple[int, ...]:
    try:
        found = os.stat(name)
    except OSError as error:
        return (error.errno or 0,)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
