"""Seeded choices with the skew that reports have: few hubs, a long tail."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Everything random comes from `random()`, whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def happens(self, probability: float) -> bool:
        return self.random() < probability

    def below(self, number: int) -> int:
        """Uniform in 0 .. number - 1."""
        return int(self.random() * number)

    def between(self, lowest: int, highest: int) -> int:
        """Uniform, both ends included."""
        return lowest + int(self.random() * (highest - lowest + 1))

    def rank(self, number: int) -> int:
        """Zipf over 0 .. number - 1: a rank's chance falls as its inverse. Needs no table."""
        return min(int((number + 1) ** self.random()) - 1, number - 1)

    def few(self, most: int) -> int:
        """1 .. most, each further one half as likely."""
        number = 1
        while number < most and self.random() < 0.5:
            number += 1
        return number

    def of(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def hash(self) -> str:
        """64 hexadecimal digits that nothing else has."""
        return "".join(f"{int(self.random() * 2**52):016x}" for _ in range(4))
