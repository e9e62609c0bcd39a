"""No plan of closum is compiled (JIT), whatever the server, the database or the role says: it would cost 0.5 s each."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from closum.model.query import Page, Query
from closum.operations import cities, demo
from closum.resources.lead import LEAD
from closum.store import identity, pages
from closum.store.opening import open_session
from tests.store.postgres.conftest import signed_in
from tests.support.distribution import Distribution
from tests.support.patience import wait_until
from tests.support.server import Server, closum

LEADS = 300
COMPILED = "JIT:"


class Log:
    """What a server of PostgreSQL has logged since this was made."""

    def __init__(self, cluster: Distribution) -> None:
        self._path = cluster.folder / "log"
        self._begin = self._path.stat().st_size

    def text(self) -> str:
        with self._path.open(encoding="utf-8", errors="replace") as file:
            file.seek(self._begin)
            return file.read()


@pytest.fixture
def filled(url: str) -> str:
    with open_session(url, create=True) as session:
        with session.write() as unit:
            cities.seed(unit)
            account_id = identity.add_account(unit, "Acme", "acme")
        for step in demo.steps(0, LEADS, lambda: 1_000, lambda done, total: None):
            with session.write(account_id) as unit:
                step(unit)
    return url


@pytest.fixture
def log(cluster: Distribution, filled: str) -> Iterator[Log]:
    """Afterwards it is tried whether the log would have told."""
    log = Log(cluster)
    yield log
    assert COMPILED not in log.text()
    with psycopg.connect(filled) as other:
        other.execute("SELECT COUNT(*) FROM lead")
    wait_until(lambda: COMPILED in log.text())


def test_a_server_in_use(filled: str, log: Log, tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_DATABASE=filled) as server, signed_in(server, filled) as api:
        body = {"email": "admin@example.com", "password": server.password}
        assert api.post("/api/token", json=body).status_code == 200
        for number in range(60):
            api.new("lead", {"name": f"lead {number}", "email": {"email": f"a{number}@example.com"}})
        for sort in ("id", "name", "email.email", "creation_date"):
            for page in (1, 2, 6):
                for _ in range(3):
                    path = f"/api/lead?limit=10&page={page}&sort={sort}&direction=desc"
                    assert api.get(path).status_code == 200
        assert api.put("/api/lead/7", json={"name": "changed"}).status_code == 200
        assert api.get("/ready").status_code == 200
        assert "the database" not in server.log.read_text()
    assert "token_revocation" in log.text()  # the watch has looked
    assert "ORDER BY" in log.text()


@pytest.mark.parametrize(
    "words", ["check", "user list", "demo --leads 50", "database copy --from {url} --to sqlite:///copy.db"]
)
def test_a_command(filled: str, log: Log, tmp_path: Path, words: str) -> None:
    done = closum(*words.format(url=filled).split(), folder=tmp_path, CLOSUM_DATABASE=filled)
    assert done.returncode == 0, done.stderr
    assert "SELECT" in log.text()


def test_a_role_that_wants_it(cluster: Distribution, filled: str) -> None:
    """What is set for a role takes precedence over what is set for a database."""
    with psycopg.connect(cluster.url, autocommit=True) as operator:
        operator.execute("CREATE ROLE compiling LOGIN SUPERUSER")
        operator.execute("ALTER ROLE compiling SET jit = on")
        operator.execute("ALTER ROLE compiling SET jit_above_cost = 0")
    log = Log(cluster)
    with open_session(filled.replace("postgres@", "compiling@")) as session, session.read() as unit:
        sql, values = next(pages.statements(LEAD, Query("name", window=Page(2)), 1, "postgres"))
        assert unit.all(sql, values)
    wait_until(lambda: "LEFT JOIN" in log.text())
    assert COMPILED not in log.text()
    with psycopg.connect(cluster.url, autocommit=True) as operator, contextlib.suppress(psycopg.Error):
        operator.execute("DROP ROLE compiling")
