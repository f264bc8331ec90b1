"""The picture of a case as a chart: a row for each kind of account, shapes and words before colours, nothing loaded.

Every place is reckoned here, in days and rows; the chart draws points, bars and words where it is told to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.content.questionnaires import Change
from core.locale import Words
from core.operations import picture_words
from core.operations.pictures import ROWS, Kind, Lane, Mark, Picture, Span
from pages.ui import change_chart, picture_ground
from pages.ui.picture_places import ALERT, INK, ROW_HEIGHT, RULE, SOFT, Places

#: Kinds that are drawn as bars with their word in it.
BARS: Final = frozenset({Kind.LEVEL, Kind.AGREEMENT})
#: What a shape takes, and a letter.
SHAPE: Final = 15
LETTER: Final = 8
#: Kinds that look the same whatever they say; their word is in the legend under the kind.
_SHAPES: Final = {Kind.RESULT: "square", Kind.HER_RISK: "wedge", Kind.NOTICE: "arrow"}
#: A bar across its row: what comes after it is another time.
_UPRIGHT: Final = "M-0.3,-1H0.3V1H-0.3Z"
_COLOURS: Final = {Lane.HIM: "#2c6387", Lane.HER: "#a3560f", Lane.OTHERS: "#4a5553", Lane.BOTH: "#1f5c66"}
_BAR: Final = {"low": "#d5e6dd", "intermediate": "#f0dfba", "high": "#e9c0ba", "": "#c9dcda"}


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
    at = Places(t, picture, span)
    return {
        "height": (len(ROWS) - at.top) * ROW_HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {"view": {"stroke": RULE}, "font": "Source Sans, Segoe UI, sans-serif"},
        "layer": [
            *picture_ground.lanes(at),
            *picture_ground.times(at),
            *_bars(at),
            *_differences(at),
            *_marks(at, list(_points(at))),
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


def _bars(at: Places) -> Iterator[dict[str, Any]]:
    """The level that holds, and the agreement, each as long as it lasts, with its word in it."""
    t = at.t
    values = []
    for place, (lane, kind) in enumerate(ROWS):
        if kind not in BARS:
            continue
        for mark in at.picture.of(lane, kind):
            if kind is Kind.LEVEL and mark.state != "holds":
                continue
            begin, end = at.x(mark.on), at.x(at.picture.end(mark))
            word = t(f"risk.grade.{mark.what}") if kind is Kind.LEVEL else t(f"timeline.state.{mark.state}")
            room = at.pixels(end - begin)
            text = word if room > LETTER * len(word) else word[:1]
            values.append({
                "x": begin,
                "x2": max(end, begin + at.days / 200),
                "y": place - 0.36,
                "y2": place + 0.36,
                "middle": (begin + end) / 2,
                "row": place,
                "level": mark.what if kind is Kind.LEVEL else "",
                "text": text,
                **at.told(mark),
            })  # fmt: skip
    if not values:
        return
    colours = {"domain": list(_BAR), "range": list(_BAR.values())}
    yield {
        "data": {"values": values},
        "mark": {"type": "rect", "stroke": SOFT, "strokeWidth": 0.7},
        "encoding": {
            "x": at.across(),
            "x2": {"field": "x2"},
            "y": at.down(),
            "y2": {"field": "y2"},
            "color": {"field": "level", "type": "nominal", "scale": colours, "legend": None},
            "tooltip": at.tips(),
        },
    }
    yield {
        "data": {"values": values},
        "mark": {"type": "text", "fontSize": 12, "color": INK, "baseline": "middle"},
        "encoding": {
            "x": at.across("middle"),
            "y": at.down("row"),
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _differences(at: Places) -> Iterator[dict[str, Any]]:
    """Above all lanes, numbered as in the list: a line over the days, the number at its begin."""
    if not at.lines:
        return
    values = [
        {
            "x": at.x(one.since),
            "x2": at.x(at.picture.end(one)),
            "y": -1 - level,
            "text": str(number),
            "what": at.t("picture.differ_mark", number=number),
            "more": picture_words.difference(at.t, one),
            "day": picture_words.span(at.t, one),
        }
        for number, one, level in at.lines
    ]
    data = {"values": values}
    yield {
        "data": data,
        "mark": {"type": "rule", "color": ALERT, "strokeWidth": 4},
        "encoding": {"x": at.across(), "x2": {"field": "x2"}, "y": at.down()},
    }
    tips = [
        {"field": name, "type": "nominal", "title": at.t(f"picture.column_{key}")}
        for name, key in (("what", "differs"), ("day", "day"), ("more", "details"))
    ]
    yield {
        "data": data,
        "mark": {"type": "point", "filled": True, "fill": "white", "stroke": ALERT, "strokeWidth": 1.6,
                 "size": 330, "opacity": 1},
        "encoding": {"x": at.across(), "y": at.down(), "tooltip": tips},
    }  # fmt: skip
    yield at.text(values, colour=ALERT, fontWeight="bold")


def _points(at: Places) -> Iterator[dict[str, Any]]:
    """Every mark that is a day; two that would hide one another stand a little above and below their row."""
    for place, (lane, kind) in enumerate(ROWS):
        if kind in BARS:
            continue
        last, side = -1e9, 1
        for mark in at.picture.of(lane, kind):
            x = at.x(mark.on)
            is_close = at.pixels(x - last) < SHAPE
            side = -side if is_close else 1
            last = x
            look = _look(at.t, mark)
            yield {
                "x": x,
                "x2": at.x(mark.last_on),
                "y": place - side * 0.2 if is_close else place,
                "look": look.name,
                **at.told(mark),
            }


def _marks(at: Places, points: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each by its shape; what was told of several days is a line with its shape at its begin."""
    if not points:
        return
    lasting = [one for one in points if one["x2"] > one["x"]]
    if lasting:
        yield {
            "data": {"values": lasting},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 3},
            "encoding": {"x": at.across(), "x2": {"field": "x2"}, "y": at.down()},
        }
    drawn = (mark for mark in at.picture.marks if mark.kind not in BARS)
    found = {look.name: look for look in (_look(at.t, mark) for mark in drawn)}
    names, looks = list(found), list(found.values())
    legend = {"title": None, "orient": "bottom", "columns": 5, "labelFontSize": 13, "labelColor": INK, "symbolSize": 130,
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
            "x": at.across(),
            "y": at.down(),
            "shape": scale(one.shape for one in looks),
            "fill": scale("white" if one.is_hollow else one.colour for one in looks),
            "stroke": scale(one.colour for one in looks),
            "tooltip": at.tips(),
        },
    }


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
        return _Look(t(f"picture.legend.{key}"), "diamond", ALERT, mark.is_ours_only)
    if mark.kind in _SHAPES:
        return _Look(t(f"picture.legend.{mark.kind}"), _SHAPES[mark.kind], colour)
    if mark.kind is Kind.END:
        return _Look(t(f"picture.legend.{mark.state}"), _UPRIGHT, colour, mark.state == "reopened")
    if mark.is_missed:
        return _Look(t("picture.legend.missed"), "cross", ALERT)
    return _Look(
        t(f"picture.legend.{'held' if mark.is_held else 'planned'}"), "circle", colour, not mark.is_held
    )
