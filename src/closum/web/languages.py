"""Which language a page is in."""

from collections.abc import Iterable, Iterator

import phonenumbers

from closum.http.file import joined
from closum.http.request import Scope
from closum.web.cookies import OF_LANGUAGE
from closum.web.words import LANGUAGES


def chosen(scope: Scope, own: str | None = None, company: str | None = None) -> str:
    """The user's `own`, else that of a cookie, else the best of Accept-Language, else that of the `company`, else English."""
    if own in LANGUAGES:
        return str(own)
    named = (OF_LANGUAGE.read(scope), accepted(joined(scope["headers"], b"accept-language")), company)
    return next((one for one in named if one in LANGUAGES), LANGUAGES[0])


def accepted(header: str) -> str | None:
    """The first of the languages in an Accept-Language header by its weight, None without one. Source: RFC 9110, 12.5.4."""
    ranges = (_weighted(part) for part in header.split(",")[:20])
    by_weight = sorted((one for one in ranges if one[0] > 0), key=lambda one: -one[0])
    return next(_known(tag for _, tag in by_weight), None)


def country(header: str) -> str:
    """The first country in an Accept-Language header, "" without one; `en-US` says nothing, as browsers anywhere have it."""
    tags = (part.partition(";")[0].strip().lower() for part in header.split(",")[:20])
    regions = (tag.rpartition("-")[2].upper() for tag in tags if "-" in tag and tag != "en-us")
    return next((one for one in regions if one in phonenumbers.SUPPORTED_REGIONS), "")


def _known(tags: Iterable[str]) -> Iterator[str]:
    return (language for tag in tags if (language := tag.partition("-")[0]) in LANGUAGES)


def _weighted(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().lower().partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), tag.strip()
    except ValueError:
        return 0.0, tag
