"""Which language a page is in."""

import pytest

from closum.web.languages import accepted, chosen

each = pytest.mark.parametrize


@each(
    ("header", "language"),
    [
        ("", "en"),
        ("pt", "pt"),
        ("pt-PT,pt;q=0.9,en;q=0.8", "pt"),
        ("PT-br", "pt"),
        ("fr-FR, fr;q=0.9", "en"),
        ("fr, pt;q=0.2, en;q=0.1", "pt"),
        ("en;q=0.5, pt;q=0.7", "pt"),
        ("pt;q=0, en", "en"),
        ("pt;q=x", "en"),
        ("*", "en"),
        (",;q=,=;", "en"),
        ("pt;q=1e999999", "pt"),
    ],
)
def test_accept_language(header: str, language: str) -> None:
    assert accepted(header) == language


@each(
    ("own", "cookie", "company", "language"),
    [
        (None, "", None, "en"),
        (None, "pt", None, "pt"),
        ("en", "pt", None, "en"),
        ("pt", "en", "en", "pt"),
        (None, "xx", None, "en"),
        ("xx", "pt", "en", "pt"),
        (None, "", "pt", "pt"),
        (None, "xx", "pt", "pt"),
    ],
)
def test_the_choice_of_a_user_comes_first_then_that_of_a_cookie_then_that_of_the_company(
    own: str | None, cookie: str, company: str | None, language: str
) -> None:
    headers = [(b"cookie", f"closum-language={cookie}".encode()), (b"host", b"localhost:8000")]
    scope = {"scheme": "http", "headers": headers, "client": ("127.0.0.1", 1)}
    assert chosen(scope, own, company) == language
