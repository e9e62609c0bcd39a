"""What records of a resource are called: in paths, in sentences and in headings; and what one of them is called by."""

from functools import cached_property
from typing import Any

from closum.model.choices import Choice
from closum.model.fields import Field, Text


class Named:
    """What has the name of a resource."""

    name: str
    fields: tuple[Field, ...]
    unique: Any
    singleton: bool

    @cached_property
    def called_by(self) -> str:
        """The property that a record is called by: its key, else its first text that people write; `id` without one."""
        texts = (one.name for one in self.fields if isinstance(one, Text) and not isinstance(one, Choice))
        key = self.unique.field if self.unique else ""
        return key if any(one.name == key for one in self.fields) else next(texts, "id")

    @property
    def plural(self) -> str:
        """What several records are called: leads, cities, statuses, keys; a singleton by its name."""
        if self.singleton:
            return self.name
        if self.name.endswith("y") and self.name[-2] not in "aeiou":
            return f"{self.name[:-1]}ies"
        return f"{self.name}es" if self.name.endswith(("s", "x", "ch", "sh")) else f"{self.name}s"

    @property
    def slug(self) -> str:
        """The name in paths: `contact-type`."""
        return self.name.replace("_", "-")

    @property
    def one(self) -> str:
        """What one is called in a sentence: contact type."""
        return self.name.replace("_", " ")

    @property
    def several(self) -> str:
        """What several are called there: contact types."""
        return self.plural.replace("_", " ")

    @property
    def title(self) -> str:
        """What one is called in a heading: Contact type."""
        return self.one.capitalize()

    @property
    def titles(self) -> str:
        """What several are called there: Contact types."""
        return self.several.capitalize()

    @property
    def anchor(self) -> str:
        """What links to their section of the reference end in: Contact-types."""
        return self.titles.replace(" ", "-")
