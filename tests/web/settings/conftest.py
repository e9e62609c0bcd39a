"""A database with a user who has a password."""

from pathlib import Path

import pytest

from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.entering import add_user


@pytest.fixture
def url(folder: Path, session: Session, account: Account) -> str:
    add_user(session, account)
    return engines.current.url(folder)
