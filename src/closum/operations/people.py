"""Believable people for demonstration data, made by number: person n is the same in every run, on every machine.

Names are drawn from lists of common ones; addresses are in the domains that are reserved for examples: those of
companies that do not exist, under `.example`, and `example.com`, `.net` and `.org`. Phone numbers are valid in form and unique for n below 40 000 000 (the smallest range, Portugal's). Call none of them:
some belong to somebody.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, product
from random import Random
from typing import Any, NamedTuple, TypeVar

from closum.model.text import sort_key

T = TypeVar("T")
Body = dict[str, Any]
"""What a client sends to make a lead. One of name, email and phone is always there."""
Draw = Callable[[], float]
"""The next number from 0 up to 1. `random` alone is the same in every version of Python; `choice` and the like may change."""


class _Country(NamedTuple):
    """A mobile number is one of the heads, one of the digits and `tail` more: all of these are valid."""

    share: int  # of 64 people
    code: int
    trunk: str  # what is dialled before a national number, often written with it
    heads: str
    digits: str
    tail: int
    cuts: tuple[int, int]  # where a national number is parted when it is written in groups


class _Table(NamedTuple):
    """What is looked up for the people of one country."""

    names: tuple[tuple[str, tuple[str, ...]], ...]  # with the beginnings of four addresses
    starts: tuple[int, ...]  # first national number of each range
    size: int  # numbers in each range
    has_cities: bool  # its people live in one of the cities that come with closum
    extensions: tuple[str, ...]
    leads: tuple[str, ...]
    cuts: tuple[int, int]


_COUNTRIES = (
    _Country(55, 351, "", "9", "1236", 7, (3, 6)),
    _Country(3, 55, "0", "119 219 319 419 519 619 719 819", "6789", 7, (2, 7)),
    _Country(2, 34, "", "6", "0123456789", 7, (3, 6)),
    _Country(1, 33, "0", "6", "01245678", 7, (1, 5)),
    _Country(1, 49, "0", "17", "0123456789", 7, (3, 6)),
    _Country(1, 44, "0", "74", "01236789", 7, (4, 7)),
    _Country(1, 1, "1", "212 213 305 312 415 512 617 702", "23456789", 6, (3, 6)),
)
_NAMES = {
    351: (
        """Águeda Álvaro Ana André Ângela António Beatriz Bruno Carlos Catarina Conceição Diogo Duarte
        Estêvão Filipa Francisco Gonçalo Graça Helena Inês Joana João Jorge José Leonor Luís Mafalda Maria
        Marta Matilde Miguel Nuno Paulo Raquel Rui Sofia Susana Teresa Tiago Tomás Vasco Zélia""",
        """Abreu Almeida Alves Antunes Azevedo Baptista Barbosa Brandão Cardoso Carvalho Conceição Correia
        Costa Cunha Dias Esteves Fernandes Ferreira Fonseca Freitas Gonçalves Guimarães Henriques Leitão
        Lopes Magalhães Marques Martins Matos Melo Mendes Monteiro Moreira Mota Neves Nóbrega Nunes
        Oliveira Pereira Pinto Queirós Ramos Ribeiro Rocha Rodrigues Santos Silva Simões Sousa Vieira""",
    ),
    55: (
        """Adriana Aline Antônio Caio Camila Cauã Débora Eduardo Fabrício Fernanda Flávia Gabriel Iara
        Jéssica Júlia Larissa Letícia Luísa Márcio Mônica Natália Patrícia Rafael Renata Vinícius""",
        """Alencar Andrade Araújo Assunção Barros Batista Borges Campos Cavalcanti Farias Galvão Leite Macêdo
        Medeiros Moura Nascimento Paixão Pacheco Rezende Sampaio Santana Siqueira Toledo Viana""",
    ),
    34: (
        """Alejandro Álvaro Begoña Carmen Cristóbal Elena Iñaki Inés Íñigo Javier Jesús Lucía María Martín
        Mónica Nuria Óscar Pilar Raúl Rocío Rubén Sofía Verónica""",
        """Álvarez Castaño Domínguez Fernández García Giménez Gómez Gutiérrez Hernández Ibáñez Jiménez López
        Martínez Muñoz Núñez Ortega Peña Pérez Ramírez Rodríguez Sánchez Suárez Yáñez""",
    ),
    33: (
        """Agnès Amélie Aurélie Benoît Camille Cédric Chloé Élodie Étienne François Françoise Gaël Hélène
        Jérôme Léa Loïc Maëlle Margaux Mathieu Noémie Océane Rémi Sébastien Thérèse Zoé""",
        """Bernard Blanc Bouchér Chevalier Dubois Dupré Durand Fabre Fournier Gérard Hébert Lefèvre Lemaître
        Léger Mercier Moreau Noël Périer Renard Roussel Rousseau Sénéchal Vidal""",
    ),
    49: (
        """Annika Bärbel Björn Claudia Dörte Felix Günter Hannah Heike Jörg Jürgen Käthe Klaus Lena Lukas
        Matthias Moritz Renate Sören Stefan Sönke Ulrike Uwe Wolfgang""",
        """Bauer Böhm Fischer Groß Großmann Hoffmann Jäger Kästner Köhler König Krüger Lehmann Löwe Möller
        Müller Preuß Richter Schäfer Schmidt Schröder Schulz Voß Weiß Weber Zöllner""",
    ),
    44: (
        "Alice Amelia Callum Charlotte Daisy Edward Emily Freya George Harriet Imogen Jack Oliver Siân Zoë",
        """Baker Bennett Brontë Clarke Cooper Davies Evans Hughes Jones O'Connor O'Neill Parker Roberts Smith
        Taylor Thompson Walker Wright""",
    ),
    1: (
        "Ashley Brandon Brittany Chloë Dylan Ethan Jennifer Jessica José Kayla Logan Madison Mason Renée",
        "Anderson Brown Campbell Garcia Hill Johnson Martinez Miller Nuñez Peterson Robinson Turner",
    ),
}
_PROVIDERS = {
    "correio.example": 14,
    "example.com": 10,
    "webmail.example": 6,
    "example.net": 4,
    "example.org": 2,
}
_COMPANIES = """Example.com mail.example.com fibra.example atelier.example loja.example studio-9.example hotel-mar.example
padaria-sol.example clinica-sul.example oficina-norte.example vinhos-dao.example quinta-serra.example tecidos.example
escola-azul.example obras-lda.example farmacia.example imo-tejo.example ginasio.example cafe-praca.example
douro-log.example crm.empresa.example porto.empresa.example energia.example advogados.example"""
_DOMAINS = (
    *(domain for domain, share in _PROVIDERS.items() for _ in range(share)),
    *_COMPANIES.split(),
)
_GAPS = ("", "", "", "", " ", " ", " ", "-")
_SOURCES = ("website", "landing page", "newsletter", "fair", "telephone", "partner", "loja física")
_INTERESTS = ("apartment", "house", "car", "solar panels", "language course", "insurance", "crédito")
_CAMPAIGNS = ("spring", "summer", "black-friday", "back-to-school", "natal")
_PLANS = ("free", "basic", "team", "business")
_BUDGETS = (500, 1_500, 5_000, 20_000, 150_000)
_SECTORS = ("retail", "construction", "tourism", "health", "education", "restauração")
_SIZES = ("1-9", "10-49", "50-249", "250+")
_NAMED = 1_000  # people before the first without a name, so that the first pages have none
_NAMELESS, _CALLED, _MAILED, _NOTED = 1 / 1_200, 4 / 5, 37 / 40, 3 / 5  # shares of people
_CITIES, _SETTLED = 308, 308 / 318
_PRIME = 2_654_435_761  # coprime to every count of numbers: multiplying by it permutes them


def people(start: int, count: int) -> Iterator[Body]:
    """Persons start … start+count-1, counted from 0; some 6 µs each."""
    tables, documents, random = _tables(), _documents(), Random()  # noqa: S311 - nothing is secret here
    for n in range(start, start + count):
        random.seed(n)
        yield _person(n, random.random, _pick(random.random, tables), documents)


def _person(n: int, draw: Draw, table: _Table, documents: Sequence[str]) -> Body:
    body: Body = {}
    name, beginnings = _pick(draw, table.names)
    if n < _NAMED or draw() > _NAMELESS:
        body["name"] = name
    if table.has_cities and draw() < _SETTLED:
        body["city_id"] = 1 + int(draw() * _CITIES)
    if draw() < _NOTED:
        body["custom_data"] = _pick(draw, documents)
    is_mailed = draw() < _MAILED
    if is_mailed:
        body["email"] = {"email": f"{_pick(draw, beginnings)}{n}@{_pick(draw, _DOMAINS)}"}
    if not is_mailed or draw() < _CALLED:
        body["phone"] = _phone(n, draw, table)
    return body


def _phone(n: int, draw: Draw, table: _Table) -> Body:
    """A number of its own: n is spread over all numbers of the country."""
    start, rest = divmod((n + 31_415_926) * _PRIME % (len(table.starts) * table.size), table.size)
    digits, gap = str(table.starts[start] + rest), _pick(draw, _GAPS)
    i, j = table.cuts
    number = f"{_pick(draw, table.leads)}{digits[:i]}{gap}{digits[i:j]}{gap}{digits[j:]}"
    return {"extension": _pick(draw, table.extensions), "number": number}


def _pick(draw: Draw, items: Sequence[T]) -> T:
    return items[int(draw() * len(items))]


@cache
def _tables() -> tuple[_Table, ...]:
    """One table for each of 64 equal shares of the people."""
    return tuple(table for country in _COUNTRIES for table in [_table(country)] * country.share)


def _table(country: _Country) -> _Table:
    code, size = country.code, 10**country.tail
    names = tuple(_name(*pair) for pair in product(*(text.split() for text in _NAMES[code])))
    starts = tuple(int(head + digit) * size for head, digit in product(country.heads.split(), country.digits))
    extensions = (f"00{code}",) * 6 + (f"+{code}", f"{code}")
    leads = ("",) * 11 + (country.trunk,) * 4 + (f"+{code} ",)
    return _Table(names, starts, size, code == 351, extensions, leads, country.cuts)


def _name(first: str, last: str) -> tuple[str, tuple[str, ...]]:
    before, after = (re.sub("[^a-z]", "", sort_key(part) or "") for part in (first, last))
    plain = f"{before}.{after}."
    return f"{first} {last}", (plain, plain.title(), f"{before[0]}{after}", f"{before}_{after}")


@cache
def _documents() -> tuple[str, ...]:
    """Texts of custom_data."""
    made = chain(_private(), _of_companies(), _on_the_web())
    return tuple(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in made)


def _private() -> Iterator[Body]:
    for source, interest, budget in product(_SOURCES, _INTERESTS, _BUDGETS):
        yield {"source": source, "interest": interest, "budget": budget}


def _of_companies() -> Iterator[Body]:
    for source, sector, employees, plan in product(_SOURCES, _SECTORS, _SIZES, _PLANS):
        yield {"source": source, "plan": plan, "company": {"sector": sector, "employees": employees}}


def _on_the_web() -> Iterator[Body]:
    for interest, campaign, consent in product(_INTERESTS, _CAMPAIGNS, (True, False)):
        yield {
            "source": "website",
            "utm": {"campaign": campaign},
            "newsletter": consent,
            "interest": interest,
        }
    for plan, campaign, seats in product(_PLANS, _CAMPAIGNS, (1, 5, 25)):
        yield {"plan": plan, "seats": seats, "utm": {"campaign": campaign}, "tags": ["trial", campaign]}
