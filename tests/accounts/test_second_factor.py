"""Second factors: the codes of an app and recovery codes, each of which counts once."""

import re
import xml.etree.ElementTree as ET

import pyotp
import pytest

from closum.accounts import second_factor, users
from closum.accounts.second_factor import STEP, Enrolment
from closum.errors import Invalid, NotFound
from closum.model.change import By
from closum.store import identity, ledger, second_factors
from closum.store.identity import Account, User
from closum.store.session import Session
from closum.store.unit import Unit

KEY = b"a key that is long enough to be one"
NOW = 1_800_000_000
BY = By(None, "request-1", "page")


@pytest.fixture
def ana(session: Session, account: Account) -> User:
    with session.write() as unit:
        found = identity.user(unit, users.add_user(unit, account, "ana@example.com", "hash"))
    assert found
    return found


def code_of(enrolment: Enrolment, now: int = NOW) -> str:
    """As an app shows it, which knows the URI alone."""
    app = pyotp.parse_uri(enrolment.uri)
    assert isinstance(app, pyotp.TOTP)
    return app.at(now)


def added(session: Session, user: User) -> tuple[Enrolment, list[str]]:
    with session.write() as unit:
        unit.now = NOW - 10 * STEP
        enrolment = second_factor.begin(unit, KEY, user)
        return enrolment, second_factor.confirm(unit, KEY, user, code_of(enrolment, unit.now), BY)


def use(session: Session, user: User, code: str, now: int = NOW, key: bytes = KEY) -> bool:
    with session.write() as unit:
        unit.now = now
        return second_factor.use(unit, key, user.id, code)


def test_it_counts_once_it_is_confirmed(session: Session, ana: User) -> None:
    with session.write() as unit:
        unit.now = NOW
        first, enrolment = (second_factor.begin(unit, KEY, ana) for _ in range(2))
        assert second_factor.pending(unit, KEY, ana) == enrolment
        assert not second_factor.is_on(unit, ana.id)
        assert not second_factor.use(unit, KEY, ana.id, code_of(enrolment))
        for wrong in (code_of(first), "", "000000x", "\udcff", code_of(enrolment, NOW + 2 * STEP)):
            with pytest.raises(Invalid):
                second_factor.confirm(unit, KEY, ana, wrong, BY)
        recovery = second_factor.confirm(unit, KEY, ana, code_of(enrolment), BY)
        assert second_factor.is_on(unit, ana.id)
        assert second_factor.pending(unit, KEY, ana) is None
        assert second_factors.users(unit, ana.account_id) == {ana.id}
        assert [one.event for one in ledger.entries(unit)][-1] == "second_factor_added"
    assert len(set(recovery)) == 10
    assert all(re.fullmatch(r"(\w{4}-){3}\w{4}", one) for one in recovery)


def test_another_one_is_not_added_over_it(session: Session, ana: User) -> None:
    enrolment, _ = added(session, ana)
    with pytest.raises(Invalid), session.write() as unit:
        second_factor.begin(unit, KEY, ana)
    assert use(session, ana, code_of(enrolment))


def test_a_code_counts_once_also_the_one_that_confirmed(session: Session, ana: User) -> None:
    with session.write() as unit:
        unit.now = NOW
        enrolment = second_factor.begin(unit, KEY, ana)
        second_factor.confirm(unit, KEY, ana, code_of(enrolment), BY)
    assert not use(session, ana, code_of(enrolment))
    assert use(session, ana, code_of(enrolment, NOW + STEP))
    assert not use(session, ana, code_of(enrolment, NOW + STEP))
    assert not use(session, ana, code_of(enrolment))


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(session: Session, ana: User, steps: int, counts: bool) -> None:
    enrolment, _ = added(session, ana)
    assert use(session, ana, code_of(enrolment, NOW + steps * STEP)) is counts


def test_a_code_may_be_typed_with_spaces(session: Session, ana: User) -> None:
    enrolment, _ = added(session, ana)
    code = code_of(enrolment)
    assert use(session, ana, f" {code[:3]} {code[3:]}\n")


def test_each_recovery_code_counts_once(session: Session, ana: User) -> None:
    _, recovery = added(session, ana)
    assert [use(session, ana, code) for code in (recovery[0], recovery[0], recovery[1].upper())] == [
        True,
        False,
        True,
    ]
    with session.read() as unit:
        assert second_factors.recovery_codes_left(unit, ana.id) == 8
        assert recovery[2].replace("-", "") not in str(unit.all("SELECT * FROM recovery_code"))


def test_new_recovery_codes_end_those_before(session: Session, ana: User) -> None:
    _, before = added(session, ana)
    with session.write() as unit:
        after = second_factor.make_recovery_codes(unit, ana, BY)
    assert [use(session, ana, code) for code in (before[0], after[0])] == [False, True]


def test_the_database_alone_makes_no_code(session: Session, ana: User) -> None:
    """The secret is made of the signing key, too: with another one, recovery codes count and nothing else."""
    enrolment, recovery = added(session, ana)
    with session.read() as unit:
        assert enrolment.secret not in str(unit.all("SELECT * FROM second_factor"))
    assert not use(session, ana, code_of(enrolment), key=KEY[::-1])
    assert use(session, ana, recovery[0], key=KEY[::-1])
    assert use(session, ana, code_of(enrolment))


def test_it_is_removed_with_its_recovery_codes(session: Session, account: Account, ana: User) -> None:
    enrolment, recovery = added(session, ana)

    def remove(unit: Unit, account_id: int) -> bool:
        return second_factor.remove(unit, account_id, ana.id, BY)

    with session.write() as unit:
        with pytest.raises(NotFound):
            remove(unit, users.add_account(unit, "Other").id)
        assert second_factor.is_on(unit, ana.id)
        assert [remove(unit, account.id) for _ in range(2)] == [True, False]
        assert [one.event for one in ledger.entries(unit)].count("second_factor_removed") == 1
        with pytest.raises(Invalid):
            second_factor.make_recovery_codes(unit, ana, BY)
    assert not any(use(session, ana, code) for code in (code_of(enrolment), recovery[0]))
    again, _ = added(session, ana)
    assert again.secret != enrolment.secret


def test_what_was_begun_is_removed_without_a_word(session: Session, account: Account, ana: User) -> None:
    with session.write() as unit:
        second_factor.begin(unit, KEY, ana)
        assert not second_factor.remove(unit, account.id, ana.id, BY)
        assert second_factor.pending(unit, KEY, ana) is None


def test_it_goes_with_its_user(session: Session, ana: User) -> None:
    added(session, ana)
    with session.write() as unit:
        identity.remove_user(unit, ana.id)
        assert [unit.all(f"SELECT * FROM {one}") for one in ("second_factor", "recovery_code")] == [[], []]


def test_the_picture_obeys_the_policy_of_pages(session: Session, ana: User) -> None:
    enrolment, _ = added(session, ana)
    assert enrolment.uri.startswith("otpauth://totp/closum:ana%40example.com?secret=")
    picture = ET.fromstring(enrolment.qr)
    assert picture.attrib.keys() == {"class", "viewBox"}
    assert {one.tag for one in picture} == {"path"}
    assert {name for one in picture for name in one.attrib} <= {"class", "d", "fill", "stroke", "transform"}
