"""Which language a page is in."""

import pytest

from closum.web.languages import chosen

each = pytest.mark.parametrize


def of(header: str, own: str | None = None, cookie: str = "", company: str | None = None) -> str:
    headers = [
        (b"cookie", f"closum-language={cookie}".encode()),
        (b"host", b"localhost:8000"),
        (b"accept-language", header.encode()),
    ]
    return chosen({"scheme": "http", "headers": headers, "client": ("127.0.0.1", 1)}, own, company)


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
    assert of(header) == language


@each(
    ("own", "cookie", "header", "company", "language"),
    [
        (None, "", "", None, "en"),
        (None, "pt", "en", None, "pt"),
        ("en", "pt", "pt", "pt", "en"),
        ("pt", "en", "en", "en", "pt"),
        (None, "xx", "pt", "en", "pt"),
        ("xx", "pt", "en", "en", "pt"),
        (None, "", "en-GB, fr", "pt", "en"),
        (None, "", "fr-FR", "pt", "pt"),
        (None, "xx", "", "pt", "pt"),
        (None, "", "", "xx", "en"),
    ],
)
def test_the_choice_of_a_user_comes_first_then_a_cookie_then_the_browser_then_the_company(
    own: str | None, cookie: str, header: str, company: str | None, language: str
) -> None:
    assert of(header, own, cookie, company) == language
