"""The stages of an account as the cells of a file name them: by the numbers, or by what the account or its pages call them."""

from typing import NamedTuple

from closum.model.query import Page, Query
from closum.operations.importing import sheet
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.store import rows
from closum.store.unit import Unit

MOST = 1_000
"""That are known by what they are called."""
MOST_TOLD = 30


class Stages(NamedTuple):
    """The ids by the keys of the names, and the names of those that a lead may get, in their order."""

    ids: dict[str, int]
    names: list[str]


def known(unit: Unit) -> Stages:
    some = Query("position", window=Page(1, MOST), fields=("id", "label", "archived"))
    found, _ = rows.page(unit, CONTACT_LIFECYCLE_STAGE, some)
    names = [one["label"] for one in found if not one["archived"]]
    return Stages(sheet.stages((one["id"], one["label"]) for one in found), names[:MOST_TOLD])
