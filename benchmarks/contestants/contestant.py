"""A product under load, and what is asked of it."""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.load import Call, Target, filled
from benchmarks.process import Process

Shown = tuple[Any, ...]
"""Of a lead: name, city, custom data, address, prefix and number; "" for what it does not have."""


@dataclass(slots=True)
class Contestant:
    """A server that runs, over one data set.

    `calls` has `lead`, `page` and, where it may write, `create` and `update`; `sorts` the product's name of an order;
    `key` the format of an id, from the account and the number of the lead in it; `targets` are the accounts by name.
    """

    name: str
    process: Process
    calls: Mapping[str, Call]
    sorts: Mapping[str, str]
    key: str
    targets: Mapping[str, list[Target]]
    lead: Callable[[Any], Shown]
    page: Callable[[Any], tuple[int, list[Shown]]]

    def ask(self, kind: str, target: Target, **values: object) -> Any:
        """One answer. Raises urllib.error.HTTPError for one that is not 2xx."""
        call = self.calls[kind]
        known = {"account": target.account, "number": "9999999", "size": 25, "page": 1} | values
        known["key"] = self.key % (target.account, values.get("id", 1))
        known["owner"] = f"{target.account:015d}"
        known["sort"] = self.sorts[str(values.get("sort", "id"))]
        body = filled(call.body, known).encode() or None
        request = urllib.request.Request(
            self.process.address + filled(call.path, known), body, method=call.method
        )
        request.add_header("Authorization", target.authorization)
        request.add_header("Content-Type", call.content_type)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def milliseconds(self, kind: str, target: Target, **values: object) -> float:
        """How long one answer took."""
        begun = time.perf_counter()
        self.ask(kind, target, **values)
        return (time.perf_counter() - begun) * 1e3


def post(url: str, body: object, authorization: str = "", method: str = "POST") -> Any:
    """The JSON that a call with a body answers."""
    request = urllib.request.Request(url, json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    if authorization:
        request.add_header("Authorization", authorization)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def shown(record: Mapping[str, Any]) -> Shown:
    """Of a record with the properties of closum's."""
    email, phone = record["email"] or {}, record["phone"] or {}
    return (
        record["name"] or "",
        record["city_id"] or 0,
        record["custom_data"] or "",
        email.get("email", ""),
        phone.get("extension", ""),
        phone.get("number", ""),
    )
