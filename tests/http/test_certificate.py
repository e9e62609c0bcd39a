"""A certificate and its key: what is refused, what clients object to, and when the files are read again."""

import logging
import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from closum.errors import Refusal
from closum.http.certificate import Certificates, Pair, PemFiles, context_of, objection, read
from tests.support.tls import authority, leaf, pair_of, write

NAMES = PemFiles("server.crt", "server.key")


def other(**options: object) -> Pair:
    return pair_of(authority().issue_cert("localhost", **options))  # type: ignore[arg-type]


def encrypted(key: bytes) -> bytes:
    return load_pem_private_key(key, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )


BROKEN: dict[str, tuple[Callable[[Pair], Pair], str]] = {
    "an empty certificate": (
        lambda pair: Pair(b"", pair.key),
        "server.crt has no certificate in PEM form",
    ),
    "no certificate": (
        lambda pair: Pair(b"hello\n", pair.key),
        "server.crt has no certificate in PEM form",
    ),
    "bytes": (lambda pair: Pair(b"\x00\xff\xfe" * 99, pair.key), "server.crt has no certificate in PEM form"),
    "half a certificate": (
        lambda pair: Pair(pair.certificate[:300], pair.key),
        "server.crt has no certificate in PEM form",
    ),
    "a key as a certificate": (
        lambda pair: Pair(pair.key, pair.key),
        "server.crt has no certificate in PEM form",
    ),
    "an empty key": (
        lambda pair: Pair(pair.certificate, b""),
        "server.key has no private key in PEM form",
    ),
    "half a key": (
        lambda pair: Pair(pair.certificate, pair.key[:99]),
        "server.key has no private key in PEM form",
    ),
    "a certificate as a key": (
        lambda pair: Pair(pair.certificate, pair.certificate),
        "server.key has no private key in PEM form",
    ),
    "another's key": (
        lambda pair: Pair(pair.certificate, other().key),
        "The private key server.key does not belong to the certificate server.crt",
    ),
    "another's key of another kind": (
        lambda pair: Pair(pair.certificate, other(key_type=trustme.KeyType.RSA).key),
        "The private key server.key does not belong to the certificate server.crt",
    ),
    "an encrypted key": (
        lambda pair: Pair(pair.certificate, encrypted(pair.key)),
        "The private key server.key is encrypted: store it without a passphrase, readable only by the server's user",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_pair_that_cannot_be_used_is_refused(broken: str) -> None:
    change, message = BROKEN[broken]
    with pytest.raises(Refusal) as refused:
        context_of(change(pair_of(leaf())), NAMES)
    assert str(refused.value) == message


@pytest.mark.parametrize(("name", "what"), [("server.crt", "certificate"), ("server.key", "private key")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, what: str) -> None:
    files = write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(Refusal) as refused:
        read(files)
    assert str(refused.value) == f"The {what} {tmp_path / name} cannot be read: No such file or directory"


@pytest.mark.parametrize("kind", trustme.KeyType)
def test_clients_accept_a_good_one(kind: trustme.KeyType) -> None:
    assert objection(other(key_type=kind), NAMES) is None
    assert objection(pair_of(leaf()), NAMES) is None


def test_clients_object() -> None:
    past = other(not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC))
    future = other(not_before=datetime(2990, 1, 1, tzinfo=UTC), not_after=datetime(2991, 1, 1, tzinfo=UTC))
    beginning = "Clients do not accept the certificate server.crt: "
    assert objection(past, NAMES) == f"{beginning}certificate has expired"
    assert objection(future, NAMES) == f"{beginning}certificate is not yet valid"


class Watched:
    """Two files, and the certificate that is shown of them. `look` is what a server does each second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = write(folder)
        self.certificates = Certificates(self.files, read(self.files))
        self.look = self.certificates.look

    def write(self, name: str, content: bytes) -> None:
        """Into another file, which takes the name."""
        new = self.folder / "new"
        new.write_bytes(content)
        new.replace(self.folder / name)

    def look_twice(self) -> ssl.SSLContext:
        self.look()
        self.look()
        return self.certificates.context


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def test_files_that_stay_change_nothing(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    before = watched.certificates.context
    for _ in range(5):
        assert watched.look_twice() is before
    for name in ("server.crt", "server.key"):
        watched.write(name, (watched.folder / name).read_bytes())
    assert watched.look_twice() is before
    assert caplog.records == []


def test_files_that_are_replaced_one_after_the_other(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    before, new = watched.certificates.context, other()
    watched.look()
    watched.write("server.crt", new.certificate)
    watched.look()
    watched.write("server.key", new.key)
    watched.look()
    assert watched.certificates.context is before  # they have only just changed
    watched.look()
    assert watched.certificates.context is not before
    assert errors(caplog) == []


def test_a_pair_that_does_not_fit_for_long_is_logged_once(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    before, new = watched.certificates.context, other()
    watched.write("server.key", new.key)
    for _ in range(5):
        assert watched.look_twice() is before
    assert errors(caplog) == [
        f"the certificate stays as it was: The private key {watched.files.key} does not belong to the certificate"
        f" {watched.files.certificate}"
    ]
    watched.write("server.crt", new.certificate)
    assert watched.look_twice() is not before
    assert len(errors(caplog)) == 1


def test_a_file_that_is_being_written_is_waited_for(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    before, new = watched.certificates.context, other()
    watched.write("server.key", new.key)
    with (watched.folder / "server.crt").open("wb") as file:
        for piece in (new.certificate[:200], new.certificate[200:400], new.certificate[400:]):
            file.write(piece)
            file.flush()
            watched.look()
            assert watched.certificates.context is before
    assert watched.look_twice() is not before
    assert errors(caplog) == []


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_changes_nothing(
    watched: Watched, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = watched.certificates.context
    change, _ = BROKEN[broken]
    for name, content in zip(("server.crt", "server.key"), change(read(watched.files)), strict=True):
        watched.write(name, content)
    for _ in range(3):
        assert watched.look_twice() is before
    assert len(errors(caplog)) == 1


def test_files_that_are_gone_for_a_while(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    before, new = watched.certificates.context, other()
    for name in watched.files:
        Path(name).unlink()
    assert watched.look_twice() is before
    assert watched.look_twice() is before
    assert len(errors(caplog)) == 1
    for name, content in zip(("server.crt", "server.key"), new, strict=True):
        watched.write(name, content)
    assert watched.look_twice() is not before


def test_links_that_lead_elsewhere(tmp_path: Path) -> None:
    """As certbot renews: `live/name/fullchain.pem` leads to another file in `archive`."""
    first, second = tmp_path / "1", tmp_path / "2"
    for folder, certificate in ((first, leaf()), (second, authority().issue_cert("localhost"))):
        folder.mkdir()
        write(folder, certificate)
    live = tmp_path / "live"
    live.symlink_to(first)
    files = PemFiles(str(live / "server.crt"), str(live / "server.key"))
    certificates = Certificates(files, read(files))
    certificates.look()
    before = certificates.context
    new = tmp_path / "new"
    new.symlink_to(second)
    os.replace(new, live)
    certificates.look()
    certificates.look()
    assert certificates.context is not before


def test_an_expired_one_is_taken_and_told_of(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    before = watched.certificates.context
    expired = other(not_after=datetime(2021, 1, 1, tzinfo=UTC))
    for name, content in zip(("server.crt", "server.key"), expired, strict=True):
        watched.write(name, content)
    assert watched.look_twice() is not before
    assert errors(caplog) == [
        f"Clients do not accept the certificate {watched.files.certificate}: certificate has expired"
    ]
