"""The commands of docs/guide/bin.md do what it says; `test_readme.py` has its calls, `tests/reference` those of the clients."""

import re
from pathlib import Path

from tests.support.client import Client
from tests.support.documents import command_lines, guide
from tests.support.server import Server, closum

BIN = guide("bin")


def test_the_commands_do_what_the_guide_says(tmp_path: Path) -> None:
    lines = [words for words in command_lines(BIN) if words[:2] != ["lead", "delete"]]
    assert [words[:2] for words in lines] == [
        ["lead", "restore"],
        *(["bin", verb] for verb in ("list", "restore", "purge", "empty")),
    ]
    shown = {"7": "", "9": "5"}
    with Server(tmp_path) as server, Client(server.address, None) as user:
        signed_in = {"email": "admin@example.com", "password": server.password}
        token = user.data("POST", "/api/token", signed_in)["token"]
        user.headers["Authorization"] = f"Bearer {token}"
        environment = {"CLOSUM_URL": server.address, "CLOSUM_TOKEN": token, "NO_PROXY": "*"}
        (body,) = re.findall(r"-d '(\{.*\})'", BIN)
        for content in (body, '{"name":"Rui"}'):
            user.post("/api/lead", content=content, headers={"Content-Type": "application/json"})
            deleted = closum("lead", "delete", str(1 + ("Rui" in content)), folder=tmp_path, **environment)
            assert deleted.returncode == 0, deleted.stderr
        assert [one["id"] for one in user.data("GET", "/api/bin")] == [5, 3]
        assert closum(*lines[0], folder=tmp_path, **environment).stdout == "Restored lead 1.\n"
        user.data("DELETE", "/api/lead/1")
        shown["7"] = entry = str(user.data("GET", "/api/bin")[0]["id"])
        printed = [
            closum(*(shown.get(word, word) for word in words), *more, folder=tmp_path)
            for words, more in zip(lines[1:], ([], [], [], ["--yes"]), strict=True)
        ]
    assert [(one.returncode, one.stderr) for one in printed] == [(0, "")] * 4
    assert [line.split("\t")[:4] for line in printed[0].stdout.splitlines()] == [
        [entry, "lead", "1", "Ana Ferreira"],
        ["5", "lead", "2", "Rui"],
    ]
    assert [one.stdout for one in printed[1:3]] == [
        "Restored lead 1.\n",
        "Removed entry 5 for good; backups keep theirs.\n",
    ]
    assert "is empty" in printed[3].stdout
