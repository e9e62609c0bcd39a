"""Two lists of one name: nothing refuses them, their pages say so, and whoever chooses one can tell them apart."""

import re

from tests.support.clerk import Clerk, hidden, text_of
from tests.support.visiting import links

NOTICE = {"en": "This list has the name of another one", "pt": "Esta lista tem o nome de outra"}


def options(page: str) -> list[str]:
    return re.findall(r'<option value="\d+">([^<]*(?:Fair|News)[^<]*)</option>', page)


def test_a_list_with_the_name_of_another_one_says_so(owner: Clerk) -> None:
    first = owner.made("/audience-lists", {"name": "Fair"})
    second = owner.made("/audience-lists", {"name": "News"})
    path = f"/audience-lists/{second}"
    assert NOTICE["en"] not in text_of(owner.page(path))
    owner.fill(path, {**hidden(owner.page(f"{path}/edit")), "name": "fair"})
    for language, told in NOTICE.items():
        owner.headers["accept-language"] = language
        page = owner.page(path)
        assert told in text_of(page)
        assert f"/audience-lists/{first}" in links(page)
        assert told in text_of(owner.page(f"/audience-lists/{first}"))


def test_lists_of_one_name_are_told_apart_where_one_is_chosen(owner: Clerk) -> None:
    for name in ("Fair", "Fair", "News"):
        owner.made("/audience-lists", {"name": name})
    lead = owner.made("/leads", {"name": "Ana"})
    told = ["Fair (No. 1)", "Fair (No. 2)", "News"]
    assert options(owner.page(f"/leads/{lead}")) == told
    assert sorted(options(owner.page(f"/leads/bulk?id={lead}&do=lists"))) == told
    assert sorted(options(owner.page("/leads/filters"))) == told
    owner.headers["accept-language"] = "pt"
    assert options(owner.page(f"/leads/{lead}"))[0] == "Fair (N.º 1)"
