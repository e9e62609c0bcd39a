"""The texts of the pages: complete in both languages, alike in what they name, used, and European Portuguese."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import closum.web
from closum import errors
from closum.accounts.roles import ROLES
from closum.errors import Error
from closum.resources import RESOURCES
from closum.web import site
from closum.web.help import reading
from closum.web.views import views
from closum.web.words import LANGUAGES, read

WEB = Path(closum.web.__file__).parent
ROWS = [
    (file.name, row)
    for file in sorted(WEB.glob("strings/*.tsv"))
    for row in read(file.read_text(encoding="utf-8"))
]
KEYS = {row["key"] for _, row in ROWS}
TEMPLATES = sorted(WEB.glob("templates/*.html"))
CODE = sorted(WEB.rglob("*.py"))

PLACEHOLDER = re.compile(r"\{(\w*)\}")
OF_KEY = re.compile(r"\bt(?:\.(\w+)|\[['\"]([\w.]+)['\"]\])")
NAMED = re.compile(r"\b(?:t|l\.count)\((?:'([\w.]+)'|\"([\w.]+)\")[,)]")
LITERAL = re.compile(r"'([\w.]+)'|\"([\w.]+)\"")
JOINED = re.compile(r"'([\w.]*[._])'\s*~")
"""In a template, the beginning of keys that end with what is known only when the page is shown: `t('rule.' ~ rule)`."""
ENDS = ("_one", "_p")
"""Of keys beside others: the text for 1, and what follows a heading: `t(kind ~ '_p')`."""
CLASS = re.compile(
    r"\{% block main %\}.*?\{% endblock %\}|\{% set \w+ %\}.*?\{% endset %\}|<pre.*?</pre>", re.DOTALL
)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"")
WORD = re.compile(r"[^\W\d_]{3,}")
SAME = {
    "closum",
    "Enter",
    "Ctrl",
    "Esc",
    "Tab",
    "API",
    "CSV",
    "XLSX",
    "NDJSON",
    "JSON",
    "curl",
    "Excel",
    "nbsp",
    "ensp",
    "http",
    "https",
}
"""What is the same in every language."""
INSTEAD = {
    "você": "the verb alone",
    "vocês": "the verb alone",
    "usuário": "utilizador",
    "usuários": "utilizadores",
    "senha": "palavra-passe",
    "arquivos": "ficheiros",
    "salvar": "guardar",
    "salvo": "guardado",
    "deletar": "eliminar",
    "apagar": "eliminar",
    "excluir": "eliminar",
    "contato": "contacto",
    "contatos": "contactos",
    "tela": "ecrã",
    "registro": "registo",
    "registros": "registos",
    "planilha": "folha de cálculo",
    "celular": "telemóvel",
    "gerenciar": "gerir",
    "configurações": "definições",
    "login": "iniciar sessão",
    "cadastrar": "registar",
    "baixar": "transferir",
    "compartilhar": "partilhar",
    "acessar": "aceder",
    "projeto piloto": "projeto-piloto",
    "por favor": "the request alone",
    "uma lead": "um lead",
    "nova lead": "novo lead",
    "a lead": "o lead",
    "as leads": "os leads",
    "sucesso": "say what was done",
}
"""What European Portuguese, or the pages, say otherwise."""
GERUND = re.compile(r"\b[Ee]st(?:á|ão|amos) \w+ndo\b")
POLITE = re.compile(r"\b(please|oops|sorry|successfully)\b", re.IGNORECASE)


@cache
def used() -> tuple[frozenset[str], frozenset[str]]:
    """Keys that templates and code name, and beginnings of keys."""
    names, beginnings = set[str](), set[str]()
    for file in TEMPLATES:
        for expression in JINJA.findall(file.read_text(encoding="utf-8")):
            names |= {one for found in OF_KEY.findall(expression) for one in found if one}
            names |= {one for found in LITERAL.findall(expression) for one in found if one}
            beginnings |= set(JOINED.findall(expression))
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    names.add(text)
                case ast.Attribute(
                    value=ast.Name(id="words") | ast.Attribute(attr="words" | "_words"), attr=text
                ):
                    names.add(text)
                case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if re.fullmatch(
                    r"[\w.]*[._]", text
                ):
                    beginnings.add(text)
    return frozenset(names), frozenset(beginnings)


def derived() -> Iterator[str]:
    """Keys that declarations make, and those of errors and of roles."""
    for view in views(RESOURCES).values():
        yield from view.keys
    for kind in kinds():
        yield from (kind, f"{kind}_p")
    yield from ROLES


def kinds() -> set[str]:
    """Of errors, as `site.kind_of` has them."""
    every = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Error)]
    methods = ("GET", "POST")
    return {site.kind_of(one.__new__(one), {"method": method}) for one in every for method in methods}


def is_used(key: str) -> bool:
    names, beginnings = used()
    shared = {f"field.{one.partition('.')[2]}" for one in derived()}
    return (
        key in names
        or key in {*derived(), *shared}
        or any(key.startswith(one) for one in beginnings)
        or any(key.endswith(end) and is_used(key.removesuffix(end)) for end in ENDS)
    )


def test_each_key_is_there_once() -> None:
    twice = [key for key, number in Counter(row["key"] for _, row in ROWS).items() if number > 1]
    assert twice == []


def test_every_text_is_there_in_every_language() -> None:
    empty = [(file, row["key"]) for file, row in ROWS for language in LANGUAGES if not row[language].strip()]
    assert empty == []


def test_a_text_has_the_same_placeholders_in_every_language() -> None:
    for file, row in ROWS:
        found = {language: Counter(PLACEHOLDER.findall(row[language])) for language in LANGUAGES}
        sets = {frozenset(one) for one in found.values()}
        assert len(sets) == 1, (file, row["key"], found)


def test_what_is_counted_has_a_text_for_one() -> None:
    """A key for 1 has one for more; both languages say both."""
    assert [key for key in KEYS if key.endswith("_one") and key.removesuffix("_one") not in KEYS] == []


def test_no_text_is_unused() -> None:
    assert sorted(key for key in KEYS if not is_used(key)) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_every_text_that_a_template_names_is_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    named = {
        one
        for expression in JINJA.findall(text)
        for found in (
            *OF_KEY.findall(expression),
            *NAMED.findall(expression),
        )
        for one in found
        if one
    }
    shared = {f"field.{one.partition('.')[2]}" for one in named}
    missing = sorted(
        one for one in named if one not in KEYS and f"field.{one.partition('.')[2]}" not in KEYS & shared
    )
    assert missing == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_has_no_text_of_its_own(file: Path) -> None:
    text = JINJA.sub("\0", CLASS.sub("", file.read_text(encoding="utf-8")))
    spoken = " ".join(one for one in SPOKEN.findall(text) if "\0" not in one)
    text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert sorted(set(WORD.findall(TAG.sub(" ", text) + spoken)) - SAME) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_typeset(language: str) -> None:
    for _, row in ROWS:
        text = row[language]
        assert text == text.strip(), row["key"]
        assert "  " not in text, row["key"]
        assert "..." not in text, (row["key"], "write …")
        assert "!" not in text, row["key"]
        assert not re.search(r" [,.;:?](?=\s|$)", text), row["key"]
        assert not re.search(r"<\w", text), (row["key"], "texts are escaped: markup would be shown")


def written(language: str) -> Iterator[tuple[str, str]]:
    """The texts of a language by their keys, and the pages of the help by their names."""
    yield from ((row["key"], row[language]) for _, row in ROWS)
    yield from ((name, reading.source(name, language)) for name in reading.NAMES)


def test_portuguese_is_that_of_portugal() -> None:
    for key, text in written("pt"):
        for word, instead in INSTEAD.items():
            assert not re.search(rf"\b{word}\b", text.lower()), (key, word, instead)
        assert not GERUND.search(text), (key, "está a fazer")
        assert not re.search(r"[\"“”]", text), (key, "quotes are «…»")


def test_english_is_short() -> None:
    for key, text in written("en"):
        assert not POLITE.search(text), key
        assert not re.search(r"[«»]", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stages_of_all_accounts_fit_one_line_of_a_table(language: str) -> None:
    texts = [row[language] for _, row in ROWS if re.fullmatch(r"contact_lifecycle_stage\.\d", row["key"])]
    assert len(texts) == 9
    assert max(map(len, texts)) <= len("Marketing qualified")


def test_no_name_of_a_country_stands_behind_a_preposition_that_takes_its_article() -> None:
    """No Portuguese name of a country says whether it has one: "no Reino Unido", but "em Portugal"."""
    texts = [row["pt"] for _, row in ROWS if "{country}" in row["pt"]]
    assert texts
    assert [one for one in texts if re.search(r"\b(a|de|em|por|para) \{country\}", one, re.IGNORECASE)] == []
