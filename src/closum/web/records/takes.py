"""What the button beside a change says that it takes back: all that its operation did, to other records, too."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from closum.model.resource import Resource
from closum.operations.taken import Taken
from closum.web import done
from closum.web.locale import said
from closum.web.page import Page
from closum.web.records import beside

IMPORT = "import"
FEW = 20
"""Changes that the button takes back at once; of more it asks on a page of its own."""


def text(
    page: Page, resource: Resource, taken: Taken, told: Sequence[Sequence[str]], *, alone: bool
) -> Markup:
    """`Undo for 3 leads`: for the history of a record of the resource, which has `told` so many changes of the operation, each by
    what it is about; `alone` where they say all that it did.
    """
    words, kind = page.words, _kind(taken)
    if taken.is_large:
        return said(words(f"takes.many.{kind}"))
    numbers = {} if alone or kind == IMPORT else _numbers(page, resource, taken)
    own = [one for one in beside.TOLD if one.name in numbers and _belongs(one, resource)]
    if any(number > 1 for number in numbers.values()) or numbers.keys() - {resource.name, *_names(own)}:
        what = [page.locale.count(f"{name}.n", number) for name, number in numbers.items()]
        return said(words(f"takes.for.{kind}"), what=done.listed(what, words))
    names = dict.fromkeys(name for one in told for name in one)
    untold = [name for one in _names(own) if (name := done.small(words(one))) not in names]
    if kind == IMPORT or len(told) + len(untold) == 1:
        return said(words(f"takes.this.{kind}"))
    return said(words(f"takes.of.{kind}"), what=done.listed([*names, *untold], words))


def _kind(taken: Taken) -> str:
    if taken.cause == IMPORT:
        return IMPORT
    return "back" if done.brings_back(taken._asdict()) else "undo"


def _numbers(page: Page, resource: Resource, taken: Taken) -> dict[str, int]:
    """How many records of each resource somebody meant to change, those of this resource first, without what they show; where these
    have changed with what belongs to them, such as consents, that is told of them.
    """
    resources = {name: view.resource for name, view in page.site.views.items()}
    there = [resources[name] for name in taken.counts if name in resources]
    shown = {one.resource.name for of in there for one in of.nested}
    meant = done.meant(taken.counts, resources).keys() - shown
    found = {name: taken.records[name] for name in resources if name in meant}
    name = resource.name
    if name in found:
        return {name: found[name]} | found
    of_own = [one for one in found if name in taken.records and _belongs(resources[one], resource)]
    own = {name: taken.records[name]} if of_own else {}
    return own | {one: number for one, number in found.items() if one not in of_own}


def _names(resources: Iterable[Resource]) -> list[str]:
    return [one.name for one in resources]


def _belongs(other: Resource, resource: Resource) -> bool:
    return any(one.resource is resource for one in other.parents)
