"""Every statement is one that Citus takes, and those on an account stay on its machine."""

import pytest

from closum.accounts import attempts
from closum.accounts.keys import signing_key
from closum.store import identity
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from tests.support.citus.limits import refusals
from tests.support.every_operation import ACCOUNT_TABLES
from tests.support.tracing import traced

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

GAP = """
INSERT INTO tally_span (account_id, resource, span, after_id, missing_1)
VALUES (?, ?, ?, ?, (SELECT COALESCE(SUM(missing_1), 0) FROM tally_span WHERE account_id = ?))
ON CONFLICT (account_id, resource, span, after_id) DO UPDATE SET missing_1 = tally_span.missing_1 + excluded.missing_1
"""

WALK = """
WITH RECURSIVE walk (account_id, span) AS (
 SELECT account_id, last_id FROM tally WHERE account_id = ?
 UNION ALL SELECT walk.account_id, walk.span / 2 FROM walk JOIN tally_span AS gap
"""


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (GAP, "subqueries are not supported"),
        (
            "INSERT INTO lead (account_id, id) SELECT account_id, id FROM email",
            "subqueries are not supported",
        ),
        ("INSERT INTO lead (id) VALUES (?)", "has no account"),
        ("INSERT INTO city (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET at = now()", "IMMUTABLE"),
        (
            "INSERT INTO tally (account_id) VALUES (?) ON CONFLICT (x) DO UPDATE SET account_id = 1",
            "partition value",
        ),
        ("UPDATE lead SET name = (SELECT email FROM email) WHERE account_id = ?", "depends on other rows"),
        ("UPDATE lead SET name = email FROM email WHERE account_id = ?", "depends on other rows"),
        ("DELETE FROM lead USING email WHERE account_id = ?", "depends on other rows"),
        ("UPDATE lead SET name = ? WHERE id = ?", "every machine"),
        ("UPDATE lead SET account_id = ? WHERE account_id = ?", "partition value"),
        ("UPDATE city SET at = random() WHERE id = ?", "VOLATILE"),
        ("SELECT 1 FROM tally ORDER BY resource FOR UPDATE", "FOR UPDATE/SHARE"),
        ("WITH gone AS (DELETE FROM lead RETURNING id) SELECT id FROM gone", "data-modifying"),
        (
            f"{WALK} ON gap.account_id = walk.account_id) SELECT 1 FROM walk",
            "recursive CTEs are not supported",
        ),
        (f"{WALK} ON gap.account_id = ? AND gap.span = walk.span) SELECT 1 FROM walk", None),
        ("SELECT 1 FROM lead, LATERAL (SELECT 1 FROM email) AS one", "complex joins"),
        (
            "SELECT 1 FROM (VALUES (?)) AS wanted (value) CROSS JOIN LATERAL"
            " (SELECT 1 FROM email AS record WHERE record.account_id = ? OFFSET 0) AS found",
            None,
        ),
        ("SELECT 1 FROM city AS here WHERE NOT EXISTS (SELECT 1 FROM lead)", "correlated subqueries"),
        ("SELECT 1 FROM account LEFT JOIN lead ON account_id = account.id", "correlated subqueries"),
        ("TRUNCATE lead", "in the course of a transaction"),
        ("SELECT 1 FROM tally WHERE account_id = 7 ORDER BY resource FOR UPDATE", None),
        ("SELECT name FROM lead WHERE account_id = ? AND id = ?", None),
        ("UPDATE lead SET name = ? WHERE account_id = ? AND id = ?", None),
        ("SELECT 1 FROM lead AS here WHERE NOT EXISTS (SELECT 1 FROM city AS there)", None),
    ],
)
def test_a_statement_that_citus_refuses_would_be_seen(engine: object, sql: str, reason: str | None) -> None:
    found = refusals(sql, ACCOUNT_TABLES)
    assert bool(found) == bool(reason)
    assert reason is None or any(reason in one for one in found)


def test_none_of_the_verbs_has_one(executed: list[str]) -> None:
    assert {sql: refusals(sql, ACCOUNT_TABLES) for sql in executed if refusals(sql, ACCOUNT_TABLES)} == {}


def test_nor_have_commands_and_sign_in(session: Session, account: Account, url: str) -> None:
    with traced() as found, open_session(url) as opened:
        with opened.write() as unit:
            other = identity.add_account(unit, "Other", "other")
            users = [
                identity.add_user(
                    unit, other, identity.NewUser(f"{n}@x.example", f"{n}@x.example", "none", "owner")
                )
                for n in "ab"
            ]
            identity.rename_account(unit, other, "Another", "another")
            assert identity.account_row(unit, other)
            identity.change_account(unit, other, {"zone": "WET"}, 2)
            identity.set_password(unit, users[0], "none")
            identity.enable_user(unit, users[0], False)
            identity.enable_account(unit, other, False)
            identity.end_all_tokens(unit)
            identity.remove_user(unit, users[1])
            identity.revoked(unit, 0)
            identity.identity_at(unit, users[0])
        who = attempts.subjects("a@x.example", "192.0.2.1")
        with opened.write() as unit:
            attempts.fail(unit, who)
            attempts.align(unit, 60)
            attempts.marks(unit, who)
            attempts.forgive(unit, "a@x.example")
            opened.store_key(unit, signing_key(None, url))
    assert len(found) > 30
    assert {sql: refusals(sql, ACCOUNT_TABLES) for sql in found if refusals(sql, ACCOUNT_TABLES)} == {}
