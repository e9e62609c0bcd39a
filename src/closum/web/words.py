"""Every text of the pages, in each language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "pt")
NAMES = {"en": "English", "pt": "Português"}
"""What each language is called in itself."""

_FOLDER = files("closum.web") / "strings"


class Words:
    """The texts of one language: `words.save`, and `words("lead.name")` for a key that is no identifier.

    What every resource calls a property alike has one text: `field.name` is that of `lead.name`, unless it has its own.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.__dict__.update(texts)
        self.__dict__["_texts"] = texts

    def __call__(self, key: str) -> str:
        """Raises KeyError for a key that is not there."""
        texts: Mapping[str, str] = self.__dict__["_texts"]
        return texts[key] if key in texts else texts[_shared(key)]

    def __contains__(self, key: str) -> bool:
        texts: Mapping[str, str] = self.__dict__["_texts"]
        return key in texts or _shared(key) in texts

    def called(self, resource: str, record_id: int, title: str) -> str:
        """What people call a record that the database calls `title`: one that every account has goes by its name in the language."""
        texts: Mapping[str, str] = self.__dict__["_texts"]
        return texts.get(f"{resource}.{record_id}", title)

    def __getattr__(self, key: str) -> str:
        raise AttributeError(f"There is no text {key!r}")


def sayings(words: Mapping[str, Words]) -> Callable[[str], Sequence[str]]:
    """Gives of a key its text in each language; nothing of one that is not there."""
    return lambda key: [one(key) for one in words.values() if key in one]


def _shared(key: str) -> str:
    return f"field.{key.partition('.')[2]}"


class Missing(Exception):
    """A text that a declaration needs is not there."""


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """By language and key."""
    rows = [
        row for one in _FOLDER.iterdir() if one.name.endswith(".tsv") for row in read(one.read_text("utf-8"))
    ]
    return {language: {row["key"]: row[language] for row in rows} for language in LANGUAGES}


def read(text: str) -> Iterator[dict[str, str]]:
    """The rows of a file: `key`, and the text in each language."""
    heading, *lines = (line.split("\t") for line in text.splitlines())
    return (dict(zip(heading, line, strict=True)) for line in lines)


def load(more: Mapping[str, Mapping[str, str]] | None = None, needed: Iterable[str] = ()) -> dict[str, Words]:
    """The words by language; `more` are those of resources that are not the product's own.

    Raises Missing for a key that is `needed` and not there.
    """
    found = {one: Words({**texts()[one], **(more or {}).get(one, {})}) for one in LANGUAGES}
    missing = sorted({key for key in needed for one in found.values() if key not in one})
    if missing:
        raise Missing(f"closum/web/strings lacks {', '.join(missing)}")
    return found
