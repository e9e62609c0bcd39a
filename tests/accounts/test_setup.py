"""The set-up code: who has it makes the first account, once."""

import pytest

from closum.accounts import newcomers, setup, users
from closum.accounts.attempts import WINDOW
from closum.errors import Invalid, SetUpRefused, TooManyAttempts
from closum.model.change import By
from closum.store import identity, ledger
from closum.store.identity import Account
from closum.store.session import Session

NOW = 1_800_000_000
BY = By(None, "request-1", "page")
GIVEN = {"company": "Acme", "email": "Ana@example.com", "name": "Ana", "password": "correct horse"}
FIRST = newcomers.first(GIVEN)


def make(session: Session) -> str:
    with session.write() as unit:
        return setup.make(unit)


def is_right(session: Session, code: str, now: int = NOW) -> bool:
    with session.write() as unit:
        unit.now = now
        return setup.is_right(unit, code)


def test_a_code_makes_the_first_account_and_its_owner(session: Session) -> None:
    code = make(session)
    assert is_right(session, code)
    with session.write() as unit:
        assert setup.needed(unit)
        user = setup.use(unit, code, FIRST, "hash", BY)
        assert not setup.needed(unit)
        assert (user.email, user.name, user.role, user.password_hash) == (
            "Ana@example.com",
            "Ana",
            "owner",
            "hash",
        )
        assert [account.name for account in identity.accounts(unit)] == ["Acme"]
        entries = [(one.event, one.user_id, one.request_id, one.cause) for one in ledger.entries(unit)]
    assert entries == [
        ("account_added", None, "request-1", "page"),
        ("user_added", user.id, "request-1", "page"),
        ("set_up", user.id, "request-1", "page"),
    ]


def test_a_code_is_used_once(session: Session) -> None:
    code = make(session)
    with session.write() as unit:
        setup.use(unit, code, FIRST, "hash", BY)
    assert not is_right(session, code)
    with pytest.raises(SetUpRefused), session.write() as unit:
        setup.use(unit, code, FIRST._replace(company="Other", email="eva@example.com"), "hash", BY)


def test_a_new_code_ends_the_one_before(session: Session) -> None:
    before, code = make(session), make(session)
    assert [is_right(session, one) for one in (before, code)] == [False, True]
    with pytest.raises(SetUpRefused), session.write() as unit:
        setup.use(unit, before, FIRST, "hash", BY)


def test_a_user_of_a_command_ends_the_need_for_a_code(session: Session, account: Account) -> None:
    code = make(session)
    with session.write() as unit:
        users.add_user(unit, account, "ana@example.com", "hash")
        assert not setup.needed(unit)
    assert not is_right(session, code)
    with session.write() as unit:
        identity.remove_user(unit, identity.users(unit)[0].id)
        assert setup.needed(unit)
    assert not is_right(session, code)


def test_it_may_be_typed_in_other_ways_and_is_not_stored(session: Session) -> None:
    code = make(session)
    assert len(code.replace("-", "")) * 5 >= 128
    for typed in (code.upper(), code.replace("-", ""), f" {code} ", code.replace("1", "l").replace("0", "O")):
        assert is_right(session, typed)
    with session.read() as unit:
        ((_, stored),) = unit.all("SELECT * FROM setup_code")
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_ten_wrong_codes_are_heard_in_a_quarter_of_an_hour(session: Session) -> None:
    code = make(session)
    assert [is_right(session, wrong) for wrong in ("", "x", "\udcff", *map(str, range(7)))] == [False] * 10
    for sent in (code, "x"):
        with pytest.raises(
            TooManyAttempts, match=r"^Too many wrong set-up codes: try again in 15 minutes"
        ) as refused:
            is_right(session, sent)
        assert refused.value.retry_after == WINDOW
    assert is_right(session, code, NOW + WINDOW)


def test_a_new_code_forgets_wrong_ones(session: Session) -> None:
    make(session)
    for _ in range(10):
        is_right(session, "x")
    assert is_right(session, make(session))


def test_an_account_without_users_is_joined(session: Session, account: Account) -> None:
    code = make(session)
    with session.write() as unit:
        user = setup.use(unit, code, FIRST._replace(company=" acme "), "hash", BY)
        assert (user.account_id, len(identity.accounts(unit))) == (account.id, 1)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {"company": "_required", "email": "_required", "password": "_required"}),
        ({"company": "a\nb", "name": "\u202e", "password": "short"}, {"company": "_printable", "name": "_printable", "email": "_required", "password": "_minLength"}),
        (GIVEN | {"email": "ana@", "password": "correct\0horse"}, {"email": "_email", "password": "_control"}),
        (GIVEN | {"company": "x" * 256, "password": "é" * 513}, {"company": "_maxLength", "password": "_maxLength"}),
    ],
)  # fmt: skip
def test_faults_come_all_at_once(given: dict[str, str], faults: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        newcomers.first(given)
    found = {name: rule for name, rules in refused.value.faults.items() for rule in rules}
    assert found == faults
