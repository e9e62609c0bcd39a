"""What is measured of writes: kinds of calls, and the leads that these are about."""

from typing import Any

from benchmarks.data import Data

LEADS = 25_000
DATA = Data({"main": [LEADS]})
BATCH = 1_000  # items


CREATE, UPDATE, DELETE = "create", "update", "delete"
WORKED = "create with owner, stage, source and consent"
UPSERT_NEW, UPSERT_KNOWN = "upsert of a new lead", "upsert of a lead that is there"
KINDS = (CREATE, UPSERT_NEW, UPSERT_KNOWN, UPDATE, DELETE)
UNDONE = (CREATE, UPDATE, DELETE)


def single(kind: str) -> str:
    """The scenario of one call for each lead."""
    return f"{kind}, 32 connections"


def batch(kind: str) -> str:
    """The scenario of batches."""
    return f"{kind}, batches of {BATCH:,}"


def undo(kind: str) -> str:
    """The scenario of the undo of such batches."""
    return f"undo of {batch(kind)}"


def body(number: int) -> dict[str, Any]:
    """A lead with all properties, of an address and a number that no other lead has."""
    return {
        "name": f"Maria Veiros {number}",
        "city_id": 1 + number % 308,
        "custom_data": {"source": "fair", "campaign": number % 40},
        "email": {"email": f"maria.{number}@example.com"},
        "phone": {"extension": "351", "number": str(960_000_000 + number)},
    }


def worked(number: int) -> dict[str, Any]:
    """The same lead with what an account works it by."""
    consent = {"email": True, "enviroment": {"REMOTE_ADDR": "192.0.2.7", "REQUEST_URI": "/contact"}}
    return body(number) | {
        "owner_id": 1,
        "contact_lifecycle_stage_id": 3,
        "source": "fair",
        "lead_opt_in": consent,
    }


def changed(number: int, times: int) -> dict[str, Any]:
    """The same lead with another name and city."""
    return body(number) | {"name": f"Maria Veiros {number} {times}", "city_id": 1 + (number + times) % 308}
