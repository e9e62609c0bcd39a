"""A file that the server cannot take now: the form says so, and is there to be sent again."""

from pathlib import Path

from tests.conftest import sign_up
from tests.support.disk import mounted
from tests.support.pages import pages_of
from tests.support.server import Server


def test_a_form_whose_file_does_not_fit_comes_again(tmp_path: Path, folder: Path) -> None:
    with (
        mounted(tmp_path / "disk") as disk,
        Server(folder, CLOSUM_FILES_FOLDER=str(disk.folder)) as server,
        sign_up(server) as client,
        pages_of(server, client.email) as pages,
    ):
        answer = pages.upload(b"Nome,E-mail\nAna,ana@example.pt\n", "leads.csv", 503)
        assert int(answer.headers["retry-after"]) > 0
        assert "The server cannot take the file now." in answer.text
        assert 'action="/imports/new"' in answer.text
