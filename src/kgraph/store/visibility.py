"""Masks of the levels that see a copy of a triple: bit 0 public, bit 1 restricted, bit 2 sealed.

What is asserted at a level is seen at that level and above. What a rule with negation infers may
hold at the public view and no longer at the restricted one, so that any mask but 0 can occur.
"""

from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """Who may see a quad: everybody; those with rights; nobody but the keepers of the store."""

    PUBLIC = 0
    RESTRICTED = 1
    SEALED = 2

    @property
    def label(self) -> str:
        """Its name as people write it."""
        return self.name.lower()


PUBLIC: Final[int] = Level.PUBLIC.value
RESTRICTED: Final[int] = Level.RESTRICTED.value
SEALED: Final[int] = Level.SEALED.value
LEVELS: Final = (PUBLIC, RESTRICTED, SEALED)
BY_LABEL: Final = {level.label: level for level in Level}
ANYWHERE: Final = 3
"""In place of a level: what some level sees, whichever. For counts and for writers alone."""

ALL: Final = (1 << len(LEVELS)) - 1
"""The mask of what everybody sees."""
MASKS: Final = range(1, ALL + 1)

FIRST: Final = ("first_public", "first_restricted", "first_sealed")
"""By level, the column that is true for one copy of each triple that the level sees."""
FIRST_COLUMNS: Final = ", ".join(FIRST)


def mask_from(level: int) -> int:
    """The levels that see what is asserted at one of them: it and those above; 7, 6 or 4."""
    return (ALL << level) & ALL


def upwards(mask: int) -> int:
    """The lowest level of a mask, and all above it."""
    return mask_from(lowest_level(mask)) if mask else 0


def lowest_level(mask: int) -> int:
    """The lowest level in a mask that is not 0."""
    return (mask & -mask).bit_length() - 1


def seen_from(level: int) -> int:
    """The mask of one level, or of all for `ANYWHERE`."""
    return ALL if level == ANYWHERE else 1 << level


def sees(level: int, column: str = "levels") -> str:
    """An SQL condition: whether a level sees a copy with this mask."""
    if level == ANYWHERE:
        return "true"
    if level == SEALED:
        return f"{column} >= {1 << SEALED}"
    return f"{column} & {1 << level} <> 0"


def upwards_in_sql(mask: str) -> str:
    """`upwards` as an SQL expression."""
    return f"(({mask} | ({mask} << 1) | ({mask} << 2)) & {ALL})::UTINYINT"


def rights_in_sql(copy: str) -> str:
    """SQL: the levels that may see the past of a quad, from `levels` and `round` of a copy.

    What is asserted is seen by those that see it: if it is also inferred for a lower level, the
    levels between do not see it today, nor in the past. What is only inferred has the rights of
    the lowest level that sees it, for the others do not lack rights: it does not follow there.
    """
    mask = f"{copy}.levels"
    return f"CASE WHEN {copy}.round = 0 THEN {mask} ELSE {upwards_in_sql(mask)} END"


BEFORE: Final = """coalesce(bit_or(levels) OVER (PARTITION BY s, p, o ORDER BY g
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0::UTINYINT)"""
"""SQL: the union of the masks of a triple's copies that come before this one."""


def first_in_sql(before: str) -> str:
    """The columns `FIRST_COLUMNS`, from `levels` and the union of earlier copies' masks."""
    return ", ".join(
        f"(levels & ~{before}) & {1 << level} <> 0 AS {column}"
        for level, column in enumerate(FIRST)
    )
