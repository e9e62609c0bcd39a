"""What is exported comes back as it was when it is imported into an empty account, whatever it is."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.formats.output import Output
from closum.model.query import Query
from closum.model.text import is_visible
from closum.operations import exporting
from closum.operations.exporting import FORMATS, Export
from closum.operations.importing.files import Files
from closum.resources.lead import LEAD
from closum.store.session import Session
from tests.support.import_jobs import imported
from tests.support.stored import create

NUMBERS = itertools.count(1)
STAGE = "contact_lifecycle_stage_id"
CONSENTS = ("consent_email", "consent_sms")
SOURCES = ("source", "utm_campaign", "last_source")
SHOWN = Query("id", fields=("*", STAGE, *SOURCES, *CONSENTS))

# NUL and lone surrogates are in no stored text.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ODD = st.sampled_from(
    [
        "=1+1",
        "+351",
        "-",
        "@x",
        "\t",
        "\r",
        "'",
        "''",
        "'=",
        '"',
        '""',
        ",",
        ";",
        "\r\n",
        "\n",
        " ",
        "\u200b",
        "\ufeff",
        "\xa0",
        "😀",
        "＝",
        "_x0041_",
        "<r><t>a</t></r>",
        "&lt;",
        "]]>",
        "\x01",
        "\ufffe",
        "null",
        "TRUE",
        "1e5",
        "0/0/00",
        "Total",
    ]
)
NAMES = st.lists(ODD | TEXT, min_size=1, max_size=4).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
EMAILS = st.sampled_from(
    [
        "ana@example.com",
        "Ana@Example.com",
        "+ana@example.com",
        "-a@example.com",
        "=a@example.com",
        '"a,b; c"@example.com',
        "á@exämple.com",
    ]
)
PHONES = st.sampled_from(
    [
        {"number": "+351 912 345 678"},
        {"extension": "351", "number": "912 345 678"},
        {"extension": "+351", "number": "912345679"},
        {"extension": "001", "number": "(517) 388-1452 ext. 12"},
        {"extension": "00351", "number": "sem telefone"},
        {"extension": "44-1481", "number": "256789"},
        {"extension": "351", "number": "-"},
        {"extension": "351", "number": "=1"},
        {"extension": "351", "number": "912341212; 912341213"},
        {"extension": "351", "number": "p:912 345 000.0"},
    ]
)
LEADS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"name": st.just("Ana") | NAMES.filter(is_visible)},
    optional={
        "email": EMAILS.map(lambda one: {"email": one}),
        "phone": PHONES,
        "city_id": st.integers(1, 308),
        STAGE: st.integers(1, 9),
        **dict.fromkeys(SOURCES, NAMES.filter(is_visible)),
        "lead_opt_in": st.fixed_dictionaries({}, optional={"email": st.booleans(), "sms": st.booleans()}),
        "custom_data": VALUES.map(json.dumps)
        | st.sampled_from(['{ "a" : 1.50, "a\\u0062": [] }', '"=x"', "-5"]),
    },
)


def exported(session: Session, account_id: int, format: str, file: Path) -> list[dict[str, Any]]:
    """Write the file; the records that are in it, without their ids."""
    with session.stream() as unit, file.open("wb") as opened:
        exporting.write(unit.of(account_id), Export(LEAD, SHOWN, format), Output(opened.write))
    with session.stream() as unit:
        lines = list[bytes]()
        exporting.write(unit.of(account_id), Export(LEAD, SHOWN, "ndjson"), Output(lines.append))
    found = [json.loads(line) for line in b"".join(lines).splitlines()[:-1]]
    return [{name: value for name, value in one.items() if name != "id"} for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_it_comes_back(format: str, session: Session, tmp_path: Path) -> None:
    files = Files(tmp_path / "imports")

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(LEADS, min_size=1, max_size=40))
    def comes_back(bodies: list[dict[str, Any]]) -> None:
        number = next(NUMBERS)
        with session.write() as unit:
            before, after = (users.add_account(unit, f"{name} {number}") for name in ("Before", "After"))
        with session.write(before.id) as unit:
            create(unit, LEAD, bodies)
        file = tmp_path / f"{number}.{format}"
        there = exported(session, before.id, format, file)
        imported(session, after.id, files, file.read_bytes(), on_match="create")
        again = exported(session, after.id, format, file)
        assert sorted(again, key=json.dumps) == sorted(there, key=json.dumps)

    comes_back()
