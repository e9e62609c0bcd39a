"""A file without rows goes no further: the page says what to do."""

import pytest

from tests.support.import_pages import sent
from tests.support.pages import Pages, texts

SAID = {
    "en": ("There are no rows below the headings", "Another file", "Delete this import"),
    "pt": ("Não há linhas abaixo dos cabeçalhos", "Outro ficheiro", "Eliminar esta importação"),
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("file", ["Name,Email,Phone\n", "Name,Email,Phone\n\n,,\n"])
def test_headings_alone_are_no_file_to_import(pages: Pages, language: str, file: str) -> None:
    pages.headers["accept-language"] = language
    number = sent(pages, file)
    page = pages.shown(f"/imports/{number}/columns")
    for one in SAID[language]:
        assert one in texts(page)
    assert 'name="go"' not in page
    assert 'http-equiv="refresh"' not in page


def test_a_row_that_was_taken_for_headings_is_read_once_somebody_says_so(pages: Pages) -> None:
    number = sent(pages, "Ana Reis,ana@example.pt\n")
    answer = pages.submit(f"/imports/{number}/format", {"header_line": "0"})
    _, page = pages.arrives(answer.headers["location"])
    assert "1 row CSV" in texts(page)
    assert "Ana Reis" in texts(page)
