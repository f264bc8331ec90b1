"""The picture of a case as a chart: a row for each kind of account, shapes and words before colours, nothing loaded.

Every place is reckoned here, in days and rows; the chart draws points, bars and words where it is told to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from core.content.questionnaires import Change
from core.locale import Words
from core.operations import picture_words
from core.operations.pictures import ROWS, Difference, Kind, Lane, Mark, Picture, Span
from core.operations.t_dates import months_later
from core.operations.timeline_entries import State
from pages.ui import change_chart

#: Kinds that are drawn as bars with their word in it.
BARS: Final = frozenset({Kind.LEVEL, Kind.AGREEMENT})
_HELD: Final = frozenset({State.HELD, State.CONSULTATION, State.IN_PROGRESS})

_ROW_HEIGHT: Final = 31
#: What a laptop and a projector leave for the days; words are left out where they would touch.
_WIDTH: Final = 800
_LABELS: Final = 184
_INK, _SOFT, _RULE, _ALERT = "#22302f", "#5d6866", "#d8d5cb", "#a33a2b"
_BAND: Final = {Lane.HIM: "#eef4f8", Lane.HER: "#faf1e8", Lane.OTHERS: "#f4f3ef", Lane.BOTH: "#edf4f3"}
_COLOURS: Final = {Lane.HIM: "#2c6387", Lane.HER: "#a3560f", Lane.OTHERS: "#4a5553", Lane.BOTH: "#1f5c66"}
_BAR: Final = {"low": "#d5e6dd", "intermediate": "#f0dfba", "high": "#e9c0ba", "": "#c9dcda"}
_MONTHS_APART: Final = (1, 2, 3, 6, 12)


@dataclass(frozen=True)
class _Look:
    """How a point is drawn and what the legend calls it."""

    name: str
    shape: str
    colour: str
    is_hollow: bool = False


def show(t: Words, picture: Picture, span: Span, *, key: str) -> None:
    """Draw the picture, cut to a span of days."""
    alt = t(
        "picture.chart",
        first=t.day(span.first),
        last=t.day(span.last),
        differences=t.number(len(picture.differences)),
    )
    st.vega_lite_chart(spec(t, picture, span), key=key, alt=alt, width="stretch")


def spec(t: Words, picture: Picture, span: Span) -> dict[str, Any]:
    """The chart in the words of Vega-Lite."""
    return _Drawing(t, picture, span).spec()


class _Drawing:
    def __init__(self, t: Words, picture: Picture, span: Span) -> None:
        self.t, self.picture = t, picture
        margin = timedelta(days=max(2, (span.last - span.first).days // 60))
        self.first, self.last = span.first - margin, span.last + margin
        self.days = (self.last - self.first).days
        self.levels = list(_stacked(picture))
        self.top = -max(1, 1 + max((level for _, _, level in self.levels), default=0))

    def spec(self) -> dict[str, Any]:
        rows = len(ROWS) - self.top
        points = list(self._points())
        return {
            "height": rows * _ROW_HEIGHT,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "config": {"view": {"stroke": _RULE}, "font": "Source Sans, Segoe UI, sans-serif"},
            "layer": [
                *self._ground(),
                *self._times(),
                *self._bars(),
                *self._differences(),
                *self._marks(points),
            ],
            "resolve": {"scale": {"color": "independent"}},
        }

    # --- Places ----------------------------------------------------------------------------------------------------

    def _x(self, on: date) -> int:
        return max(0, min(self.days, (on - self.first).days))

    def _pixels(self, days: float) -> float:
        return days * _WIDTH / max(1, self.days)

    def _across(self, field: str = "x", **more: Any) -> dict[str, Any]:
        domain = {"domain": [0, self.days], "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": domain, "axis": None, **more}

    def _down(self, field: str = "y") -> dict[str, Any]:
        domain = {"domain": [self.top - 0.5, len(ROWS) - 0.5], "reverse": True, "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": domain, "axis": None}

    def _text(self, values: Sequence[dict[str, Any]], *, colour: str = _INK, **mark: Any) -> dict[str, Any]:
        return {
            "data": {"values": list(values)},
            "mark": {"type": "text", "fontSize": 13, "color": colour, "baseline": "middle", **mark},
            "encoding": {
                "x": self._across(),
                "y": self._down(),
                "text": {"field": "text", "type": "nominal"},
            },
        }

    # --- What stands behind ------------------------------------------------------------------------------------------

    def _ground(self) -> Iterator[dict[str, Any]]:
        """The lanes, what they are called, and the months under them."""
        t = self.t
        places = list(enumerate(ROWS))
        lanes = {lane: [place for place, (one, _) in places if one is lane] for lane in Lane}
        yield {
            "data": {
                "values": [
                    {"y": found[0] - 0.5, "y2": found[-1] + 0.5, "lane": lane}
                    for lane, found in lanes.items()
                ]
            },
            "mark": {"type": "rect", "stroke": _RULE},
            "encoding": {
                "y": self._down(),
                "y2": {"field": "y2"},
                "color": {
                    "field": "lane",
                    "type": "nominal",
                    "scale": {"domain": list(_BAND), "range": list(_BAND.values())},
                    "legend": None,
                },
            },
        }
        names = [{"x": 0, "y": place, "text": picture_words.row(t, kind)} for place, (_, kind) in places]
        names.append({"x": 0, "y": -1, "text": t("picture.differ_row")})
        yield self._text(names, align="right", dx=-8)
        heads = [
            {"x": 0, "y": found[0], "text": t(f"picture.lane.{lane}")}
            for lane, found in lanes.items()
            if lane is not Lane.BOTH
        ]
        yield self._text(heads, align="left", dx=-_LABELS + 4, fontWeight="bold")
        # Two words of their own row's length stand above each other.
        both = [{"x": 0, "y": lanes[Lane.BOTH][0], "text": t("picture.lane.both")}]
        yield self._text(both, align="left", dx=-_LABELS + 4, fontWeight="bold")
        yield self._text(list(self._months()), colour=_SOFT, dy=_ROW_HEIGHT * 0.5 + 12)

    def _months(self) -> Iterator[dict[str, Any]]:
        """The first days of months, so many apart that their names do not touch; January has its year."""
        apart = next((one for one in _MONTHS_APART if self._pixels(one * 30) > 52), _MONTHS_APART[-1])
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and (day.month - 1) % apart == 0:
                year = f" {day.year}" if day.month == 1 or apart == _MONTHS_APART[-1] else ""
                yield {"x": self._x(day), "y": len(ROWS) - 1, "text": f"{self.t.month(day)}{year}"}
            day = months_later(day, 1)

    def _times(self) -> Iterator[dict[str, Any]]:
        """The times of assessment, each a line through all rows; its name where there is room for it."""
        days = [(one.label, one.on) for one in self.picture.times if one.on is not None]
        here = [(label, self._x(on)) for label, on in days if self.first <= on <= self.last]
        if not here:
            return
        yield {
            "data": {"values": [{"x": x} for _, x in here]},
            "mark": {"type": "rule", "color": "#b7bdb9", "strokeDash": [3, 3]},
            "encoding": {"x": self._across()},
        }
        named, last = [], -1e9
        for label, x in sorted(here, key=lambda one: one[1]):
            if self._pixels(x - last) > 36:
                named.append({"x": x, "y": self.top, "text": label})
                last = x
        yield self._text(named, colour=_SOFT, dy=-_ROW_HEIGHT * 0.5 - 10, fontSize=12)

    # --- What happened -----------------------------------------------------------------------------------------------

    def _bars(self) -> Iterator[dict[str, Any]]:
        """The level that holds, and the agreement, each as long as it lasts, with its word in it."""
        t = self.t
        values = []
        for place, (lane, kind) in enumerate(ROWS):
            if kind not in BARS:
                continue
            for mark in self.picture.of(lane, kind):
                if kind is Kind.LEVEL and mark.state != "holds":
                    continue
                begin, end = self._x(mark.on), self._x(self.picture.end(mark))
                word = (
                    t(f"risk.grade.{mark.what}") if kind is Kind.LEVEL else t(f"timeline.state.{mark.state}")
                )
                room = self._pixels(end - begin)
                text = word if room > 8 * len(word) else word[:1]
                values.append({
                    "x": begin,
                    "x2": max(end, begin + self.days / 200),
                    "y": place - 0.36,
                    "y2": place + 0.36,
                    "middle": (begin + end) / 2,
                    "row": place,
                    "level": mark.what if kind is Kind.LEVEL else "",
                    "text": text,
                    **self._told(mark),
                })  # fmt: skip
        if not values:
            return
        colours = {"domain": list(_BAR), "range": list(_BAR.values())}
        yield {
            "data": {"values": values},
            "mark": {"type": "rect", "stroke": _SOFT, "strokeWidth": 0.7},
            "encoding": {
                "x": self._across(),
                "x2": {"field": "x2"},
                "y": self._down(),
                "y2": {"field": "y2"},
                "color": {"field": "level", "type": "nominal", "scale": colours, "legend": None},
                "tooltip": self._tips(),
            },
        }
        yield {
            "data": {"values": values},
            "mark": {"type": "text", "fontSize": 12, "color": _INK, "baseline": "middle"},
            "encoding": {
                "x": self._across("middle"),
                "y": self._down("row"),
                "text": {"field": "text", "type": "nominal"},
            },
        }

    def _differences(self) -> Iterator[dict[str, Any]]:
        """Above all lanes, numbered as in the list: a line over the days, the number at its begin."""
        if not self.levels:
            return
        values = [
            {
                "x": self._x(one.since),
                "x2": self._x(self.picture.end(one)),
                "y": -1 - level,
                "text": str(number),
                "what": self.t("picture.differ_mark", number=number),
                "more": picture_words.difference(self.t, one),
                "day": picture_words.span(self.t, one),
            }
            for number, one, level in self.levels
        ]
        data = {"values": values}
        yield {
            "data": data,
            "mark": {"type": "rule", "color": _ALERT, "strokeWidth": 4},
            "encoding": {"x": self._across(), "x2": {"field": "x2"}, "y": self._down()},
        }
        tips = [
            {"field": name, "type": "nominal", "title": self.t(f"picture.column_{key}")}
            for name, key in (("what", "differs"), ("day", "day"), ("more", "details"))
        ]
        yield {
            "data": data,
            "mark": {"type": "point", "filled": True, "fill": "white", "stroke": _ALERT, "strokeWidth": 1.6,
                     "size": 330, "opacity": 1},
            "encoding": {"x": self._across(), "y": self._down(), "tooltip": tips},
        }  # fmt: skip
        yield self._text(values, colour=_ALERT, fontWeight="bold")

    def _points(self) -> Iterator[dict[str, Any]]:
        """Every mark that is a day; two that would hide one another stand a little above and below their row."""
        for place, (lane, kind) in enumerate(ROWS):
            if kind in BARS:
                continue
            last, side = -1e9, 1
            for mark in self.picture.of(lane, kind):
                x = self._x(mark.on)
                is_close = self._pixels(x - last) < 15
                side = -side if is_close else 1
                last = x
                look = _look(self.t, mark)
                yield {
                    "x": x,
                    "x2": self._x(mark.last_on),
                    "y": place - side * 0.2 if is_close else place,
                    "look": look.name,
                    **self._told(mark),
                }

    def _told(self, mark: Mark) -> dict[str, str]:
        t = self.t
        return {
            "day": picture_words.days(t, mark),
            "who": picture_words.lane(t, mark),
            "what": picture_words.title(t, mark),
            "more": " · ".join(picture_words.details(t, mark)),
        }

    def _tips(self) -> list[dict[str, str]]:
        return [
            {"field": name, "type": "nominal", "title": self.t(f"picture.column_{key}")}
            for name, key in (("day", "day"), ("who", "who"), ("what", "what"), ("more", "details"))
        ]

    def _marks(self, points: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Each by its shape; what was told of several days is a line with its shape at its begin."""
        if not points:
            return
        lasting = [one for one in points if one["x2"] > one["x"]]
        if lasting:
            yield {
                "data": {"values": lasting},
                "mark": {"type": "rule", "color": _INK, "strokeWidth": 3},
                "encoding": {"x": self._across(), "x2": {"field": "x2"}, "y": self._down()},
            }
        shown = {one["look"] for one in points}
        looks = [
            look
            for look in {_look(self.t, mark).name: _look(self.t, mark) for mark in self._drawn()}.values()
            if look.name in shown
        ]
        names = [one.name for one in looks]
        legend = {"title": None, "orient": "bottom", "columns": 5, "labelFontSize": 13, "symbolSize": 130,
                  "labelLimit": 320, "offset": 30}  # fmt: skip

        def scale(values: Iterable[str]) -> dict[str, Any]:
            return {
                "field": "look",
                "type": "nominal",
                "scale": {"domain": names, "range": list(values)},
                "legend": legend,
            }

        yield {
            "data": {"values": list(points)},
            "mark": {"type": "point", "size": 130, "opacity": 1, "strokeWidth": 2},
            "encoding": {
                "x": self._across(),
                "y": self._down(),
                "shape": scale(one.shape for one in looks),
                "fill": scale("white" if one.is_hollow else one.colour for one in looks),
                "stroke": scale(one.colour for one in looks),
                "tooltip": self._tips(),
            },
        }

    def _drawn(self) -> Iterator[Mark]:
        return (mark for lane, kind in ROWS if kind not in BARS for mark in self.picture.of(lane, kind))


def _stacked(picture: Picture) -> Iterator[tuple[int, Difference, int]]:
    """The differences by number, each on the lowest line on which it hides no other."""
    ends: list[date] = []
    for number, one in enumerate(picture.differences, start=1):
        # A number needs room of its own, however short the time is.
        free = next((level for level, end in enumerate(ends) if end < one.since), len(ends))
        end = max(picture.end(one), one.since + timedelta(days=_room(picture)))
        ends[free : free + 1] = [end]
        yield number, one, free


def _room(picture: Picture) -> int:
    """The days that a number takes."""
    days = [one.on for one in picture.marks] or [picture.today]
    return max(1, (max(days) - min(days)).days * 24 // _WIDTH)


def _look(t: Words, mark: Mark) -> _Look:
    colour = _COLOURS[mark.lane]
    if mark.kind is Kind.CHANGE:
        change = Change(mark.what)
        shape, colour = change_chart.LOOKS[change]
        name = t(f"change.said.{change}")
        own = t("picture.legend.change_own", change=name)
        return _Look(own if mark.is_ours_only else name, shape, colour, mark.is_ours_only)
    if mark.kind is Kind.EPISODE:
        key = "episode_own" if mark.is_ours_only else "episode"
        return _Look(t(f"picture.legend.{key}"), "diamond", _ALERT, mark.is_ours_only)
    if mark.kind is not Kind.MEETING:
        shape = "square" if mark.kind is Kind.RESULT else "wedge"
        return _Look(t(f"picture.legend.{mark.kind}"), shape, colour)
    if mark.state == State.MISSED:
        return _Look(t("picture.legend.missed"), "cross", _ALERT)
    is_held = mark.state in _HELD
    return _Look(t(f"picture.legend.{'held' if is_held else 'planned'}"), "circle", colour, not is_held)
