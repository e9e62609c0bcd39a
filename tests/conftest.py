"""Fixtures that every test may use: a database, a running server, a client with an account of its own."""

import gc
import itertools
import logging
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from closum.accounts import users
from closum.accounts.tokens import Tokens
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine as engines
from tests.support import plain, postgres, quick
from tests.support.client import Client
from tests.support.engine import ENGINES, Engine, session_of
from tests.support.server import Server

_numbers = itertools.count(1)

settings.register_profile("any machine", settings(), deadline=None)  # however slow
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true a skipped test is a failed one: what it needs is missing."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """And so is a module that is skipped as a whole."""
    report = yield
    _fail_if_skipped(report)
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "how many numbers and addresses tests/model/test_quick_paths.py makes up"
    parser.addoption("--generated", type=int, default=5_000, help=text)
    text = "start servers without the optional pieces of closum.http.quick"
    parser.addoption("--plain-http", action="store_true", help=text)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Of `-n auto`: tests wait for disks and for other processes, too, so that as many as cores would leave some idle."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--plain-http"):
        plain.pieces = ()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests are millions of objects that stay to the end, so no search for cycles goes through them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    quick.mark(items)


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("CI") == "true":
        report.longrepr = f"skipped under CI=true: {report.longrepr}"
        report.outcome = "failed"


@pytest.fixture(scope="session", autouse=True)
def _takes_ctrl_c() -> None:
    """Processes that tests start take Ctrl-C, also where this one was started to ignore it (`make test &`)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def program() -> "Programs":
    """Programs of the system that a test needs: `program("nginx", package="nginx-light")` gives its path."""
    return Programs()


class Programs:
    def __call__(self, name: str, package: str) -> str:
        path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if path is None:
            pytest.skip(f"{name} is not installed: apt-get install {package}")
        return path


@pytest.fixture(scope="session", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Runs whatever asks for it on both databases."""
    return ENGINES[request.param]


@pytest.fixture(autouse=True)
def _logs_at_every_level() -> None:
    """An application in the process of another test has set levels, which stay."""
    logging.getLogger("closum").setLevel(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def _on_its_engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test starts is on its engine; one that asks for none is on SQLite."""
    engines.current = engines.SQLITE
    quick.watch(request.node)
    if "engine" in request.fixturenames:
        engines.current = request.getfixturevalue("engine")
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    quick.unwatch()
    if folder:
        engines.current.forget(folder)
    engines.current = engines.SQLITE  # for what a module begins with before its first test


def pytest_sessionfinish() -> None:
    postgres.remove_shared_cluster()


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    """An empty folder, with a place for a database on either engine."""
    return tmp_path


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    """A new database with its cities, as a command opens it."""
    engines.current.fill(folder)
    with session_of(folder) as session:
        yield session


@pytest.fixture
def account(session: Session) -> Account:
    """An account in the new database."""
    with session.write() as unit:
        return users.add_account(unit, "Acme")


@pytest.fixture(scope="session")
def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server process that the tests of one worker share; each test uses an account of its own."""
    engines.current = engine
    started = Server(tmp_path_factory.mktemp("server"), unhurried=True)
    with started as server, server.keeping_its_session():
        yield server


@pytest.fixture
def api(server: Server) -> Iterator[Client]:
    """A client of the shared server, signed in to a fresh account."""
    with sign_up(server) as client:
        yield client


@pytest.fixture
def other_api(server: Server) -> Iterator[Client]:
    """A client signed in to another fresh account of the shared server."""
    with sign_up(server) as client:
        yield client


def sign_up(server: Server, account_name: str = "") -> Client:
    """A client with a token for a new user, of a new account unless one is named."""
    number = next(_numbers)
    email = f"user{number}@example.com"
    with server.session() as session, session.write() as unit:
        add, name = (
            (users.account_named, account_name) if account_name else (users.add_account, f"Account {number}")
        )
        account = add(unit, name)
        user_id = users.add_user(unit, account, email, "no password")
        now = unit.now  # at which the numbers of the user's tokens begin
    token = Tokens(server.key).issue(user_id, now, now)
    return Client(server.address, token, email=email, account=account.name)
