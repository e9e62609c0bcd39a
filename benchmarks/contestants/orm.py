"""The two peers in Python, whose tables have the same names: FastAPI with SQLAlchemy, and Django REST framework."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.contestants.contestant import Contestant, Shown, shown
from benchmarks.data import PASSWORD, ROOT, Data, copy, email_of
from benchmarks.load import Call, Target
from benchmarks.process import Process, clean_environment, free_port

BIN = ROOT / ".cache/benchmarks/peers/bin"
SOURCES = ROOT / "benchmarks/peers"
KEY = "%d%08d"
SORTS = {"id": "id", "name": "name", "creation_date": "creation_date"}
FILL = (
    "INSERT INTO email (id, account_id, email)"
    " SELECT account_id * 100000000 + id, account_id, email FROM source.email ORDER BY account_id, id",
    "INSERT INTO phone (id, account_id, extension, number)"
    " SELECT account_id * 100000000 + id, account_id, extension, number FROM source.phone ORDER BY account_id, id",
    "INSERT INTO lead (id, account_id, name, name_sort, city_id, custom_data, creation_date, email_id, phone_id)"
    " SELECT account_id * 100000000 + id, account_id, name, name_sort, city_id, custom_data, creation_date,"
    " account_id * 100000000 + email_id, account_id * 100000000 + phone_id FROM source.lead ORDER BY account_id, id",
)
FASTAPI_USERS = (
    "INSERT INTO user (id, account_id, email, password_hash) SELECT id, account_id, email, :hash FROM source.account_user",
)
DJANGO_USERS = (
    "INSERT INTO auth_user (id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined,"
    " first_name) SELECT id, :hash, 0, email, '', '', 0, 1, '2026-01-01 00:00:00', '' FROM source.account_user",
    "INSERT INTO member (id, user_id, account_id) SELECT id, id, account_id FROM source.account_user",
    "INSERT INTO authtoken_token (key, created, user_id)"
    " SELECT printf('%040d', id), '2026-01-01 00:00:00', id FROM source.account_user",
)
CALLS = {
    "lead": Call("/lead/<key>"),
    "first page": Call("/lead"),
    "page": Call("/lead?limit=<size>&page=<page>&sort=<sort>"),
    "create": Call(
        "/lead",
        "POST",
        '{"name":"Lead <number>","email":{"email":"a<number>@example.com"},'
        '"phone":{"extension":"351","number":"91<number>"}}',
    ),
    "update": Call("/lead/<key>", "PATCH", '{"name":"Changed <number>"}'),
}


def _run(file: Path, *arguments: str) -> str:
    """What a program of the peers' environment writes."""
    done = subprocess.run(
        [BIN / "python", *arguments],
        cwd=SOURCES,
        env={**clean_environment(), **_environment(file)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _environment(file: Path) -> dict[str, str]:
    return {
        "DATABASE_FILE": str(file),
        "DJANGO_SETTINGS_MODULE": "django_site.settings",
        "PYTHONPATH": str(SOURCES),
    }


def fill_fastapi(source: Path, folder: Path) -> None:
    file = folder / "data.db"
    hashed = _run(file, "-m", "fastapi_app", "prepare", PASSWORD)
    copy(source, file, (*FASTAPI_USERS, *FILL), {"hash": hashed})


def fill_django(source: Path, folder: Path) -> None:
    file = folder / "data.db"
    hashed = _run(file, "-m", "django_site.prepare", PASSWORD)
    copy(source, file, (*DJANGO_USERS, *FILL), {"hash": hashed})


def fastapi(folder: Path, data: Data) -> Contestant:
    file, port = folder / "data.db", free_port()
    command = [str(BIN / "uvicorn"), "fastapi_app:app", "--port", str(port), "--no-access-log"]
    process = Process(command, port, folder, _environment(file))
    tokens = _run(file, "-m", "fastapi_app", "sign", *(email_of(name) for _, name, _ in data.named())).split()
    sign_in = Call(
        "/token",
        "POST",
        f"username=main@example.com&password={PASSWORD.replace(' ', '+')}",
        "application/x-www-form-urlencoded",
    )
    return _contestant(
        "FastAPI + SQLAlchemy", process, data, [f"Bearer {token}" for token in tokens], sign_in
    )


def django(folder: Path, data: Data) -> Contestant:
    port = free_port()
    command = [str(BIN / "gunicorn"), "django_site.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "3"]
    process = Process([*command, "--threads", "4"], port, folder, _environment(folder / "data.db"))
    tokens = [f"Token {number:040d}" for number, _ in enumerate(data.named(), 1)]
    sign_in = Call("/token", "POST", f'{{"username":"main@example.com","password":"{PASSWORD}"}}')
    return _contestant("Django REST framework", process, data, tokens, sign_in)


def _contestant(name: str, process: Process, data: Data, tokens: list[str], sign_in: Call) -> Contestant:
    targets: dict[str, list[Target]] = {}
    for number, ((group, _, size), token) in enumerate(zip(data.named(), tokens, strict=True), 1):
        targets.setdefault(group, []).append(Target(number, size, token))
    calls = {**CALLS, "token": sign_in}
    return Contestant(name, process, calls, SORTS, KEY, targets, lead=shown, page=_page_of)


def _page_of(answer: Mapping[str, Any]) -> tuple[int, list[Shown]]:
    rows = answer["data"] if "data" in answer else answer["results"]
    return answer["count"], [shown(record) for record in rows]
