"""Consents as commands see them: what a check finds, and what goes with a person."""

import pytest

from closum.model.resource import Resource
from closum.operations import check, person
from closum.resources.consent import CONSENT, UNQUALIFIED_LEAD_CONSENT
from closum.resources.lead import LEAD
from closum.resources.unqualified_lead import UNQUALIFIED_LEAD
from closum.store import rows
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.every_operation import erase
from tests.support.stored import create

ANA = {
    "email": {"email": "ana@example.com"},
    "lead_opt_in": {"email": 1, "sms": 1, "enviroment": {"REMOTE_ADDR": "192.0.2.7"}},
}


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("UPDATE lead SET consent_email = NULL WHERE account_id = ? AND id = 2", "consent_email"),
        ("UPDATE lead SET consent_sms = 'withdrawn' WHERE account_id = ? AND id = 2", "consent_sms"),
        ("UPDATE consent SET state = 'withdrawn' WHERE account_id = ? AND id = 3", "consent_email"),
        ("UPDATE consent SET channel = 'fax' WHERE account_id = ? AND id = 4", "consent_sms"),
    ],
)
def test_a_check_names_a_lead_that_does_not_say_what_its_entries_say(
    session: Session, account: Account, statement: str, column: str
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, ANA, {"name": "Rui"}])
    assert faults(session) == []
    with session.write(account.id) as unit:
        unit.run(statement, (account.id,))
    place = f"lead 2 of account {account.id}"
    assert faults(session) == [f"{place}: the column {column} does not agree with what it is made from"]


@pytest.mark.parametrize(
    ("resource", "consents"), [(LEAD, CONSENT), (UNQUALIFIED_LEAD, UNQUALIFIED_LEAD_CONSENT)]
)
def test_what_a_person_consented_to_goes_with_them(
    session: Session, account: Account, resource: Resource, consents: Resource
) -> None:
    (sent,) = (one.name for one in resource.sent)
    ana = {"email": ANA["email"], sent: ANA["lead_opt_in"]}
    with session.write(account.id) as unit:
        create(unit, resource, [ana, {"name": "Rui", sent: {"email": True}}])
    with session.read() as unit:
        found = person.retrieve(unit.of(account.id), "ana@example.com")
    assert [(one["channel"], one["environment"]) for one in found[consents.several.replace(" ", "_")]] == [
        ("email", '{"REMOTE_ADDR":"192.0.2.7"}'),
        ("sms", '{"REMOTE_ADDR":"192.0.2.7"}'),
    ]
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
    with session.read() as unit:
        left = rows.rows_by(unit.of(account.id), consents, "id", range(1, 9))
        assert {one: row[f"{resource.name}_id"] for one, row in left.items()} == {3: 2}
    assert faults(session) == []
