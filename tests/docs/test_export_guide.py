"""docs/guide/export.md names the columns that a file has."""

import re

from tests.support.client import Client
from tests.support.documents import guide


def test_the_guide_names_every_column_of_leads(api: Client) -> None:
    (columns,) = re.findall(r"these columns for leads:\n\n(.+)\n", guide("export"))
    (headings,) = api.get("/api/lead/export").content.decode("utf-8-sig").splitlines()
    assert re.findall(r"`(.+?)`", columns) == headings.split(",")
