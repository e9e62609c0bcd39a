"""The files of other programs: by pages they come to the same leads as by calls, and the figures add up to their rows."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.import_calls import leads, send, shown, started
from tests.support.import_pages import checked, imported, sent
from tests.support.importing import SAMPLES
from tests.support.pages import Pages

FILES = [*SAMPLES.glob("*.csv"), *SAMPLES.glob("*.vcf"), *(SAMPLES / "others").glob("*.*")]
STAT = re.compile(r'<div class="stat"><dt>[^<]*</dt><dd>([0-9,]+)</dd>')


def figures(page: str) -> list[int]:
    return [int(one.replace(",", "")) for one in STAT.findall(page)]


def plain(found: list[Any]) -> list[Any]:
    """Leads without what differs between two accounts."""
    return [{name: one[name] for name in one if name not in ("id", "creation_date")} for one in found]


@pytest.mark.parametrize(
    "file", [one for one in FILES if one.name != "expected.json"], ids=lambda one: one.name
)
def test_a_file_comes_to_the_same_by_pages_and_by_calls(
    file: Path, pages: Pages, api: Client, other_api: Client
) -> None:
    content = file.read_bytes()
    number = sent(pages, content, file.name)
    tried = figures(checked(pages, number, country="PT", on_match="skip", match="email,phone"))
    page = imported(pages, number)
    other = send(other_api, content, file.name)
    other_api.data("PUT", f"/api/import/{other}", {"country": "PT", "on_match": "skip"})
    counts = started(other_api, other)["counts"]
    assert shown(api, number)["counts"] == counts
    assert figures(page) == tried == [counts[name] for name in ("created", "updated", "skipped", "faulty")]
    assert sum(tried) + counts["left_out"] <= shown(api, number)["rows"]
    assert plain(leads(api)) == plain(leads(other_api))
