"""A server whose machine's clock is set while it runs."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from closum.accounts.attempts import MOST_PER_ADDRESS, WINDOW
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server

SITE = """
import time

real = time.time


def set_by_file():
    try:
        with open("jump", encoding="ascii") as file:
            return real() + int(file.read() or 0)
    except OSError:
        return real()


time.time = set_by_file
"""


def sign_in(server: Server, password: str) -> httpx2.Response:
    body = {"email": "admin@example.com", "password": password}
    return httpx2.post(f"{server.address}/api/token", json=body, trust_env=False, timeout=PATIENCE)


def warnings(server: Server) -> list[str]:
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in server.log.read_text().rpartition("\n")[0].splitlines()
    ]
    return [line["event"] for line in lines if line["level"] == "warning" and "clock" in line["event"]]


@pytest.mark.slow
@pytest.mark.parametrize(("jump", "way"), [(-87_296, "back"), (87_296, "forward")])
def test_it_logs_the_jump_and_nobody_waits_longer_or_less(folder: Path, jump: int, way: str) -> None:
    (folder / "sitecustomize.py").write_text(SITE)
    with Server(folder, PYTHONPATH=str(folder)) as server:
        for _ in range(MOST_PER_ADDRESS):
            assert sign_in(server, "wrong password").status_code == 401
        (folder / "jump.new").write_text(str(jump))
        (folder / "jump.new").replace(folder / "jump")
        wait_until(lambda: bool(warnings(server)))
        assert [f"went {way} by 8729" in line for line in warnings(server)] == [True]
        answer = sign_in(server, server.password)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= WINDOW
