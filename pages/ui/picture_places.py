"""Where something stands in the picture of a case, in days and rows, and what is read of it when it is pointed at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from core.locale import Words
from core.operations import picture_words
from core.operations.pictures import ROWS, Difference, Mark, Picture, Span

ROW_HEIGHT: Final = 31
#: What a laptop and a projector leave for the days; words are left out where they would touch.
WIDTH: Final = 630
#: What a number takes.
NUMBER: Final = 24
#: What the names of the rows take.
LABELS: Final = 184
INK, SOFT, RULE, ALERT = "#22302f", "#5d6866", "#d8d5cb", "#a33a2b"


@dataclass(frozen=True)
class Places:
    t: Words
    picture: Picture
    span: Span

    @cached_property
    def margin(self) -> timedelta:
        return timedelta(days=max(2, (self.span.last - self.span.first).days // 60))

    @cached_property
    def first(self) -> date:
        return self.span.first - self.margin

    @cached_property
    def last(self) -> date:
        return self.span.last + self.margin

    @cached_property
    def days(self) -> int:
        return (self.last - self.first).days

    @cached_property
    def lines(self) -> tuple[tuple[int, Difference, int], ...]:
        """The differences by number, each with the line above the lanes on which it stands."""
        return tuple(stacked(self.picture, self.days * NUMBER // WIDTH))

    @cached_property
    def top(self) -> int:
        """The row of the highest line."""
        return -max(1, 1 + max((line for _, _, line in self.lines), default=0))

    def x(self, on: date) -> int:
        return max(0, min(self.days, (on - self.first).days))

    def pixels(self, days: float) -> float:
        return days * WIDTH / max(1, self.days)

    def across(self, field: str = "x", **more: Any) -> dict[str, Any]:
        domain = {"domain": [0, self.days], "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": domain, "axis": None, **more}

    def down(self, field: str = "y") -> dict[str, Any]:
        domain = {"domain": [self.top - 0.5, len(ROWS) - 0.5], "reverse": True, "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": domain, "axis": None}

    def text(self, values: Sequence[dict[str, Any]], *, colour: str = INK, **mark: Any) -> dict[str, Any]:
        return {
            "data": {"values": list(values)},
            "mark": {"type": "text", "fontSize": 13, "color": colour, "baseline": "middle", **mark},
            "encoding": {
                "x": self.across(),
                "y": self.down(),
                "text": {"field": "text", "type": "nominal"},
            },
        }

    def told(self, mark: Mark) -> dict[str, str]:
        t = self.t
        return {
            "day": picture_words.days(t, mark),
            "who": picture_words.lane(t, mark),
            "what": picture_words.title(t, mark),
            "more": " · ".join(picture_words.details(t, mark)),
        }

    def tips(self) -> list[dict[str, str]]:
        return [
            {"field": name, "type": "nominal", "title": self.t(f"picture.column_{key}")}
            for name, key in (("day", "day"), ("who", "who"), ("what", "what"), ("more", "details"))
        ]


def stacked(picture: Picture, room: int) -> Iterator[tuple[int, Difference, int]]:
    """The differences by number, each on the lowest line on which it hides no other; a number takes so many days."""
    ends: list[date] = []
    for number, one in enumerate(picture.differences, start=1):
        free = next((line for line, end in enumerate(ends) if end < one.since), len(ends))
        ends[free : free + 1] = [max(picture.end(one), one.since + timedelta(days=room))]
        yield number, one, free
