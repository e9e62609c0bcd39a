"""A table that people exported from a page, and send again: what its headings and its cells mean, in English and in Portuguese.

It is known by the heading of its numbers, which no other file has: what `Stage` or `Created` means in somebody else's file is
not known. The pages have the same texts in their own words.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from closum.model.consents import GIVEN, WITHDRAWN
from closum.model.text import sort_key
from closum.operations.importing.headings import CITY, CONSENTS, CREATED, EMAIL, NAME, OWNER, PHONE, TOUCHES

NUMBERS = ("closum no.", "N.º closum")
STAGE = "contact_lifecycle_stage_id"
LEFT_OUT = ""

STAGES = (
    ("Unqualified", "Não qualificado"),
    ("Subscriber", "Subscritor"),
    ("Lead", "Lead"),
    ("Marketing qualified", "Lead de marketing"),
    ("Sales qualified", "Lead de vendas"),
    ("Opportunity", "Oportunidade"),
    ("Customer", "Cliente"),
    ("Evangelist", "Evangelista"),
    ("Other", "Outro"),
)
"""What pages call those that every account has, whose ids are 1 to 9."""

_LABELS: Mapping[str, tuple[str, str]] = {
    NAME: ("Name", "Nome"),
    EMAIL: ("Email", "Email"),
    PHONE: ("Phone", "Telefone"),
    CITY: ("City", "Localidade"),
    STAGE: ("Stage", "Fase"),
    OWNER: ("Owner", "Responsável"),
    CREATED: ("Created", "Criação"),
    LEFT_OUT: ("Next follow-up", "Próxima tarefa"),
}
_OF_TOUCHES = (
    ("Source", "Origem"),
    ("UTM source", "Origem UTM"),
    ("UTM medium", "Meio UTM"),
    ("UTM campaign", "Campanha UTM"),
    ("UTM term", "Termo UTM"),
    ("UTM content", "Conteúdo UTM"),
    ("Last source", "Última origem"),
    ("Last UTM source", "Última origem UTM"),
    ("Last UTM medium", "Último meio UTM"),
    ("Last UTM campaign", "Última campanha UTM"),
    ("Last UTM term", "Último termo UTM"),
    ("Last UTM content", "Último conteúdo UTM"),
)
_OF_CONSENTS = (
    ("Consent to emails", "Consentimento para emails"),
    ("Consent to text messages", "Consentimento para SMS"),
)
_STATES = {"dado": GIVEN, "retirado": WITHDRAWN}


def is_number(heading: str) -> bool:
    """Whether a heading is that of the numbers of such a table."""
    return _key(heading) in _numbers()


def is_sheet(headings: Sequence[str]) -> bool:
    return any(map(is_number, headings))


def meaning(heading: str) -> str | None:
    """What a column of such a table becomes, "" where nothing, None for what is not a heading of it."""
    return _meanings().get(_key(heading))


def stages(named: Iterable[tuple[int, str]]) -> dict[str, int]:
    """The ids of stages by the keys of what they are called. Of two that are called alike an account's own is meant before one of
    those that all have, then that with the lower id."""
    fixed = ((place, text) for place, texts in enumerate(STAGES, 1) for text in texts)
    found = sorted((*named, *fixed), key=lambda one: (one[0] <= len(STAGES), one), reverse=True)
    return {_key(text): each for each, text in found}


def stage(text: str, known: Mapping[str, int]) -> int | None:
    return known.get(_key(text))


def state(text: str) -> str:
    """The name of the state of a consent, where it is one."""
    return _STATES.get(text.lower(), text)


def _key(text: str) -> str:
    return sort_key(text.strip()) or ""


@lru_cache
def _numbers() -> frozenset[str]:
    return frozenset(map(_key, NUMBERS))


@lru_cache
def _meanings() -> Mapping[str, str]:
    labels = [
        *_LABELS.items(),
        *zip(TOUCHES, _OF_TOUCHES, strict=True),
        *zip(CONSENTS, _OF_CONSENTS, strict=True),
        (LEFT_OUT, ("First contact", "Primeiro contacto")),
        (LEFT_OUT, NUMBERS),
    ]
    return {_key(text): to for to, texts in labels for text in texts}
