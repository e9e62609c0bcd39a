"""Files of leads: sent in pieces, looked at, tried, imported, and what is refused taken back."""

import io
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx2
import pytest

from closum_client import Client, Conflict, Invalid, NotFound, _group
from closum_client._content import PIECE
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import body, ok, refused
from tests.support.patience import PATIENCE

FILE = "Nome,E-mail,Telefone\nAna,ana@example.pt,912 345 678\nRui,rui@@example.pt,\n"
IMPORT = {
    "id": 3,
    "phase": "ready",
    "error": None,
    "file": {"name": "leads.csv", "size": 9, "sha256": "ab", "is_kept": True},
    "format": "csv",
    "encoding": "utf-8",
    "delimiter": ",",
    "sheet": None,
    "header_line": 1,
    "match": ["email", "phone"],
    "on_match": "skip",
    "country": None,
    "rows": 2,
    "total": None,
    "rate": 2.5,
    "counts": {"created": 1},
    "is_dry_run": False,
    "operation": None,
    "undone_by": None,
    "created": "2018-01-01T10:00:00+00:00",
    "modified": "2018-01-01T10:00:00+00:00",
}
WHOLE = {
    **IMPORT,
    "sheets": [],
    "columns": [{"column": 1, "heading": "Nome", "to": "name", "type": "text", "samples": ["Ana", 1]}],
    "warning_count": 0,
    "warnings": [],
    "faults": [
        {"line": 3, "faults": [{"column": 2, "property": "email", "rule": "_email", "message": "no"}]}
    ],
    "preview": [],
}


def phases(*names: str) -> list[httpx2.Response]:
    return [ok({**WHOLE, "phase": name}) for name in names]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "feira de maio.csv"
    found.write_text(FILE, encoding="utf-8")
    return found


def test_a_file_is_sent_in_pieces_with_its_name(scripted: Scripted, tmp_path: Path) -> None:
    content = bytes(range(256)) * (2 * PIECE // 256) + b"end"
    (tmp_path / "é.csv").write_bytes(content)
    client, script = scripted(*[ok({"id": 3}, 201)] * 4)
    memory = io.BytesIO(b"before" + content)
    memory.seek(6)
    with (tmp_path / "é.csv").open("rb") as opened:
        for file, options in (
            (tmp_path / "é.csv", {}),
            (str(tmp_path / "é.csv"), {"name": "other"}),
            (opened, {}),
            (memory, {}),
        ):
            assert client.imports.upload(cast(Any, file), **options) == 3
    assert [one.content for one in script.requests] == [content] * 4
    headers = [one.headers for one in script.requests]
    assert [one["X-File-Name"] for one in headers] == ["%C3%A9.csv", "other", "%C3%A9.csv", ""]
    assert {one["Content-Length"] for one in headers} == {str(len(content))}
    assert not any("Transfer-Encoding" in one for one in headers)
    assert {one["Content-Type"] for one in headers} == {"application/octet-stream"}


def test_a_file_is_sent_again_from_its_beginning_with_its_key(scripted: Scripted, path: Path) -> None:
    client, script = scripted(httpx2.ReadError("gone"), refused(503), ok({"id": 3}, 201))
    assert client.imports.upload(path) == 3
    assert [one.content.decode() for one in script.requests] == [FILE] * 3
    assert len({one.headers["Idempotency-Key"] for one in script.requests}) == 1


def test_what_rows_become_is_said(scripted: Scripted, path: Path) -> None:
    client, script = scripted(ok({"id": 3}, 201))
    assert client.imports.upload(path, resource="audience_list") == 3
    assert script.calls == ["POST /api/import?resource=audience_list"]


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("file", [io.StringIO("text"), Pipe(b"x")])
def test_what_cannot_be_sent(file: Any, scripted: Scripted) -> None:
    client, script = scripted()
    with pytest.raises(ValueError, match="not a pipe"):
        client.imports.upload(cast(BinaryIO, file))
    with pytest.raises(FileNotFoundError):
        client.imports.upload("there/is/no.csv")
    assert script.calls == []


def test_records(scripted: Scripted) -> None:
    client, script = scripted(
        ok(WHOLE), ok([IMPORT], pagination={"next": None, "has_next_page": False, "limit": None})
    )
    found = client.imports.retrieve(3)
    assert (found.rate, found.columns[0].samples, found.faults[0].faults[0]["rule"]) == (
        2.5,
        ("Ana", 1),
        "_email",
    )
    assert [one.file["name"] for one in client.imports.list()] == ["leads.csv"]
    assert script.calls == ["GET /api/import/3", "GET /api/import"]


def test_waiting(scripted: Scripted, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    client, script = scripted(*phases("analysis", "import", "done"), *phases("import", "import"))
    assert client.imports.wait(3).phase == "done"
    assert pauses == [0.25, 0.375]
    pauses.clear()
    monkeypatch.setattr(_group, "monotonic", lambda: 1000 + sum(pauses))
    with pytest.raises(TimeoutError, match="3 has not ended within"):
        client.imports.wait("3", timeout=0.2)
    assert script.is_at_end


def test_from_the_beginning_to_the_end(scripted: Scripted, path: Path) -> None:
    client, script = scripted(
        ok({"id": 3}, 201), *phases("ready", "analysis", "ready", "ready"), ok(IMPORT), *phases("done")
    )
    found = client.imports.run(
        path, encoding="cp1252", on_match="update", mapping=[{"column": 1, "to": "name"}]
    )
    assert found.phase == "done"
    assert script.calls == [
        "POST /api/import",
        "GET /api/import/3",
        "PUT /api/import/3",
        "GET /api/import/3",
        "PUT /api/import/3",
        "POST /api/import/3/start",
        "GET /api/import/3",
    ]
    assert [body(one) for one in script.requests if one.method == "PUT"] == [
        {"encoding": "cp1252"},
        {"on_match": "update", "mapping": [{"column": 1, "to": "name"}]},
    ]
    assert body(script.requests[5]) == {"dry_run": False, "sha256": "ab"}


def test_what_is_refused_at_this_point_is_not_sent_again(scripted: Scripted) -> None:
    client, script = scripted(refused(409, "Import 3 has ended"))
    with pytest.raises(Conflict, match="has ended") as caught:
        client.imports.start(3)
    assert (caught.value.outcome_unknown, script.is_at_end) == (False, True)


def test_a_file_that_cannot_be_read_is_not_started(scripted: Scripted, path: Path) -> None:
    client, script = scripted(ok({"id": 3}, 201), *phases("failed"))
    assert client.imports.run(path, country="PT").phase == "failed"
    assert script.is_at_end


def test_against_a_server(client: Client, path: Path) -> None:
    tried = client.imports.run(path, dry_run=True, timeout=PATIENCE, country="PT", match="email")
    assert (tried.phase, tried.is_dry_run, tried.counts["created"], tried.match) == (
        "ready",
        True,
        1,
        ("email",),
    )
    assert [one.lead["name"] for one in tried.preview] == ["Ana"]
    assert list(client.leads.list()) == []
    client.imports.start(tried.id, sha256=tried.file["sha256"])
    done = client.imports.wait(tried.id, timeout=PATIENCE)
    assert (done.phase, done.counts["created"], done.counts["faulty"]) == ("done", 1, 1)
    assert [one.name for one in client.leads.list()] == ["Ana"]
    assert [one.id for one in client.imports.list()] == [done.id]
    client.imports.faults(done.id, path.with_name("faults.csv"))
    assert "rui@@example.pt" in path.with_name("faults.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(FileExistsError):
        client.imports.faults(done.id, path)
    memory = io.BytesIO()
    assert client.imports.faults(str(done.id), memory).size == len(memory.getvalue())
    assert done.operation is not None
    client.operations.undo(done.operation)
    assert list(client.leads.list()) == []
    with pytest.raises(NotFound):
        client.imports.cancel(done.id + 1)


def test_a_large_file_and_one_that_cannot_be_read(client: Client, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_text("Nome,Notas\n" + f"Ana,{'x' * 600}\n" * 2_000)
    tried = client.imports.run(large, dry_run=True, timeout=PATIENCE)
    assert (tried.counts["created"], tried.file["size"]) == (2_000, large.stat().st_size)
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    failed = client.imports.run(tmp_path / "old.xls", timeout=PATIENCE)
    assert (failed.phase, bool(failed.error)) == ("failed", True)
    with pytest.raises(Invalid, match="mapping"):
        client.imports.run(large, mapping=[{"heading": "Missing", "to": "name"}], timeout=PATIENCE)
