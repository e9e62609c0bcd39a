"""What commands that write personal data to a file leave in the ledger."""

import click

from closum.errors import Refusal
from closum.store import ledger
from closum.store.ledger import Event, Value
from closum.store.session import Session


def note(session: Session, event: Event, account_id: int, **detail: Value) -> None:
    """Where the ledger cannot be written the file is made all the same: a full disk is a reason to save what there is."""
    try:
        with session.write() as unit:
            ledger.add(unit, event, account_id, None, **detail)
    except Refusal as refusal:
        click.echo(f"closum: This export is missing in the ledger: {refusal}", err=True)
