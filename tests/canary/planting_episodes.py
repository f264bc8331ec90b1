"""New violence in the planted case: what she told and nobody released, what waits, what was taken back, what was removed."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core import clock
from core.models import (
    Basis,
    Episode,
    EpisodeJoin,
    EpisodeSource,
    JointItem,
    PathEntry,
    Release,
    ReleasedEpisode,
)
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted

#: What she told of, and how it stands.
TOLD = ("kept in her file", "waiting for a second person", "taken back")


def plant(db: Session, make: Make, planted: "Planted") -> None:
    """One of each, joined with one another."""
    pair = planted.world.pair
    entries: list[PathEntry] = []
    for what in TOLD:
        entry = make.path_entry(pair, pair.vss, "episode")
        entries.append(entry)
        episode = Episode(
            entry_id=entry.id,
            source=EpisodeSource.HER,
            told_on=clock.today(),
            kinds="physical\ndigital",
            recorded_by=pair.vss.person_id,
        )
        planted.mark(episode, f"new violence, {what}")
        db.add(episode)
        if what != TOLD[0]:
            _released(db, planted, entry, what)
    first, second = sorted(one.id for one in entries[:2])
    db.add(
        EpisodeJoin(
            first_id=first, second_id=second, service_id=pair.vss.service_id, joined_by=pair.vss.person_id
        )
    )
    db.flush()


def _released(db: Session, planted: "Planted", entry: PathEntry, what: str) -> None:
    pair = planted.world.pair
    item = JointItem(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        author_id=pair.vss.person_id,
        topic="episode",
        text="",
        purpose="risk_assessment",
        released_at=None if what == TOLD[1] else clock.now(),
        withdrawn_at=clock.now() if what == TOLD[2] else None,
    )
    if what == TOLD[2]:
        planted.mark(item, what)
    else:  # what is released of an episode names no source in words
        item.text = planted.word("joint_item", "text", f"words of new violence, {what}")
    db.add(item)
    db.flush()
    if what == TOLD[1]:
        release = Release(
            item_id=item.id,
            file_id=pair.vss_file.id,
            about_id=planted.ids["her"],
            basis=Basis.DANGER,
            asked_by=pair.vss.person_id,
        )
        planted.mark(release, "why new violence is to be shared without her consent")
        db.add(release)
    db.add(ReleasedEpisode(item_id=item.id, entry_id=entry.id, happened_on=clock.today(), kinds="physical"))
