"""Erasing a person from any resource that shows an address, not from leads alone: a company that the product has not."""

import pytest

from closum.cli import plans
from closum.model.examples import Examples
from closum.model.fields import Text
from closum.model.relations import Nested
from closum.model.resource import Listing, Resource
from closum.operations import person
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.migrate import Migration
from closum.store.session import Session
from tests.support import memos
from tests.support.stored import create

COMPANY = Resource(
    name="company",
    fields=(Text("name"),),
    nested=(Nested("email", EMAIL, "email", ("id", "email"), ("email",)),),
    listing=Listing(listed=("id", "name"), retrieved=("id", "name"), sorts={"id": "id"}),
    examples=Examples(sample={"name": "Acme"}),
)
SQL = """
CREATE TABLE company (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT,
    email_id BIGINT,
    email_email TEXT,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;
CREATE INDEX company_email_id ON company (account_id, email_id, id);
"""
ANA = {"email": {"email": "ana@example.com"}}
SHARED = {"extension": "351", "number": "912345678"}


@pytest.fixture(autouse=True)
def _companies(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    memos.add_tables(session)
    with session.write() as unit:
        for statement in Migration(0, "company.sql", SQL).statements(unit.engine):
            unit.run(statement)
    memos.declare(monkeypatch, COMPANY)


def look(session: Session, account: Account, text: str = "ana@example.com") -> person.Plan:
    with session.read() as unit:
        return person.look(unit.of(account.id), text)


def test_whoever_shows_the_address_goes(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, COMPANY, [ANA | {"name": "Acme"}])
        create(unit, LEAD, [ANA | {"phone": SHARED}])
    plan = look(session, account)
    assert set(plan.showing) == {(COMPANY, 1), (LEAD, 1)}
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert erasure.total == plan.size == (2, 2, 0, 0)
    assert look(session, account).size == (0, 0, 0, 0)


def test_the_person_gets_it_too(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, COMPANY, [ANA | {"name": "Acme"}])
    with session.read() as unit:
        found = person.retrieve(unit.of(account.id), "ana@example.com")
    assert [one["name"] for one in found["companies"]] == ["Acme"]
    assert [one["id"] for one in found["emails"]] == [1]


def test_an_address_that_a_company_shows_stays(
    session: Session, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA | {"phone": SHARED}])
        create(unit, COMPANY, [ANA | {"name": "Acme"}])
    plan = look(session, account, "+351912345678")
    assert set(plan.showing) == {(LEAD, 1)}
    assert [(one.resource, [(other, row["id"]) for other, row in one.shown_by]) for one in plan.kept] == [
        (EMAIL, [(COMPANY, 1)])
    ]
    plans.show(plan, account)
    assert "company 1 (Acme)" in capsys.readouterr().out
    session.write_steps(person.Erasure(plan).steps(), account.id)
    assert set(look(session, account).showing) == {(COMPANY, 1)}
