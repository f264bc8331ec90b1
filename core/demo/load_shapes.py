"""How long a generated case lasts, how many children it has, and how far it has come: drawn by chance, or five years."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.demo import load_deep

COMES_BACK: Final = 0.31
CHILDREN: Final = (0, 0, 0, 1, 1, 1, 2, 2, 3, 2)  # 1.2 on average
PHASES: Final = ("case_opening", "first_joint", "periodic", "closing", "follow_up")


@dataclass(frozen=True)
class Shape:
    """Of one case: its code, the day of its first meeting, its length, its children, and the phases that it entered."""

    code: str
    first: date
    length: timedelta
    children: int
    phases: tuple[str, ...]

    @property
    def last(self) -> date:
        return self.first + self.length


def drawn(chance: random.Random, number: int, first: date, today: date) -> Shape:
    """A case like most."""
    length = timedelta(days=chance.randint(120, 540))
    age = min(len(PHASES) - 1, int((today - first) / timedelta(days=90)))
    return Shape(
        code=f"G-{number:04}" + ("R" if chance.random() < COMES_BACK else ""),
        first=first,
        length=length,
        children=chance.choice(CHILDREN),
        phases=PHASES[: age + 1],
    )


def deep(today: date) -> Shape:
    """The one case of five years, which goes on."""
    return Shape(
        code=load_deep.CODE,
        first=today - load_deep.AGE,
        length=load_deep.AGE + timedelta(days=180),
        children=load_deep.CHILDREN,
        phases=PHASES[:3],
    )
