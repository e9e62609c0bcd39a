"""The files that are imported: leads as people keep them, some of them faulty, twice there, or known to the database."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random

import xlsxwriter  # type: ignore[import-untyped]

from closum.operations.people import Body, people

HEADINGS = (
    "Nome",
    "E-mail",
    "Telemóvel",
    "Cidade",
    "Origem",
    "Pontos",
    "Visita",
    "Campanha",
    "Notas",
)
CITIES = ("Lisboa", "Porto", "Braga", "Águeda", "Faro", "Coimbra", "Évora", "Loulé")
NEW, FAULTY, TWICE, KNOWN = "new", "faulty", "twice", "known"
SHARES = {FAULTY: 0.03, TWICE: 0.05, KNOWN: 0.05}
"""Of all rows; the others are new."""
REMEMBERED = 50_000
"""Rows of which one may come again."""
ROW_BYTES = 110
"""About what a row of a CSV file takes, without its notes."""

Row = list[str]


@dataclass(frozen=True, slots=True)
class Content:
    """Rows of a file: `known` leads are in the database, people 0 and on; those from `first` on are new to it.

    The notes of a row have about `notes` characters.
    """

    known: int
    first: int
    count: int
    notes: int = 0

    def kinds(self) -> Iterator[str]:
        """What each row is."""
        random = Random(self.first)  # noqa: S311 - no secret
        yield NEW
        weights = (1 - sum(SHARES.values()), *SHARES.values())
        yield from random.choices((NEW, *SHARES), weights, k=self.count - 1)

    def created(self) -> int:
        """How many leads an import makes of it."""
        return sum(kind == NEW for kind in self.kinds())

    def rows(self) -> Iterator[Row]:
        random, seen = Random(self.first), list[Row]()  # noqa: S311 - no secret
        known = list(people(0, min(self.known, REMEMBERED)))
        both = zip(self.kinds(), people(self.first, self.count), strict=True)
        for number, (kind, person) in enumerate(both):
            if kind == TWICE:
                yield random.choice(seen)
                continue
            row = self._row(random.choice(known) if kind == KNOWN else person, number)
            if kind == FAULTY:
                row[1] = "invalid@@example"
            elif kind == NEW and len(seen) < REMEMBERED:
                seen.append(row)
            yield row

    def _row(self, person: Body, number: int) -> Row:
        note = f"nota {number} "
        return [
            person.get("name", ""),
            person.get("email", {}).get("email", ""),
            _phone(person.get("phone")),
            CITIES[number % len(CITIES)],
            "feira",
            str(number % 97),
            f"2025-03-{1 + number % 28:02}",
            f"campanha {number % 40}",
            (note * max(1, self.notes // len(note))).rstrip(),
        ]


def _phone(phone: Body | None) -> str:
    """The number with its prefix, as people write it."""
    if not phone:
        return ""
    code = phone["extension"].lstrip("0+")
    return f"+{code} {phone['number'].removeprefix(f'+{code} ')}"


def write_csv(path: Path, content: Content) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(content.rows())


def write_xlsx(path: Path, content: Content) -> None:
    """As Excel does, with the texts of all cells in a table of their own."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for line, row in enumerate(chain([HEADINGS], content.rows())):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(line, column, text)
    book.close()
