"""What a heading of somebody's file means, in English and in Portuguese.

A heading is compared without case, accents, punctuation and white space, by look-up alone: what is not in these lists is
custom data, so `Email Opt Out`, `E-mail 1 - Label` and `Home Fax` never come near an address or a number.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from closum.model.consents import CHANNELS, column
from closum.model.text import sort_key
from closum.resources.lead import LEAD

NAME, FIRST, MIDDLE, LAST = "name", "first_name", "middle_name", "last_name"
EMAIL, PHONE, EXTENSION = "email", "phone", "phone.extension"
CITY, CITY_ID, COUNTRY = "city", "city_id", "country"
CREATED, ID, CUSTOM = "creation_date", "id", "custom_data"
NAMED = tuple(use.name for use in LEAD.uses)
"""Ids of other records of the account."""
CONSENTS = tuple(map(column, CHANNELS))
"""What leads let the account send. Nobody consents by a heading of somebody else's file: a person has to say it."""
OWNER = LEAD.assigned
"""A user of the account, by the id, the address or the name, if no other user has it."""
TOUCHES = (*LEAD.touch.first, *LEAD.touch.last) if LEAD.touch else ()
"""Where leads came from. Elsewhere than in an export of our own these headings are keys of custom data, from which it is taken."""
PLAIN = tuple(
    one for one in LEAD.writable if one.name not in (NAME, CITY_ID, CUSTOM, *NAMED, OWNER, *TOUCHES)
)
"""The other fields of a lead: a cell is read as the API reads a value."""
BY_NAME = (*NAMED, *(one.name for one in PLAIN))
"""What a column becomes whose heading is the name of the property itself, and nothing else."""

FAULT_LINE, FAULT_REASONS = "closum line", "closum reasons"
"""What the file of refused rows has before the columns of the file that was sent."""
REFUSED = {"en": (FAULT_LINE, FAULT_REASONS), "pt": ("closum linha", "closum motivos")}
"""The same, by the language of the page that the file comes from."""

MOST = 120
"""Characters of a heading that is looked up."""


class Meaning(NamedTuple):
    """A target, and how early a column is tried among those of one target: by rank, then by number, then as they come."""

    to: str
    rank: int = 0
    number: int = 1


_WORD = re.compile(r"[^\W_]+")
_QUESTION = re.compile(r"(?:qual e|qual|what is|what s|whats) ")
_PARTICLES = frozenset(
    [
        "o",
        "a",
        "do",
        "da",
        "dos",
        "de",
        "seu",
        "sua",
        "teu",
        "tua",
        "the",
        "your",
        "my",
        "required",
        "obrigatorio",
    ]
)
_OWNERS = frozenset(
    [
        "person",
        "pessoa",
        "contact",
        "contacto",
        "contato",
        "lead",
        "customer",
        "client",
        "cliente",
        "subscriber",
        "recipient",
    ]
)
_NUMBER = re.compile(r"[0-9]{1,4}")
_NUMBERED = (EMAIL, PHONE, CITY)

_WORK = "work|business|office|trabalho|emprego|escritório|comercial|profissional|corporativo"
_HOME = "home|personal|private|casa|residência|residencial|pessoal|particular"
_OTHER = "other|outro|outros|alternative|alternate|alternativo|secondary|secundário|additional|adicional|adicionais"
_MAIN = "primary|main|principal|preferred|preferencial|best|melhor"

_ADDRESS = (
    "email|mail|email address|mail address|email id|correio|correio eletrónico|correio electrónico|endereço de email"
    "|endereço de mail|endereço de correio eletrónico|endereço de correio electrónico|endereço eletrónico"
)
_ADDRESSES = "emails|email addresses|endereços de email|endereços de correio eletrónico"
_MOBILE = (
    "mobile|mobile phone|mobile number|mobile phone number|mobile no|cell|cell phone|cell phone number|cell number"
    "|telemóvel|número de telemóvel|nº de telemóvel|n.º de telemóvel|celular|número de celular|número de telefone celular"
    "|nº de celular|n.º de celular|telefone celular|telefone móvel|telefone telemóvel|móvel|tlm|telm|whatsapp"
    "|whatsapp number|whatsapp phone number|número de whatsapp|telefone whatsapp|celular whatsapp|telemóvel whatsapp"
    "|phone mobile|phone cell|tel cell|tel mobile|sms"
)
_NUMBERS = (
    "phone|phone number|phone no|phones|telephone|telephone number|telefone|telefones|número de telefone|nº de telefone"
    "|n.º de telefone|contacto|contato|número de contacto|número de contato|nº de contacto|n.º de contacto"
    "|contacto telefónico|contato telefônico|tel|telef|tlf|contact number|contact phone"
)
_FIXED = (
    "landline|landline number|fixo|telefone fixo|número fixo|fixed phone|car phone|radio phone|company phone"
    "|company main phone|telefone do automóvel|telefone do carro|telefone de rádio|telefone da empresa"
    "|telefone principal da empresa"
)
_TOWN = "city|cidade|concelho|município|localidade|town|locality"
_PLACES = f"{_HOME}|mailing|address|home address|endereço|morada|adr"

_PHRASES: tuple[tuple[str, int, str], ...] = (
    (NAME, 0, "name|nome|nome completo|full name|complete name|display name|contact name|nome a apresentar"),
    (
        NAME,
        0,
        "nome de exibição|name surname|first and last name|name and surname",
    ),
    (
        NAME,
        0,
        "nome e apelido|nome e sobrenome|primeiro e último nome|nome do contacto|nome do contato|nome do cliente",
    ),
    (NAME, 0, "nome do lead|nome da pessoa|fn"),
    (FIRST, 0, "first name|given name|forename|fname|first|name first|name given|nome próprio|primeiro nome"),
    (FIRST, 0, "nome primeiro"),
    (
        MIDDLE,
        0,
        "middle name|additional name|mname|name middle|segundo nome|nome do meio|nomes do meio|outros nomes",
    ),
    (
        LAST,
        0,
        "last name|family name|surname|lname|last|name last|name family|apelido|apelidos|sobrenome|sobrenomes",
    ),
    (LAST, 0, "último nome|nome último|nome de família|nome apelido|nome sobrenome|ln"),
    (COUNTRY, 0, "country|country code|país|código do país"),
    (EMAIL, 0, f"{_ADDRESS}|email value|email valor|email enter email"),
    (EMAIL, 2, f"{_ADDRESSES}|email confirm email"),
    (PHONE, 0, _MOBILE),
    (PHONE, 1, f"{_NUMBERS}|phone value|phone valor|telefone value|telefone valor"),
    (PHONE, 2, _FIXED),
    (CITY, 0, _TOWN),
    *((name, 0, name) for name in BY_NAME),
)
_KINDS: tuple[tuple[str, int, str, str], ...] = (
    (EMAIL, 0, f"{_MAIN}|{_WORK}", _ADDRESS),
    (EMAIL, 1, _HOME, _ADDRESS),
    (EMAIL, 2, _OTHER, f"{_ADDRESS}|{_ADDRESSES}"),
    (PHONE, 0, f"{_MAIN}|{_WORK}|{_HOME}|{_OTHER}", _MOBILE),
    (PHONE, 1, f"{_MAIN}|{_WORK}", _NUMBERS),
    (PHONE, 2, f"{_HOME}|{_OTHER}", _NUMBERS),
    (CITY, 0, _PLACES, _TOWN),
    (CITY, 1, f"{_WORK}|{_OTHER}|billing|work address", _TOWN),
)
"""Phrases with a word for their kind before or behind them: `Work Email`, `Person - Email - Work`, `Telefone (casa)`."""


def key(heading: str) -> str:
    """The words of a heading without what is between them, by which headings are compared."""
    return "".join(_words(heading)) if len(heading) <= MOST else ""


def meaning(heading: str) -> Meaning | None:
    """What a heading means by itself; None for what is custom data."""
    return _meaning(heading) if len(heading) <= MOST else None


def is_short_name(heading: str) -> bool:
    """Whether a heading is no more than the word for a name, which beside a last name is the first one."""
    return "".join(_words(heading)) in ("nome", "name", "fn")


@lru_cache(maxsize=2_048)
def _meaning(heading: str) -> Meaning | None:
    words = _words(heading)
    if words and words[0] in _OWNERS:
        return _looked_up("".join(words)) or _looked_up("".join(words[1:]))
    return _looked_up("".join(words))


def _words(heading: str) -> list[str]:
    spaced = " ".join(_WORD.findall(sort_key(heading) or ""))
    return [word for word in _QUESTION.sub("", spaced, 1).split() if word not in _PARTICLES]


def _looked_up(joined: str) -> Meaning | None:
    """By the words of a heading without what is between them, first as they are, then without a number in them."""
    if found := _known().get(joined):
        return found
    number = _NUMBER.search(joined)
    base = _known().get(joined[: number.start()] + joined[number.end() :]) if number else None
    return base._replace(number=int(number[0])) if base and number and base.to in _NUMBERED else None


@lru_cache
def _known() -> dict[str, Meaning]:
    known = dict[str, Meaning]()
    for to, rank, phrases in _PHRASES:
        _note(known, Meaning(to, rank), phrases.split("|"))
    for to, rank, kinds, phrases in _KINDS:
        _note(known, Meaning(to, rank), _with_kind(kinds.split("|"), phrases.split("|")))
    return known


def _note(known: dict[str, Meaning], found: Meaning, phrases: Iterable[str]) -> None:
    for phrase in phrases:
        known.setdefault("".join(_words(phrase)), found)


def _with_kind(kinds: list[str], phrases: list[str]) -> Iterator[str]:
    for kind, phrase in product(kinds, phrases):
        yield from (f"{kind} {phrase}", f"{phrase} {kind}")
