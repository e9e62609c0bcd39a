"""Cells that say that there is nothing, such as `n/a`: an import reads them as empty once somebody has said that they are."""

from closum.operations.importing.headings import (
    CITY,
    CITY_ID,
    CONSENTS,
    COUNTRY,
    CREATED,
    EMAIL,
    EXTENSION,
    ID,
    NAMED,
    OWNER,
    PHONE,
)

COLUMNS = (EMAIL, PHONE, EXTENSION, COUNTRY, CITY, CITY_ID, OWNER, CREATED, ID, *NAMED, *CONSENTS)
"""What such cells are looked for in: a name and additional data may be any text."""

_TEXTS = frozenset(
    """-|--|---|\u2013|\u2014|.|..|...|/|?|x|n/a|n.a.|na|n/d|n.d.|nd|none|null|nil|empty|unknown|no email|no e-mail|no phone
    |nenhum|vazio|desconhecido|não tem|nao tem|sem email|sem e-mail|sem correio|sem telefone|sem telemóvel|sem contacto
    |sem número""".replace("\n    ", "").split("|")
)


def key(text: str) -> str:
    """By which texts of cells are compared."""
    return text.strip().casefold()


def says_nothing(text: object) -> bool:
    """Whether a text can only mean that there is nothing."""
    return isinstance(text, str) and key(text) in _TEXTS
