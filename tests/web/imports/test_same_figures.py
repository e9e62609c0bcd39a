"""The check of an import tells the figures of the import, for rows that meet leads of rows before them too."""

import re

import pytest

from tests.support.client import Client
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages

ROWS = """ana@example.pt,,,
ana@example.pt,{user},,
rui@example.pt,,withdrawn,
rui@example.pt,,given,
rui@example.pt,,given,
eva@example.pt,,given,fair
eva@example.pt,,withdrawn,shop
eva@example.pt,,,
zoe@example.pt,,,
zoe@example.pt,,,shop
zoe@example.pt,,,fair
"""
TO = ("email", "owner_id", "consent_email", "source")


def figures(page: str) -> list[str]:
    return re.findall(r'class="stat"><dt>[^<]*</dt><dd>([^<]*)</dd>', page)


@pytest.mark.parametrize(
    ("on_match", "expected"),
    [("fill_empty", ["4", "2", "5", "0"]), ("update", ["4", "7", "0", "0"]), ("skip", ["4", "0", "7", "0"])],
)
def test_the_check_tells_what_the_import_does(
    pages: Pages, api: Client, on_match: str, expected: list[str]
) -> None:
    (user, *_) = api.data("GET", "/api/user")
    api.new("assignment_rule", {"position": 10, "user_ids": [user["id"]]})
    number = sent(pages, "A,B,C,D\n" + ROWS.format(user=user["id"]))
    mapping = [{"column": place, "to": to} for place, to in enumerate(TO, 1)]
    api.data("PUT", f"/api/import/{number}", {"mapping": mapping})
    assert figures(checked(pages, number, on_match=on_match)) == expected
    assert figures(imported(pages, number)) == expected
