"""Routes that differ in nothing but the text of their page: of the sections of the reference one is enough."""

from collections.abc import Iterable

from closum.http.route import Route

ONE = "/docs/leads"
OTHERS = ("/docs/search", "/docs/visitor", "/docs/key", "/docs/run")


def without_alike(routes: Iterable[Route]) -> list[Route]:
    """The routes without the pages of the other sections; `tests/reference` has all of them."""
    return [one for one in routes if not one.path.startswith("/docs/") or one.path.startswith((ONE, *OTHERS))]
