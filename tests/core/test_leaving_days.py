"""What a service takes along says of the other one what happened, and not on which day somebody was in touch."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.models import EpisodeSource, TPoint
from tests.core.test_service_exports import made, records
from tests.episodes import released, told
from tests.make import Make
from tests.notices import sent


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def test_of_a_time_it_says_that_the_other_side_asked_and_not_when(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    db.add(TPoint(case_id=pair.case.id, label="T1", due_on=ago(30), pp_done_on=ago(21), vss_done_on=ago(23)))
    db.flush()

    for actor, own, theirs, day in (
        (pair.pp, "pp_done_on", "vss_done_on", ago(21)),
        (pair.vss, "vss_done_on", "pp_done_on", ago(23)),
    ):
        (tmp_path / own).mkdir()
        [point] = records(made(db, make, actor.service_id, tmp_path / own))["t_point"]

        assert (point[own], point[theirs]) == (day.isoformat(), ago(30).isoformat())


def test_of_what_was_released_it_says_what_both_read_and_not_when_she_told(
    db: Session, make: Make, tmp_path: Path
) -> None:
    pair, happened_on = make.pair(), ago(20)
    with time_machine.travel(datetime.combine(ago(9), datetime.min.time(), UTC), tick=False):
        episode = told(db, pair, EpisodeSource.HER, happened_on)
    released(db, pair, episode)
    sent(db, pair, pair.vss)

    held = records(made(db, make, pair.pp.service_id, tmp_path))

    [entry] = held["path_entry"]
    assert entry["created_at"][:10] == happened_on.isoformat()
    for table in ("joint_item", "released_episode", "immediate_notice"):
        assert held[table]
        assert all(one["created_at"].endswith("T12:00:00+00:00") for one in held[table])
