"""Imports by pages, as people do them without scripts."""

from typing import Any

from tests.support.pages import Pages


def sent(pages: Pages, content: str | bytes, name: str = "leads.csv") -> int:
    """The id of a new import, which is read."""
    body = content.encode() if isinstance(content, str) else content
    path = pages.upload(body, name).headers["location"]
    pages.arrives(path)
    return int(path.split("/")[2])


def checked(pages: Pages, number: int, **fields: Any) -> str:
    """The page of the check of all rows, once it has ended."""
    answer = pages.submit(f"/imports/{number}/columns", {"go": "check", **fields})
    path, page = pages.arrives(answer.headers["location"])
    assert path == f"/imports/{number}/check"
    return page


def imported(pages: Pages, number: int) -> str:
    """The page of the result, once the import has ended."""
    path, page = pages.arrives(pages.submit(f"/imports/{number}").headers["location"])
    assert path == f"/imports/{number}"
    return page
