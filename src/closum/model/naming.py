"""What records of a resource are called: in paths, in sentences and in headings."""


class Named:
    """What has the name of a resource."""

    name: str
    singleton: bool

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
