"""A field that the declaration of leads gets is a column that files may have, in both languages: nothing else is edited."""

import json
import os
import shutil
from html import unescape
from pathlib import Path

import pytest

import closum
from closum.accounts import api_keys, roles, sessions, users
from closum.store.identity import Account
from closum.store.migrate import newest
from closum.store.session import Session
from tests.support.client import Client
from tests.support.engine import Engine
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts
from tests.support.server import Server

FIELDS = """
        Text("employer", required=True, max_length=20, example="Solaris"),
        Integer("staff", example=12),
        Flag("is_partner", initial=0, example=1),
        Choice("size", among=("small", "large"), example="small"),
        Moment("renewal", example="2026-01-31T17:00:00+00:00"),
        Reference("birthplace_id", resource=CITY, example=40),
        Reference(
            "city_id","""
COLUMNS = """
ALTER TABLE lead ADD COLUMN employer TEXT;
ALTER TABLE lead ADD COLUMN staff BIGINT;
ALTER TABLE lead ADD COLUMN is_partner BIGINT;
ALTER TABLE lead ADD COLUMN size TEXT;
ALTER TABLE lead ADD COLUMN renewal TEXT;
ALTER TABLE lead ADD COLUMN birthplace_id BIGINT;
"""
WORDS = """\
lead.employer	Employer	Entidade patronal
lead.staff	Number of staff	Quadro de pessoal
lead.is_partner	Partner	Parceiro
lead.size	Scale	Dimensão
lead.size.small	small	pequena
lead.size.large	large	grande
lead.renewal	Renewal	Renovação
lead.birthplace_id	Birthplace	Terra natal
"""
NEW = ("employer", "staff", "is_partner", "size", "renewal", "birthplace_id")
FILE = """\
Nome,employer,Pessoal,is_partner,size,renewal,birthplace_id
Ana,Solaris,12,sim,LARGE,2030-01-31T17:00:00+01:00,40
Rui,Luna,,,,,
Eva,Luna,many,,medium,,
Gil,,,,,,
Lia,Luna,,,,,999999
"""


@pytest.fixture
def copy(folder: Path) -> Path:
    """The product, with more fields in one declaration, their columns and their words."""
    copied = folder / "copy"
    shutil.copytree(
        Path(closum.__file__).parent, copied / "closum", ignore=shutil.ignore_patterns("__pycache__")
    )
    _edit(
        copied / "closum/resources/lead.py",
        ('\n        Reference(\n            "city_id",', FIELDS),
        (
            "fields import Document, Text,",
            "choices import Choice\nfrom closum.model.fields import Document, Flag, Integer, Text,",
        ),
        ('listed=("id", "name", ', f'listed=("id", "name", {", ".join(map(json.dumps, NEW))}, '),
    )
    _edit(copied / "closum/store/migrate.py", (f"{newest() + 1})", f"{newest() + 2})"))
    (copied / f"closum/store/migrations/{newest() + 1:04}_employer.sql").write_text(COLUMNS)
    with (copied / "closum/web/strings/resources.tsv").open("a", encoding="utf-8") as file:
        file.write(WORDS)
    return copied


def _edit(path: Path, *replacements: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, (path, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_fields_of_the_declaration_are_columns_of_a_file(
    copy: Path, session: Session, account: Account, folder: Path, engine: Engine
) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "no password")
        text = sessions.begin(unit, user_id)
        key = api_keys.add(unit, account.id, "test", roles.FULL).text
    started = Server(folder, PYTHONPATH=os.fspath(copy), CLOSUM_DATABASE=engine.url(folder))
    with started as server, Pages(server.address, text) as pages:
        number = sent(pages, FILE)
        for place, language in ((1, "en"), (2, "pt")):
            pages.headers["accept-language"] = language
            page = unescape(pages.shown(f"/imports/{number}/columns"))
            for line in WORDS.splitlines():
                name, *called = line.split("\t")
                if name.count(".") == 1:
                    assert f">{called[place - 1]}</option>" in page, name
        assert '<option value="text employer" selected>' in page
        said = texts(checked(pages, number, **{"column-3": "text staff"}))
        assert "4 Pessoal many Escreva um número inteiro." in said
        assert "4 size medium Escolha um de: small, large." in said
        assert "6 birthplace_id 999999 Esse registo não existe" in said
        assert "5 employer Não pode ficar vazio." in said
        imported(pages, number)
        with Client(server.address, key) as api:
            stored = api.data("GET", "/api/lead")
        assert [[one[name] for name in ("name", *NEW)] for one in stored] == [
            ["Ana", "Solaris", 12, 1, "large", "2030-01-31T16:00:00+00:00", 40],
            ["Rui", "Luna", None, 0, None, None, None],
        ]
