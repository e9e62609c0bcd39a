"""A list as a file, which is whole or not there."""

import io
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx2
import pytest

from closum_client import BadRequest, Client, ClosumError, Exported, UnexpectedAnswer
from tests.clients.python.both import Connect
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import html, refused

CONTENT = b"id,name\r\n1,Ana\r\n"
DONE = Exported(len(CONTENT), sha256(CONTENT).hexdigest())


def file(content: bytes = CONTENT, sent: bytes = CONTENT) -> httpx2.Response:
    digest = b64encode(sha256(sent).digest()).decode()
    return httpx2.Response(200, content=content, headers={"Repr-Digest": f"sha-256=:{digest}:"})


class Pipe(io.RawIOBase):
    """Takes what is written, and cannot go back."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += data
        return len(data)


class Breaking(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Breaks off after its first bytes."""

    def __iter__(self) -> Iterator[bytes]:
        yield CONTENT[:5]
        raise httpx2.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        raise httpx2.ReadError("gone")


class Streams:
    """A transport whose first answer breaks off."""

    def __init__(self) -> None:
        self.answers = [httpx2.Response(200, headers=file().headers, stream=Breaking()), file()]

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        return self.answers.pop(0)


def test_a_path_gets_the_file(scripted: Scripted, tmp_path: Path) -> None:
    client, script = scripted(file())
    asked = {"filter": "name~=ana", "where": {"city_id": 1}, "fields": ("id", "name"), "sort": "name"}
    done = client.leads.export(tmp_path / "leads.csv", **asked)  # type: ignore[arg-type]
    assert done == DONE
    assert (tmp_path / "leads.csv").read_bytes() == CONTENT
    assert (tmp_path / "leads.csv").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["leads.csv"]
    filters = script.requests[0].url.params.get_list("filter")
    query = {**script.requests[0].url.params} | {"filter": filters}
    assert script.requests[0].url.path == "/api/lead/export"
    assert query == {
        "filter": ["name~=ana", "city_id=1"],
        "fields": "id,name",
        "sort": "name",
        "format": "csv",
    }
    assert script.requests[0].headers["accept"] == "*/*"


def test_the_format_is_that_of_the_name(scripted: Scripted, tmp_path: Path) -> None:
    client, script = scripted(file(), file(), file())
    client.emails.export(str(tmp_path / "a.NDJSON"))
    client.emails.export(tmp_path / "a.txt")
    client.emails.export(io.BytesIO(), format="xlsx")
    assert [call.rpartition("=")[2] for call in script.calls] == ["ndjson", "csv", "xlsx"]
    with pytest.raises(ValueError, match="csv, xlsx, ndjson"):
        client.emails.export(tmp_path / "b.pdf", format="pdf")


def test_a_file_that_exists_stays(scripted: Scripted, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("mine")
    client, _ = scripted(file())
    with pytest.raises(FileExistsError, match="overwrite=True"):
        client.leads.export(path)
    assert path.read_text() == "mine"
    client.leads.export(path, overwrite=True)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "error"),
    [(file(sent=b"x"), UnexpectedAnswer), (html(200), UnexpectedAnswer), (refused(400), BadRequest)],
)
def test_nothing_is_left_of_what_is_not_whole(
    answer: httpx2.Response, error: type[ClosumError], scripted: Scripted, tmp_path: Path
) -> None:
    client, _ = scripted(answer)
    with pytest.raises(error):
        client.leads.export(tmp_path / "leads.csv")
    assert list(tmp_path.iterdir()) == []


def test_one_that_breaks_off_is_begun_again(connect: Connect, pauses: list[float], tmp_path: Path) -> None:
    client = connect(token="a.b.c", script=Streams())
    assert client.leads.export(tmp_path / "leads.csv") == DONE
    assert (tmp_path / "leads.csv").read_bytes() == CONTENT
    memory = io.BytesIO(b"before")
    memory.seek(6)
    assert connect(token="a.b.c", script=Streams()).leads.export(memory) == DONE
    assert memory.getvalue() == b"before" + CONTENT


def test_what_cannot_go_back_is_not_begun_again(connect: Connect, pauses: list[float]) -> None:
    with pytest.raises(OSError, match="cannot be taken back"):
        connect(token="a.b.c", script=Streams()).leads.export(cast(BinaryIO, Pipe()))


def test_against_a_server(client: Client, tmp_path: Path) -> None:
    for name in ("Ana", "Rui"):
        client.leads.create(name=name)
    done = client.leads.export(tmp_path / "leads.csv", fields="id,name", q="rui")
    content = (tmp_path / "leads.csv").read_bytes()
    assert content == b"\xef\xbb\xbfid,name\r\n2,Rui\r\n"
    assert done == Exported(len(content), sha256(content).hexdigest())
    with pytest.raises(BadRequest, match="nobody"):
        client.leads.export(tmp_path / "other.csv", filter="nobody=1")
