"""What stands behind the marks of the picture: the lanes and their names, the months, and the times of assessment."""

from collections.abc import Iterator
from typing import Any, Final

from core.operations import picture_words
from core.operations.pictures import ROWS, Lane
from core.operations.t_dates import months_later
from pages.ui.picture_places import LABELS, ROW_HEIGHT, RULE, SOFT, Places

_BAND: Final = {Lane.HIM: "#eef4f8", Lane.HER: "#faf1e8", Lane.OTHERS: "#f4f3ef", Lane.BOTH: "#edf4f3"}
_MONTHS_APART: Final = (1, 2, 3, 6, 12)
#: So much room the name of a month needs, and that of a time.
_ROOM_OF_MONTH, _ROOM_OF_TIME = 52, 40


def lanes(at: Places) -> Iterator[dict[str, Any]]:
    """The lanes, what they are called, and the months under them."""
    t = at.t
    places = list(enumerate(ROWS))
    by_lane = {lane: [place for place, (one, _) in places if one is lane] for lane in Lane}
    yield {
        "data": {
            "values": [
                {"y": found[0] - 0.5, "y2": found[-1] + 0.5, "lane": lane} for lane, found in by_lane.items()
            ]
        },
        "mark": {"type": "rect", "stroke": RULE},
        "encoding": {
            "y": at.down(),
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
    yield at.text(names, align="right", dx=-8)
    heads = [{"x": 0, "y": found[0], "text": t(f"picture.lane.{lane}")} for lane, found in by_lane.items()]
    yield at.text(heads, align="left", dx=-LABELS + 4, fontWeight="bold")
    yield at.text(list(_months(at)), colour=SOFT, dy=ROW_HEIGHT * 0.5 + 12)


def _months(at: Places) -> Iterator[dict[str, Any]]:
    """The first days of months, so many apart that their names do not touch; the first one and January have their year."""
    apart = next((one for one in _MONTHS_APART if at.pixels(one * 30) > _ROOM_OF_MONTH), _MONTHS_APART[-1])
    day, is_first = at.first.replace(day=1), True
    while day <= at.last:
        if day >= at.first and (day.month - 1) % apart == 0:
            year = f" {day.year}" if day.month == 1 or is_first else ""
            yield {"x": at.x(day), "y": len(ROWS) - 1, "text": f"{at.t.month(day)}{year}"}
            is_first = False
        day = months_later(day, 1)


def times(at: Places) -> Iterator[dict[str, Any]]:
    """The times of assessment, each a line through all rows; its name where there is room for it."""
    days = [(one.label, one.on) for one in at.picture.times if one.on is not None]
    here = [(label, at.x(on)) for label, on in days if at.first <= on <= at.last]
    if not here:
        return
    yield {
        "data": {"values": [{"x": x} for _, x in here]},
        "mark": {"type": "rule", "color": "#b7bdb9", "strokeDash": [3, 3]},
        "encoding": {"x": at.across()},
    }
    named, last = [], -1e9
    for label, x in sorted(here, key=lambda one: one[1]):
        if at.pixels(x - last) > _ROOM_OF_TIME:
            named.append({"x": x, "y": at.top, "text": label})
            last = x
    yield at.text(named, colour=SOFT, dy=-ROW_HEIGHT * 0.5 - 10, fontSize=12)
