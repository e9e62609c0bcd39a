"""A server on the distribution's PostgreSQL: started, signed in to, read page by page, told of an end, left alone."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.store.postgres.conftest import signed_in, sound
from tests.support.load import every
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, closum

LOOKS = 3
LOOKED = "SELECT query_start FROM pg_stat_activity WHERE query LIKE '%token_revocation%' AND pid <> pg_backend_pid()"


@pytest.fixture
def served(url: str, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, CLOSUM_DATABASE=url) as server:
        yield server


def test_every_page_of_a_list_once(served: Server, url: str) -> None:
    assert "closum serves on" in served.printed
    with signed_in(served, url) as api:
        names = [f"lead {number % 7} {number}" for number in range(120)]
        for name in names:
            api.new("lead", {"name": name})
        found = []
        for page in range(1, 13):
            answer = api.get(f"/api/lead?limit=10&page={page}&sort=name").json()
            assert answer["pagination"]["count"] == len(names)
            found += [lead["name"] for lead in answer["data"]]
        assert found == sorted(names)
        assert len(every(api, "lead")) == len(names)
    sound(url)


def test_a_token_and_its_end(served: Server, url: str) -> None:
    body = {"email": "admin@example.com", "password": served.password}
    token = httpx2.post(f"{served.address}/api/token", json=body, timeout=PATIENCE).json()["data"]["token"]
    headers = {"Authorization": f"Bearer {token}"}

    def status() -> int:
        return httpx2.get(f"{served.address}/api/lead", headers=headers, timeout=PATIENCE).status_code

    assert status() == 200
    done = closum("user", "sign-out", "admin@example.com", folder=served.folder, CLOSUM_DATABASE=url)
    assert done.returncode == 0
    wait_until(lambda: status() == 401)


def test_left_alone_it_looks_and_is_silent(served: Server, url: str) -> None:
    """Its looks at whose tokens were ended go on, and nothing of them is in the log."""
    with psycopg.connect(url, autocommit=True) as operator:

        def looked() -> object:
            rows = operator.execute(LOOKED).fetchall()
            return rows[0][0] if rows else None

        seen: set[object] = set()

        def often() -> bool:
            seen.add(looked())
            return len(seen) > LOOKS

        wait_until(often)
    assert served.log.read_text() == ""
