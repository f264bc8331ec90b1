"""Change in the picture: what he and she say at each time, and since when they do not say the same.

Of the own side what its person answered, of the other side the summary that its person agreed to; both only as the
board of change has them. The day is that of the time, never the day on which somebody was asked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy.orm import Session

from core.access import Actor
from core.content.questionnaires import Change
from core.models import ServiceKind
from core.operations import changes
from core.operations.change_summaries import SAYS
from core.operations.changes import Lines, Moment
from core.operations.picture_parts import Asked, Difference, Differs, Kind, Lane, Mark, Part

_LANES: Final = {ServiceKind.PP: Lane.HIM, ServiceKind.VSS: Lane.HER}
#: He better and she worse, or the other way round.
_OPPOSITE: Final = frozenset({Change.BETTER, Change.WORSE})


@dataclass(frozen=True)
class Said:
    """What one person says of change at one time."""

    label: str
    on: date
    side: ServiceKind
    lines: Lines
    #: What of it the own service alone reads.
    kept_back: frozenset[str] = frozenset()


def of_case(db: Session, actor: Actor, asked: Asked) -> Part:
    found = list(_agreed(db, actor, asked) if asked.joint_only else _of_board(db, actor, asked))
    found.sort(key=lambda one: one.on)
    return Part([mark for one in found for mark in _mark(one)], list(differences(found)))


def word(lines: Lines) -> Change:
    """What the areas say together: one word where none says the contrary of another."""
    found = set(lines.values()) - {Change.MISSING}
    if Change.MIXED in found or found >= _OPPOSITE:
        return Change.MIXED
    order = (Change.BETTER, Change.WORSE, Change.CHANGED, Change.SAME, Change.FIRST)
    return next((one for one in order if one in found), Change.MISSING)


def differences(said: Sequence[Said]) -> Iterator[Difference]:
    """Of what was said, the earliest first: by area where they do not say the same of it, else by all that each says."""
    pairs = list(_pairs(said))
    found: dict[Difference, list[str]] = {}
    for area in dict.fromkeys(area for pair in pairs for area in pair.his):
        for alike in _runs(pairs, Differs.CHANGE, lambda pair, area=area: pair.of(area)):  # type: ignore[misc]
            now = _as_it_goes_on(said, alike, lambda lines, area=area: lines.get(area, Change.MISSING))  # type: ignore[misc]
            found.setdefault(now, []).append(area)
    yield from (replace(one, areas=tuple(areas)) for one, areas in found.items())
    for one in _runs(pairs, Differs.DIRECTION, _Pair.on_the_whole):
        those = [pair for pair in pairs if pair.label in one.labels]
        yield replace(
            _as_it_goes_on(said, one, word),
            areas=_areas((pair.his for pair in those), one.his),
            her_areas=_areas((pair.hers for pair in those), one.hers),
        )


@dataclass(frozen=True)
class _Pair:
    """What both say at one time."""

    label: str
    on: date
    his: Lines
    hers: Lines

    def of(self, area: str) -> tuple[Change, Change] | None:
        """What he and she say of an area; None where one of them says nothing of it."""
        words = self.his.get(area, Change.MISSING), self.hers.get(area, Change.MISSING)
        return words if SAYS.issuperset(words) else None

    def on_the_whole(self) -> tuple[Change, Change] | None:
        """The same of all areas together, where no single one is told in opposite ways."""
        if any(set(self.of(area) or ()) == _OPPOSITE for area in self.his):
            return None
        words = word(self.his), word(self.hers)
        return words if SAYS.issuperset(words) else None


def _pairs(said: Sequence[Said]) -> Iterator[_Pair]:
    his, hers = ({one.label: one for one in said if one.side is side} for side in _LANES)
    for label, one in his.items():
        if label in hers:
            yield _Pair(label, one.on, one.lines, hers[label].lines)


def _runs(
    pairs: Sequence[_Pair], what: Differs, says: Callable[[_Pair], tuple[Change, Change] | None]
) -> Iterator[Difference]:
    """The runs of times at which their words differ in the same way; where one says nothing, a run goes on.

    Of one area any two words differ; of all areas together, which may be others of his than of hers, only the opposite.
    """
    comparable = [(pair, words) for pair in pairs if (words := says(pair)) is not None]
    for words, grouped in groupby(comparable, key=itemgetter(1)):
        run = [pair for pair, _ in grouped]
        is_other = words[0] is not words[1] if what is Differs.CHANGE else set(words) == _OPPOSITE
        if is_other:
            yield Difference(
                what=what,
                since=run[0].on,
                last=run[-1].on,
                goes_on=run[-1] is comparable[-1][0],
                his=str(words[0]),
                hers=str(words[1]),
                labels=tuple(pair.label for pair in run),
                keys=tuple(_key(lane, pair.label) for pair in run for lane in _LANES.values()),
            )


def _as_it_goes_on(said: Sequence[Said], one: Difference, says: Callable[[Lines], Change]) -> Difference:
    """It goes on only while neither of the two has said something else since, though the other was not asked then."""
    held = {ServiceKind.PP: one.his, ServiceKind.VSS: one.hers}
    later = ((each.side, says(each.lines)) for each in said if each.on > one.last)
    has_turned = any(found in SAYS and str(found) != held[side] for side, found in later)
    return replace(one, goes_on=False) if has_turned else one


def _key(lane: Lane, label: str) -> str:
    return f"{lane}:{label}"


def _areas(said: Iterable[Lines], change: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area for lines in said for area, one in lines.items() if one == change))


def _agreed(db: Session, actor: Actor, asked: Asked) -> Iterator[Said]:
    """The summaries that both services read."""
    days = {one.label: one.on for one in asked.times}
    for one in changes.agreed(db, actor, asked.case.id):
        on = days.get(one.label)
        if on is not None:
            yield Said(one.label, on, one.side, one.lines)


def _of_board(db: Session, actor: Actor, asked: Asked) -> Iterator[Said]:
    for moment in changes.of_case(db, actor, asked.case.id, times=asked.times).moments:
        if moment.time.on is None:
            continue
        shared = _shared(moment)
        for side in _LANES:
            lines = moment.of(side, actor)
            if lines:
                is_own = side is actor.kind and moment.response is not None
                kept_back = frozenset(area for area, one in lines.items() if shared.get(area) is not one)
                yield Said(moment.label, moment.time.on, side, lines, kept_back if is_own else frozenset())


def _shared(moment: Moment) -> Lines:
    """What of the own person's answers the other service reads."""
    if moment.item is None or moment.item.released_at is None:
        return {}
    return changes.read(moment.item.text)[1]


def _mark(said: Said) -> Iterator[Mark]:
    """What both read, and beside it what the own service alone does."""
    known = {area: one for area, one in said.lines.items() if one is not Change.MISSING}
    for is_ours_only in (False, True):
        lines = {area: one for area, one in known.items() if (area in said.kept_back) is is_ours_only}
        if not lines:
            continue
        yield Mark(
            lane=_LANES[said.side],
            kind=Kind.CHANGE,
            on=said.on,
            key=_key(_LANES[said.side], said.label),
            what=str(word(lines)),
            label=said.label,
            areas=lines,
            is_ours_only=is_ours_only,
        )
