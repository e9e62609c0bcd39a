"""Imports as a command makes them, step by step, and files for them."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from closum.formats.form import Given
from closum.model.draft import MAX_ID
from closum.operations.importing import asked, job, local, report, work
from closum.operations.importing.files import Files
from closum.operations.importing.policy import Policy
from closum.resources.lead import LEAD
from closum.store import imports
from closum.store.background import Key
from closum.store.imports import Import, Sent
from closum.store.session import Session
from closum.store.unit import Unit, timestamp

OF_RECORDS = {
    "email": "id, email, email_key, status",
    "phone": "id, extension, number, number_key, is_valid",
    "lead": "id, name, city_id, custom_data, email_id, email_email, phone_id, phone_extension, phone_number, version",
}


def rows(number: int) -> Iterator[str]:
    """The lines of a file: rows of which one in ten is faulty, and one in five means the lead of a row before it."""
    chance = random.Random(20_180_101)
    yield "Nome,E-mail,Telefone,Cidade,Notas"
    for row in range(number):
        email = (
            f"p{row}@example.com" if chance.random() > 0.2 else f"p{chance.randrange(row + 1)}@example.com"
        )
        email = email if chance.random() > 0.1 else f"p{row}@@example.com"
        yield f"Pessoa {row},{email},+3519{chance.randrange(10**8):08},Faro,nota {row % 7}"


def text(number: int) -> bytes:
    return "\n".join(rows(number)).encode()


def add(
    session: Session,
    account_id: int,
    files: Files,
    content: bytes,
    resource: str = LEAD.name,
    **policy: Any,
) -> int:
    """A new import, which is read; its id."""
    path = files.new(account_id)
    path.write_bytes(content)
    sent = Sent("leads.csv", "text/csv", len(content), hashlib.sha256(content).hexdigest(), path.name)
    with session.write(account_id) as unit:
        number = job.add(unit, sent, Given(), Policy(**policy), resource).id
    carry_out(session, account_id, files, number)
    return number


def start(session: Session, account_id: int, number: int) -> None:
    with session.write(account_id) as unit:
        job.start(unit, number, False, None)


def carry_out(session: Session, account_id: int, files: Files, number: int) -> None:
    """Until what it does has ended."""
    key = Key(account_id, work.NAME, number)
    local.carry_out(session, work.kind(files), key, lambda done, total: None)


def imported(session: Session, account_id: int, files: Files, content: bytes, **policy: Any) -> int:
    number = add(session, account_id, files, content, **policy)
    start(session, account_id, number)
    carry_out(session, account_id, files, number)
    return number


def tables(unit: Unit) -> dict[str, list[Any]]:
    """What an account has, but for times and what it is called by."""
    found = {
        name: unit.all(f"SELECT {columns} FROM {name} WHERE account_id = ? ORDER BY id", (unit.account_id,))
        for name, columns in OF_RECORDS.items()
    }
    found["tally"] = unit.all(
        "SELECT resource, count, last_id FROM tally WHERE account_id = ? AND resource <> 'change' ORDER BY resource",
        (unit.account_id,),
    )
    found["import_fault"] = unit.all(
        "SELECT record, line, faults, cells FROM import_fault WHERE account_id = ? ORDER BY import_id, record",
        (unit.account_id,),
    )
    found["change"] = sorted(
        unit.all("SELECT resource, id, verb FROM change WHERE account_id = ?", (unit.account_id,))
    )
    return found


def counts(found: Import) -> dict[str, Any]:
    """What became of the rows."""
    place = (found.report or {})["run"]
    return {name: place[name] for name in ("record", "created", "updated", "skipped", "faulty", "left_out")}


SMALL = """Nome,E-mail,Telefone,Notas
Nova,imported@example.org,+351 912 345 999,a
Outra,imported@example.org,,b
Errada,imported@@example.org,,c
Antiga,3@example.org,+351 912 345 998,d
"""


def everything(session: Session, account_id: int) -> None:
    """A file, tried and imported, its columns told; leads created and updated, a row refused, another file removed."""
    mapping = [{"heading": "Notas", "to": "custom_data.notes"}]
    with TemporaryDirectory() as folder:
        files = Files(Path(folder))
        number = add(session, account_id, files, SMALL.encode(), on_match="update")
        with session.write(account_id) as unit:
            job.change(unit, number, asked.wanted(job.find(unit, number), {"mapping": mapping}))
            job.start(unit, number, True, None)
        carry_out(session, account_id, files, number)
        start(session, account_id, number)
        carry_out(session, account_id, files, number)
        other = add(session, account_id, files, SMALL.encode())
        with session.write(account_id) as unit:
            report.shown(unit, job.find(unit, number))
            assert [one.line for one in imports.faults(unit, number, 0, 9)] == [4]
            assert len(imports.newest(unit, 9, MAX_ID)) == len(
                imports.with_files(unit, timestamp(unit.now + 1), 9)
            )
            assert not imports.is_known(unit, "another")
            job.cancel(unit, other)
            job.drop(unit, other)
