"""The nouns of the API, and what a terminal has to know of each."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._noun import Nested, Noun, Property, Reference
from closum_client.nouns import city, email, lead, phone

__all__ = ["NOUNS", "Nested", "Noun", "Property", "Reference"]

NOUNS: tuple[Noun, ...] = (
    lead.NOUN,
    city.NOUN,
    email.NOUN,
    phone.NOUN,
)
