"""A bare ASGI app: the statements of closum through APSW and the same bytes, and nothing else. Reads only."""

import os
from typing import Any

import apsw
import msgspec

connection = apsw.Connection(os.environ["DATABASE_FILE"], statementcachesize=64)
connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
connection.pragma("cache_size", -16_000)
encode = msgspec.json.Encoder().encode
ACCOUNT = int(os.environ["ACCOUNT"])
HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Authorization"),
]

IDENTITY = """
SELECT account_id, token_number FROM account_user JOIN account ON account.id = account_id
WHERE account_user.id = ? AND account_user.enabled = 1 AND account.enabled = 1
"""
LEAD = (
    "SELECT id, name, creation_date, city_id, custom_data, email_id, email_email, phone_id, phone_extension,"
    " phone_number FROM lead WHERE account_id = ? AND id = ?"
)
PAGE = (
    "SELECT id, name, city_id, custom_data, creation_date, phone_extension, phone_number, email_email,"
    " (SELECT count FROM tally WHERE account_id = ? AND resource = ?) FROM lead WHERE account_id = ?"
    " ORDER BY id ASC LIMIT ?"
)


class Email(msgspec.Struct, gc=False):
    email: str


class Phone(msgspec.Struct, gc=False):
    extension: str
    number: str


class Listed(msgspec.Struct, gc=False):
    id: int
    name: str | None
    city_id: int | None
    custom_data: str | None
    creation_date: str
    phone: Phone | None
    email: Email | None


class EmailRecord(msgspec.Struct, gc=False):
    id: int
    email: str


class PhoneRecord(msgspec.Struct, gc=False):
    id: int
    extension: str
    number: str


class Lead(msgspec.Struct, gc=False):
    id: int
    name: str | None
    creation_date: str
    city_id: int | None
    custom_data: str | None
    email: EmailRecord | None
    phone: PhoneRecord | None


def lead(row: Any) -> Lead:
    email = None if row[5] is None else EmailRecord(row[5], row[6])
    return Lead(*row[:5], email, None if row[7] is None else PhoneRecord(row[7], row[8], row[9]))


def listed(row: Any) -> Listed:
    phone = None if row[6] is None else Phone(row[5], row[6])
    return Listed(*row[:5], phone, None if row[7] is None else Email(row[7]))


def page() -> bytes:
    rows = connection.execute(PAGE, (ACCOUNT, "lead", ACCOUNT, 25)).fetchall()
    count = rows[0][-1]
    pages = {"page_count": -(-count // 25), "current_page": 1, "has_next_page": count > 25}
    pages |= {"has_prev_page": False, "count": count, "limit": None}
    return encode({"success": True, "data": [listed(row) for row in rows], "pagination": pages})


async def app(scope: Any, receive: Any, send: Any) -> None:
    connection.execute(IDENTITY, (ACCOUNT,)).fetchall()
    path = scope["path"]
    if path == "/api/lead":
        body = page()
    else:
        row = connection.execute(LEAD, (ACCOUNT, int(path.rpartition("/")[2]))).fetchall()[0]
        body = encode({"success": True, "data": lead(row)})
    headers = [*HEADERS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
