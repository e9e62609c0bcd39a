"""PocketBase: collections made by its own API, with relations, rules and the indexes that the lists need."""

import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.contestants.contestant import Contestant, Shown, post
from benchmarks.contestants.orm import BIN
from benchmarks.data import PASSWORD, Data, copy
from benchmarks.load import Call, Target
from benchmarks.process import Process, free_port

ROOT_USER = {"identity": "root@example.com", "password": PASSWORD}
KEY = "%05d%010d"
SORTS = {"id": "id", "name": "name_sort,id", "creation_date": "created,id"}
# An account is its user, as fast as it gets. By another field of the user (`account = @request.auth.account`, for
# accounts of several users) the rule is a join without an index: lists of 25 000 leads then take thirty times as long.
OWN = "account = @request.auth.id"
FILL = (
    "INSERT INTO users (id, email, password, tokenKey, verified, emailVisibility, created, updated)"
    " SELECT printf('%015d', account_id), email, :hash, printf('%050d', id), 1, 0, '2026-01-01 00:00:00.000Z',"
    " '2026-01-01 00:00:00.000Z' FROM source.account_user",
    "INSERT INTO email (id, account, email) SELECT printf('%05d%010d', account_id, id), printf('%015d', account_id), email"
    " FROM source.email ORDER BY account_id, id",
    "INSERT INTO phone (id, account, extension, number) SELECT printf('%05d%010d', account_id, id),"
    " printf('%015d', account_id), extension, number FROM source.phone ORDER BY account_id, id",
    "INSERT INTO lead (id, account, name, name_sort, city_id, custom_data, created, email, phone)"
    " SELECT printf('%05d%010d', account_id, id), printf('%015d', account_id), COALESCE(name, ''),"
    " COALESCE(name_sort, ''), COALESCE(city_id, 0), COALESCE(custom_data, ''),"
    " replace(substr(creation_date, 1, 19), 'T', ' ') || '.000Z',"
    " CASE WHEN email_id IS NULL THEN '' ELSE printf('%05d%010d', account_id, email_id) END,"
    " CASE WHEN phone_id IS NULL THEN '' ELSE printf('%05d%010d', account_id, phone_id) END"
    " FROM source.lead ORDER BY account_id, id",
)


class Lead(NamedTuple):
    """The type of its custom data, and the indexes besides those of lists."""

    custom_data: str
    indexes: tuple[str, ...] = ()


LEAD = Lead("text")
LEAD_TO_FIND = Lead("json", ("CREATE INDEX lead_city ON lead (account, city_id, id)",))
LIST = "/api/collections/lead/records?expand=email,phone"
_EMAIL = '"account":"<owner>","email":"a<number>@example.com"}'
CALLS = {
    "lead": Call("/api/collections/lead/records/<key>?expand=email,phone"),
    "first page": Call(f"{LIST}&perPage=25&sort=id"),
    "page": Call(f"{LIST}&perPage=<size>&page=<page>&sort=<sort>"),
    "page without total": Call(f"{LIST}&perPage=<size>&page=<page>&sort=<sort>&skipTotal=1"),
    "create": Call(
        "/api/batch",
        "POST",
        '{"requests":['
        f'{{"method":"POST","url":"/api/collections/email/records","body":{{"id":"e0000000<number>",{_EMAIL}}},'
        '{"method":"POST","url":"/api/collections/phone/records","body":'
        '{"id":"p0000000<number>","account":"<owner>","extension":"351","number":"91<number>"}},'
        '{"method":"POST","url":"/api/collections/lead/records","body":{"account":"<owner>","name":"Lead <number>",'
        '"name_sort":"lead <number>","email":"e0000000<number>","phone":"p0000000<number>"}}]}',
    ),
    "create one e-mail": Call("/api/collections/email/records", "POST", "{" + _EMAIL),
    "update": Call(
        "/api/collections/lead/records/<key>",
        "PATCH",
        '{"name":"Changed <number>","name_sort":"changed <number>"}',
    ),
    "token": Call(
        "/api/collections/users/auth-with-password",
        "POST",
        f'{{"identity":"main@example.com","password":"{PASSWORD}"}}',
    ),
}


def fill(source: Path, folder: Path) -> None:
    """Collections through the API; then the data, as the tables have it."""
    _fill(source, folder, FILL, LEAD)


def fill_to_find(source: Path, folder: Path) -> None:
    """As `fill`, with what filters need: custom data as JSON, and an index of cities."""
    leads = FILL[-1].replace("COALESCE(custom_data, '')", "custom_data")
    _fill(source, folder, (*FILL[:-1], leads), LEAD_TO_FIND)


def _fill(source: Path, folder: Path, statements: Sequence[str], lead: Lead) -> None:
    data = folder / "pb_data"
    subprocess.run(
        [BIN / "pocketbase", "superuser", "upsert", *ROOT_USER.values(), "--dir", data],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with _serve(folder) as process:
        _collections(process.address, lead)
        hashed_by = {"email": "first@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
        post(f"{process.address}/api/collections/users/records", hashed_by, _root(process.address))
    copy(source, data / "data.db", statements, {"hash": _password_hash(data / "data.db")})


def pocketbase(folder: Path, data: Data) -> Contestant:
    process = _serve(folder)
    root, targets = _root(process.address), dict[str, list[Target]]()
    for number, (group, _, size) in enumerate(data.named(), 1):
        url = f"{process.address}/api/collections/users/impersonate/{number:015d}"
        targets.setdefault(group, []).append(
            Target(number, size, post(url, {"duration": 86_400}, root)["token"])
        )
    return Contestant("PocketBase", process, CALLS, SORTS, KEY, targets, lead=_shown, page=_page_of)


def _serve(folder: Path) -> Process:
    port = free_port()
    command = [
        str(BIN / "pocketbase"),
        "serve",
        "--http",
        f"127.0.0.1:{port}",
        "--dir",
        str(folder / "pb_data"),
    ]
    return Process(command, port, folder)


def _root(address: str) -> str:
    token: str = post(f"{address}/api/collections/_superusers/auth-with-password", ROOT_USER)["token"]
    return token


def _collections(address: str, lead: Lead) -> None:
    root = _root(address)
    settings = {"batch": {"enabled": True, "maxRequests": 50, "timeout": 3}, "logs": {"maxDays": 0}}
    post(f"{address}/api/settings", settings, root, "PATCH")

    def made(name: str, fields: list[dict[str, Any]], indexes: list[str]) -> dict[str, Any]:
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), OWN)
        body = {"name": name, "type": "base", "fields": fields, "indexes": indexes, **rules}
        found: dict[str, Any] = post(f"{address}/api/collections", body, root)
        return found

    def relation(name: str, to: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "name": name,
            "type": "relation",
            "collectionId": to["id"],
            "maxSelect": 1,
        }

    owner = relation("account", post(f"{address}/api/collections/users", None, root, "GET"))
    email = made(
        "email",
        [owner, {"name": "email", "type": "email", "required": True}],
        ["CREATE UNIQUE INDEX email_email ON email (account, email)"],
    )
    phone = made(
        "phone",
        [owner, *({"name": name, "type": "text", "required": True} for name in ("extension", "number"))],
        ["CREATE UNIQUE INDEX phone_number ON phone (account, extension, number)"],
    )
    made(
        "lead",
        [
            owner,
            *({"name": name, "type": "text"} for name in ("name", "name_sort")),
            {"name": "custom_data", "type": lead.custom_data},
            {"name": "city_id", "type": "number", "onlyInt": True},
            {"name": "created", "type": "autodate", "onCreate": True},
            relation("email", email),
            relation("phone", phone),
        ],
        [
            "CREATE INDEX lead_account ON lead (account, id)",
            "CREATE INDEX lead_name ON lead (account, name_sort, id)",
            "CREATE INDEX lead_created ON lead (account, created, id)",
            *lead.indexes,
        ],
    )


def _password_hash(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        (found,) = connection.execute("SELECT password FROM users").fetchone()
        connection.execute("DELETE FROM users")
    connection.close()
    return str(found)


def _page_of(answer: Mapping[str, Any]) -> tuple[int, list[Shown]]:
    return answer["totalItems"], [_shown(record) for record in answer["items"]]


def _shown(record: Mapping[str, Any]) -> Shown:
    expanded = record.get("expand", {})
    phone = expanded.get("phone", {})
    return (
        record["name"],
        record["city_id"],
        record["custom_data"],
        expanded.get("email", {}).get("email", ""),
        phone.get("extension", ""),
        phone.get("number", ""),
    )
