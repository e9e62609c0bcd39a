"""The version rises with the schema, and the clients have the server's."""

import re
from pathlib import Path

from closum import __version__
from closum.store import migrate
from closum_client import __version__ as client_version

ROOT = Path(__file__).parents[1]


def numbers(version: str) -> tuple[int, ...]:
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version)
    return tuple(map(int, version.split(".")))


def test_each_schema_came_with_a_version() -> None:
    """A new migration needs a line in `FIRST_VERSIONS`, and closum the version that it names."""
    schemas, versions = zip(*migrate.FIRST_VERSIONS.items(), strict=True)
    assert list(schemas) == list(range(9, migrate.newest() + 1)), (
        "a migration was added: raise the version with it"
    )
    assert all(numbers(version)[2] == 0 for version in versions)
    assert [numbers(version) for version in versions] == sorted(map(numbers, versions))


def test_this_version_is_that_of_its_schema() -> None:
    """Only the last number rises without a new schema."""
    assert numbers(__version__)[:2] == numbers(migrate.FIRST_VERSIONS[migrate.newest()])[:2]


def test_the_clients_have_the_version_of_the_server() -> None:
    assert client_version == __version__
    ruby = (ROOT / "clients/ruby/lib/closum/version.rb").read_text(encoding="utf-8")
    assert f'VERSION = "{__version__}"' in ruby
