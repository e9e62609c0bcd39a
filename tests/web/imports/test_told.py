"""Whatever an import can say has a text in both languages."""

import pytest

from closum.errors import fault
from closum.formats.form import FORMATS
from closum.model import duplicates
from closum.operations.importing.cells import RULES
from closum.operations.importing.feet import BLANK, MESSAGES
from closum.operations.importing.mapping import TARGETS, TYPES, Column
from closum.store.imports import ANALYSIS, CANCELLED, CHECK, DONE, READY, RUN, Import
from closum.web.imports import columns, figures, targets, told
from closum.web.words import LANGUAGES, load

BROKEN = ("_unclosed", "_object", "_json", "_encoding", "_printable", "_unreadable", "_columns", "_maxLength")
"""What formats say of rows that cannot be read at all."""
OF_WRITES = (
    "_ambiguous",
    "_isUnique",
    "_atLeastOne",
    "_email",
    "_existsIn",
    "_integer",
    "_notGiven",
    "_archived",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_thing_has_its_text(language: str) -> None:
    words = load()[language]
    phases = (ANALYSIS, READY, CHECK, RUN, DONE, CANCELLED, "failed", "undone")
    keys = [f"phase.{one}" for one in phases] + [f"format.{one}" for one in FORMATS]
    keys += [f"match.{one}" for one in columns.MATCHES] + [*columns.ON_MATCH.values()]
    keys += [f"delimiter.{one}" for one in columns.DELIMITERS.values()]
    keys += [f"alike.{one}" for one in duplicates.REASONS.values()]
    keys += [f"fault_in_general.{one}" for one in ("_ambiguous",)]
    keys += [f"left_out.{one}" for one in (*MESSAGES, BLANK)]
    keys += [f"fault.{one}" for one in (*RULES, *BROKEN, *OF_WRITES)]
    keys += [
        f"{of}.{figures.kind(result, on_match)}"
        for result in ("created", "updated", "skipped", "faulty")
        for on_match in columns.ON_MATCH
        for of in ("row", "rows")
    ]
    assert [one for one in keys if one not in words] == []
    assert len({text for _, text in targets.options(words, "lead")}) == len(TARGETS)
    assert len(targets.own(Column(1, "Notas", "custom_data.x"), words, "lead")) == 2 * len(TYPES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_that_is_refused_gets_a_reason(language: str) -> None:
    words = load()[language]
    reasons = [
        "The file is protected by a password: remove it, and save the file again",
        "The spreadsheet is above 4 GiB when it is unpacked: divide it, or save it as CSV",
        "The file is empty: send a file with rows",
        "No row can be the header: there is more than one",
        "something that nobody has thought of",
    ]
    texts = [told.refused(one, words) for one in reasons]
    assert len({*texts}) == len(reasons)
    assert texts[-1] == words("refused.other")


def why(resource: str, rule: str, message: str) -> str:
    """What is said of a row that is refused as a whole."""
    found = Import(1, None, DONE, "", "", 1, "", "", {}, None, [], {}, None, "", "", resource)
    ((_, _, said),) = told.faults(found, (), [[0, "", rule, message]], load()["en"])
    return str(said)


def test_what_has_no_text_is_told_as_the_server_says_it() -> None:
    words = load()["en"]
    assert why("lead", "_other", "<b>") == "&lt;b&gt;"
    assert told.warned("_other", "<b>", words) == "&lt;b&gt;"


def test_what_holds_for_leads_is_said_of_leads() -> None:
    several = str(fault("_ambiguous", ids="12, 15")["_ambiguous"])
    assert why("lead", "_ambiguous", several).startswith("Several leads have this: 12, 15.")
    assert why("note", "_ambiguous", several).startswith("Several records match: 12, 15.")
    assert why("lead", "_isUnique", "") == "A lead already has this."
    assert why("note", "_isUnique", "") == "Another record has this already."
    assert why("lead", "_existsIn", "") == why("note", "_existsIn", "")
