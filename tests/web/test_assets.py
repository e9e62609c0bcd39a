"""Style sheet and scripts: browsers keep them for good, under names that change with the contents."""

import gzip
import re
from importlib.resources import files

import pytest

from closum.web.assets import Assets

each = pytest.mark.parametrize

MOST = {
    "board.js": 1_300,
    "closum.css": 9_000,
    "closum.js": 2_900,
    "live.js": 1_650,
    "htmx.js": 18_000,
    "reference.css": 2_050,
    "reference.js": 2_300,
    "run.js": 2_650,
    "favicon.svg": 300,
}
"""Bytes, compressed."""


@each("name", MOST)
def test_a_file_is_kept_for_good_and_compressed(name: str) -> None:
    assets = Assets("/crm")
    path = assets(name).removeprefix("/crm")
    answer = assets.files[path].answer([(b"accept-encoding", b"gzip")])
    headers = dict(answer.headers)
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert headers[b"content-encoding"] == b"gzip"
    assert isinstance(answer.body, bytes)
    assert len(answer.body) <= MOST[name]
    plain = assets.files[path].answer([]).body
    assert gzip.decompress(answer.body) == plain


def test_every_file_has_a_path_of_its_own() -> None:
    assert len(Assets().files) == len(MOST)


def test_the_script_is_sent_without_spaces_that_only_people_read_and_with_its_texts_as_they_are() -> None:
    written = (files("closum.web") / "static" / "closum.js").read_text("utf-8")
    written = re.sub("(?m)^ *//.*\n", "", written)
    assets = Assets()
    sent = assets.files[assets("closum.js")].answer([]).body
    assert isinstance(sent, bytes)
    assert len(sent) < len(written)
    texts = re.compile(r"'[^'\n]*'|`[^`]*`")
    assert texts.findall(sent.decode()) == texts.findall(written)
    assert re.sub(r"\s", "", sent.decode()) == re.sub(r"\s", "", written)
