"""Forty accounts of new violence over five years, as he, she and others told of them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from core.models import (
    Basis,
    Episode,
    EpisodeJoin,
    EpisodeSource,
    JointItem,
    Known,
    PathEntry,
    Release,
    ReleasedEpisode,
)
from core.operations import joint_items
from tests import risk
from tests.make import Pair

HIM, HER, OTHER = EpisodeSource
EPISODES: Final = 40
#: Who told of one event after the other; the forty accounts are those of these events, again and again.
_TOLD: Final = ((HER,), (HER, OTHER), (HIM, HER), (OTHER,), (HER,), (HIM,), (HER, OTHER, HIM), (HER,))
_KINDS: Final = ("psychological", "physical", "digital", "stalking", "verbal", "economic")


def _at(on: date) -> datetime:
    return datetime.combine(on, time(10), UTC)


def lay(db: Session, pair: Pair, began: date) -> None:
    """Of every third of her accounts something is released, the source protected at every second of those."""
    made = hers = 0
    on = began - timedelta(days=40)
    while made < EPISODES:
        entries: list[PathEntry] = []
        for source in _TOLD[made % len(_TOLD)]:
            entry = _episode(db, pair, source, on, made)
            entries.append(entry)
            made += 1
            if source is HER:
                hers += 1
                if hers % 3 == 0:
                    _released(db, pair, entry, source=HER if hers % 2 else None)
            if source is HIM:
                _released(db, pair, entry, source=HIM)
            if made == EPISODES:
                break
        for one, other in pairwise(entries):
            first, second = sorted((one.id, other.id))
            db.add(
                EpisodeJoin(
                    first_id=first,
                    second_id=second,
                    service_id=pair.vss.service_id,
                    joined_by=pair.vss.person_id,
                )
            )
        on += timedelta(days=74)
    db.flush()


def _episode(db: Session, pair: Pair, source: EpisodeSource, on: date, number: int) -> PathEntry:
    by = pair.pp if source is HIM else pair.vss
    entry = PathEntry(
        case_id=pair.case.id, service_id=by.service_id, kind="episode", happened_on=on, created_at=_at(on)
    )
    db.add(entry)
    db.flush()
    db.add(
        Episode(
            entry_id=entry.id,
            source=source,
            told_on=on,
            until_on=on + timedelta(days=9) if number % 9 == 0 else None,
            kinds="\n".join({_KINDS[number % 6], _KINDS[number % 4]}),
            severity=f"Account {number + 1} of what happened, in the words of who told it",
            is_injured=Known.NO if source is HIM else Known.YES,
            recorded_by=by.person_id,
        )
    )
    return entry


def _released(db: Session, pair: Pair, entry: PathEntry, *, source: EpisodeSource | None) -> None:
    by = pair.vss if entry.service_id == pair.vss.service_id else pair.pp
    item = JointItem(
        case_id=pair.case.id,
        service_id=by.service_id,
        author_id=by.person_id,
        topic=joint_items.EPISODE,
        text="New violence was told of.",
        purpose="risk_assessment",
        released_at=_at(entry.happened_on),
        created_at=_at(entry.happened_on),
    )
    db.add(item)
    db.flush()
    db.add(
        Release(
            item_id=item.id,
            file_id=(pair.vss_file if by is pair.vss else pair.pp_file).id,
            about_id=risk.about(db, pair, by).id,
            basis=Basis.CONSENT,
            asked_by=by.person_id,
        )
    )
    db.add(
        ReleasedEpisode(
            item_id=item.id,
            entry_id=entry.id,
            happened_on=entry.happened_on,
            source=source,
            kinds="psychological",
        )
    )
