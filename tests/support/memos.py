"""Memos of leads, and comments on memos: what belongs to a record, and to what belongs to it."""

import pytest

from closum import resources
from closum.model.examples import Examples
from closum.model.fields import Text, Timestamp
from closum.model.relations import Parent
from closum.model.resource import Listing, Resource
from closum.resources.lead import LEAD
from closum.resources.together import Resources
from closum.store.migrate import Migration
from closum.store.session import Session

MEMO = Resource(
    name="memo",
    fields=(
        Parent("lead_id", resource=LEAD),
        Text("text", required=True),
        Timestamp("creation_date", read_only=True),
    ),
    listing=Listing(
        listed=("id", "lead_id", "text", "creation_date"),
        retrieved=("id", "lead_id", "text", "creation_date"),
        sorts={"id": "id"},
    ),
    examples=Examples(sample={"lead_id": 1, "text": "Called"}),
)
COMMENT = Resource(
    name="comment",
    fields=(Parent("memo_id", resource=MEMO), Text("text", required=True)),
    listing=Listing(
        listed=("id", "memo_id", "text"),
        retrieved=("id", "memo_id", "text"),
        sorts={"id": "id"},
    ),
    examples=Examples(sample={"memo_id": 1, "text": "Well done"}),
)
WITH_MEMOS = Resources(*resources.RESOURCES, MEMO, COMMENT)

TABLE = """
CREATE TABLE {name} (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    {columns}
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, {parent}_id) REFERENCES {parent} (account_id, id)
)
WITHOUT ROWID -- sqlite
;
CREATE INDEX {name}_{parent}_id ON {name} (account_id, {parent}_id, id);
"""
SQL = TABLE.format(
    name="memo",
    parent="lead",
    columns="lead_id BIGINT NOT NULL, text TEXT NOT NULL, creation_date TEXT NOT NULL,",
) + TABLE.format(name="comment", parent="memo", columns="memo_id BIGINT NOT NULL, text TEXT NOT NULL,")


def add_tables(session: Session) -> None:
    with session.write() as unit:
        for statement in Migration(0, "memos.sql", SQL).statements(unit.engine):
            unit.run(statement)


def declare(patch: pytest.MonkeyPatch, *more: Resource) -> None:
    """Put memos and comments on the list of resources, and others behind them."""
    patch.setattr(resources, "RESOURCES", Resources(*WITH_MEMOS, *more))
