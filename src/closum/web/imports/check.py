"""What an import would do with all rows: how far the check is, then its figures, faults and remarks."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.errors import Invalid, fault
from closum.http.answer import Answer
from closum.operations.importing import job, policy
from closum.operations.importing.counting import NOTHING
from closum.operations.importing.nothing import says_nothing
from closum.operations.importing.policy import Policy
from closum.operations.importing.towns import Cities
from closum.store import cities
from closum.store.imports import READY
from closum.store.unit import Unit
from closum.web import done, positions
from closum.web.forms import Form
from closum.web.imports import figures, phases, refused, told
from closum.web.imports.phases import CHECKED
from closum.web.imports.refused import Read
from closum.web.page import Page

MOST = 400
"""Cities that the field of a name proposes."""


async def shown(page: Page) -> Answer:
    return await _shown(page, {})


async def _shown(page: Page, typed: Mapping[str, str], wrong: Sequence[str] = ()) -> Answer:
    """With what was typed for names of cities, and those for which it is no city."""
    read, there = await page.read(_read, page.request.record_id, positions.place(page.request))
    at = read.at
    if CHECKED not in at.pages:
        return page.to(f"{at.path}{at.pages[0]}")
    if at.found.phase != READY:
        return figures.running(page, at)
    nothing = at.counted.get(NOTHING, []) if at.is_of_leads else []
    return page.show(
        "imports-check.html",
        422 if wrong else 200,
        lacks_country=refused.lacks_country(at, page.session.country),
        figures=figures.of(at.counted, at.found, is_check=True),
        unknown=[
            (name, number, typed.get(name, ""), name in wrong) for name, number in told.unknown(at.counted)
        ],
        cities=there,
        nothing=nothing,
        nothing_texts=done.either([page.words.quoted.format(name=text) for text, _ in nothing], page.words),
        **refused.shown(read, page.words),
    )


def _read(unit: Unit, number: int, place: positions.Place) -> tuple[Read, list[str]]:
    return refused.read(unit, number, place), sorted({name for _, name in cities.names(unit)})[:MOST]


async def name_cities(page: Page, form: Form) -> Answer:
    """Say which city names mean, and check all rows once more."""
    given = dict(zip(form.every("name"), form.every("city"), strict=False))
    typed = {name: text.strip() for name, text in given.items() if text.strip()}
    try:
        return await phases.write(page, _name_cities, typed)
    except Invalid as error:
        return await _shown(page, typed, [*error.faults])


def _name_cities(unit: Unit, number: int, typed: Mapping[str, str]) -> None:
    """Raises Invalid with the names for which there is no such city."""
    there = Cities.of(cities.names(unit))
    found = {name: there.find(text) for name, text in typed.items()}
    if unknown := [name for name in typed if found[name] is None]:
        raise Invalid({name: fault("_existsIn") for name in unknown})
    kept = policy.read(job.find(unit, number).policy)
    named: list[dict[str, Any]] = [
        {"name": name, "city_id": city_id} for name, city_id in (kept.called | found).items()
    ]
    _check_again(unit, number, kept._replace(cities=named))


async def take_as_empty(page: Page, form: Form) -> Answer:
    """Read cells that say nothing as empty, and check all rows once more."""
    return await phases.write(page, _take_as_empty, [*filter(says_nothing, form.every("text"))])


def _take_as_empty(unit: Unit, number: int, texts: Sequence[str]) -> None:
    kept = policy.read(job.find(unit, number).policy)
    _check_again(unit, number, kept._replace(empty=[*dict.fromkeys((*kept.empty, *texts))]))


def _check_again(unit: Unit, number: int, wanted: Policy) -> None:
    job.change(unit, number, job.Wanted(None, None, wanted))
    job.forget_check(unit, number)
    job.start(unit, number, True, None)
