"""closum itself: as it comes, and with group commit switched off."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.contestants.contestant import Contestant, Shown, post, shown
from benchmarks.data import PASSWORD, Data, email_of
from benchmarks.load import Call, Target
from benchmarks.process import SERVER_CORE, Process, free_port

CALLS = {
    "lead": Call("/api/lead/<key>"),
    "first page": Call("/api/lead"),
    "second page": Call("/api/lead?page=2"),
    "page": Call("/api/lead?limit=<size>&page=<page>&sort=<sort>"),
    "create": Call(
        "/api/lead",
        "POST",
        '{"name":"Lead <number>","email":{"email":"a<number>@example.com"},'
        '"phone":{"extension":"351","number":"91<number>"}}',
    ),
    "update": Call("/api/lead/<key>", "PUT", '{"name":"Changed <number>"}'),
    "token": Call("/api/token", "POST", json.dumps({"email": "main@example.com", "password": PASSWORD})),
}
SORTS = {"id": "id", "name": "name", "creation_date": "creation_date"}
KEY = "%.0s%d"

# The same server without group commit: each write is a transaction of its own.
ONE_BY_ONE = "from closum.store import writer\nwriter.MAX_SET, writer.GROUP_SECONDS = 1, -1\n"
# The same server without what history and search add to a write.
NEITHER = """from closum.store import history, search
history.follow = lambda unit, operations, taken: ([taken.first_id] * len(operations), [])
search.follow = lambda unit, changes: []
"""
_SERVE = 'from closum.cli import main\nif __name__ == "__main__":\n    main()\n'


def serve(
    folder: Path,
    database: str,
    changed: str = "",
    *,
    workers: int = 1,
    core: int | None = SERVER_CORE,
    beside: int | None = None,
) -> Process:
    """A server over the database, whose process may be `beside` it; `changed` is Python that runs before it, in every process."""
    port, program = free_port(), folder / "serve.py"
    program.write_text(changed + _SERVE, encoding="utf-8")
    environment = {"CLOSUM_DATABASE": database, "CLOSUM_LOG_LEVEL": "warning"}
    command = [sys.executable, str(program), "serve", "--port", str(port), "--workers", str(workers)]
    return Process(command, port, folder, environment, core, beside)


def closum(name: str, process: Process, data: Data) -> Contestant:
    return Contestant(
        name, process, CALLS, SORTS, KEY, targets(process.address, data), lead=_lead_of, page=_page_of
    )


def targets(address: str, data: Data) -> dict[str, list[Target]]:
    """The accounts, with a token of each one's user."""
    found: dict[str, list[Target]] = {}
    for number, (group, name, size) in enumerate(data.named(), 1):
        found.setdefault(group, []).append(Target(number, size, f"Bearer {token(address, name)}"))
    return found


def token(address: str, name: str) -> str:
    """A new token of the user of an account."""
    body = {"email": email_of(name), "password": PASSWORD}
    found: str = post(f"{address}/api/token", body)["data"]["token"]
    return found


def _page_of(answer: Mapping[str, Any]) -> tuple[int, list[Shown]]:
    return answer["pagination"]["count"], [shown(record) for record in answer["data"]]


def _lead_of(answer: Mapping[str, Any]) -> Shown:
    return shown(answer["data"])
