"""What an argument is when it isn't given, where None means something else."""

from enum import Enum
from typing import Final, Literal


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Leave this property alone. (None clears it.)"""

UnsetType = Literal[Unset.UNSET]
