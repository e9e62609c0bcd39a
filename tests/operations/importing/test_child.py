"""What the process that reads a file tells the server: any value that a file can have."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from closum.operations.importing import wire
from closum.operations.importing.child import Task, told

LINES = (
    '{"name": "Ana", "score": 1.50, "big": 123456789012345678901234567890, "list": [1.5, null], "two": ["a", "b"]}\n'
    '{"name": "", "score": -0.5, "big": -1e300, "list": {"a": true}}\n'
)


def sent(path: Path, **more: Any) -> list[Any]:
    """What the server receives."""
    data = path.read_bytes()
    task = Task(str(path), path.name, "", len(data), hashlib.sha256(data).hexdigest(), {}, **more)
    decoder = msgspec.msgpack.Decoder(wire.Told)
    return [decoder.decode(msgspec.msgpack.encode(one)) for one in told(task)]


def test_every_json_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "leads.ndjson"
    path.write_text(LINES, encoding="utf-8")
    (analysis,) = sent(path)
    assert analysis.first[0] == ["Ana", "1.50", "123456789012345678901234567890", "[1.5,null]", "a\nb", ""]
    read, end = sent(path, form=analysis.form, columns=analysis.mapping, cities=[])
    ready, faulty = read.rows
    assert (
        ready.values[2]
        == '{"score":1.50,"big":123456789012345678901234567890,"list":[1.5,null],"two":["a","b"]}'
    )
    assert wire.unpacked(faulty.cells) == ["", "-0.5", "-1e300", "", "", "true"]
    assert isinstance(end, wire.End)
