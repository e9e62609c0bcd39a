"""Where samples send a password: never to a host that is not the reader's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KINDS = {".md", ".py", ".rb", ".js", ".html", ".gemspec", ".toml"}


def shown() -> Iterator[Path]:
    """What a reader copies from: documents, the clients with their documentation, and the reference."""
    yield from ROOT.glob("*.md")
    for folder in ("docs", "clients", "src/closum"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)


@pytest.mark.parametrize(
    "folder", ["README.md", "clients/python/README.md", "src/closum/reference/samples.py"]
)
def test_these_are_read(folder: str) -> None:
    assert ROOT / folder in set(shown())


def test_no_sample_calls_the_published_host() -> None:
    assert [path for path in shown() if "api.closum.com" in path.read_text(encoding="utf-8")] == []
