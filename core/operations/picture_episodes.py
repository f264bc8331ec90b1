"""New violence in the picture: each account in the lane of who told it, and events of which one side did not tell.

Who did not tell of an event is said where the board of episodes says it: to her service alone, of its own view.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from core.access import Actor
from core.models import EpisodeSource, Known
from core.operations import episode_boards
from core.operations.episode_boards import Event, Told
from core.operations.picture_parts import Asked, Difference, Differs, Kind, Lane, Mark, Part

_LANES: Final = {
    EpisodeSource.HIM: Lane.HIM,
    EpisodeSource.HER: Lane.HER,
    EpisodeSource.OTHER: Lane.OTHERS,
}
_SILENT: Final = {Differs.NOT_HIM: EpisodeSource.HIM, Differs.NOT_HER: EpisodeSource.HER}


def of_case(db: Session, actor: Actor, asked: Asked) -> Part:
    board = episode_boards.of_case(db, actor, asked.case.id, joint_only=asked.joint_only)
    events = board.events[::-1]
    marks = [_mark(told) for event in events for told in event.told]
    return Part(marks, list(differences(events)))


def differences(events: Sequence[Event]) -> Iterator[Difference]:
    """Of events, the oldest first."""
    yield from _not_told(events, Differs.NOT_HIM)
    yield from _not_told(events, Differs.NOT_HER)
    for event in events:
        yield from _contrary(event)


def _mark(told: Told) -> Mark:
    return Mark(
        lane=_LANES[told.column],
        kind=Kind.EPISODE,
        on=told.happened_on,
        key=str(told.id),
        until=told.until_on,
        text=told.text,
        kinds=told.kinds,
        is_protected=told.source is None,
        is_ours_only=told.own is not None and (told.item is None or told.is_waiting),
        use_rule=None if told.own is not None else told.use_rule,
    )


def _not_told(events: Sequence[Event], what: Differs) -> Iterator[Difference]:
    """The runs of events of which one of the two did not tell; an event of which they did tell ends a run.

    She is only said not to have told of what he told: what others alone report says nothing of her.
    """
    silent = _SILENT[what]
    needed = set() if what is Differs.NOT_HIM else {EpisodeSource.HIM}
    run: list[Event] = []
    for event in events:
        sources = {one.source for one in event.told}
        if silent in sources:
            yield from _run(run, what, goes_on=False)
            run = []
        elif event.is_whole and None not in sources and needed <= sources:
            run.append(event)
    yield from _run(run, what, goes_on=True)


def _run(run: Sequence[Event], what: Differs, *, goes_on: bool) -> Iterator[Difference]:
    if run:
        told = {one.source for event in run for one in event.told}
        yield Difference(
            what=what,
            since=run[0].first_on,
            last=max(event.last_on for event in run),
            goes_on=goes_on and len(run) > 1,
            number=len(run),
            told_by=tuple(one for one in EpisodeSource if one in told),
            keys=tuple(str(one.id) for event in run for one in event.told),
        )


def _contrary(event: Event) -> Iterator[Difference]:
    """Accounts of one event that say yes and no to the same."""
    for what, asked in ((Differs.INJURED, "is_injured"), (Differs.CHILDREN, "with_children")):
        said = {
            known: tuple(dict.fromkeys(one.source for one in event.told if getattr(one, asked) is known))
            for known in (Known.YES, Known.NO)
        }
        if all(said.values()) and said[Known.YES] != said[Known.NO]:
            yield Difference(
                what=what,
                since=event.first_on,
                last=event.last_on,
                goes_on=False,
                told_by=said[Known.YES],
                against=said[Known.NO],
                keys=tuple(str(one.id) for one in event.told if getattr(one, asked) in said),
            )
