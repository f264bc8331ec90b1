"""The two parallel paths: what each service records, and what it lets the other see."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Event, PathEntry, Role
from core.operations import known_times, path_entries
from tests.make import Make

TODAY = clock.today()


def kinds(entries: list[PathEntry]) -> list[str]:
    return [entry.kind for entry in entries]


def seen_by(db: Session, actor: access.Actor) -> list[PathEntry]:
    return list(db.scalars(access.visible_path_entries(actor)))


def test_his_attendance_is_shared_unless_the_programme_decides_otherwise(db: Session, make: Make) -> None:
    pair = make.pair()

    path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=TODAY)
    path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=TODAY, is_shared=False)
    path_entries.add(db, pair.pp, pair.case.id, kind="court", happened_on=TODAY)

    assert kinds(seen_by(db, pair.vss)) == ["started"]
    assert len(path_entries.of_case(db, pair.pp, pair.case.id)) == 3


def test_nothing_of_her_path_is_shared_by_itself(db: Session, make: Make) -> None:
    pair = make.pair()

    for kind in ("support_began", "expectations", "moved", "support_paused", "court"):
        path_entries.add(db, pair.vss, pair.case.id, kind=kind, happened_on=TODAY)

    assert seen_by(db, pair.pp) == []
    assert len(path_entries.of_case(db, pair.vss, pair.case.id)) == 5


def test_before_the_pair_is_confirmed_nothing_is_shared(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.flush()

    quiet = path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=TODAY)
    with pytest.raises(Conflict) as raised:
        path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=TODAY, is_shared=True)

    assert not quiet.is_shared
    assert raised.value.key == "error.not_paired"


def test_who_may_not_share_records_for_their_own_service(db: Session, make: Make) -> None:
    pair = make.pair()
    carla = make.actor(pair.pp.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, carla)

    entry = path_entries.add(db, carla, pair.case.id, kind="missed", happened_on=TODAY)
    with pytest.raises(NotAllowed):
        path_entries.share(db, carla, entry.id, version=entry.version)

    assert not entry.is_shared


def test_an_entry_of_his_path_is_shared_and_taken_back(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.pp, "court")

    path_entries.share(db, pair.pp, entry.id, version=entry.version)
    db.flush()
    shared = seen_by(db, pair.vss)
    path_entries.unshare(db, pair.pp, entry.id, version=entry.version)
    db.flush()

    assert shared == [entry]
    assert seen_by(db, pair.vss) == []


def test_what_is_shared_again_is_known_since_it_was_shared_first(db: Session, make: Make) -> None:
    pair = make.pair()
    for is_shared in (True, False):
        entry = path_entries.add(
            db, pair.pp, pair.case.id, kind="left", happened_on=clock.today(), is_shared=is_shared
        )
        if not is_shared:
            path_entries.share(db, pair.pp, entry.id, version=entry.version)
        db.flush()
        first = known_times.by_hand(entry)
        path_entries.unshare(db, pair.pp, entry.id, version=entry.version)
        db.flush()
        with clock.at(clock.now() + timedelta(days=3)):
            path_entries.share(db, pair.pp, entry.id, version=entry.version)

        assert known_times.by_hand(entry) == first


def test_nothing_of_her_path_is_shared_by_a_tick(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.vss, "moved")

    with pytest.raises(Conflict) as shared:
        path_entries.share(db, pair.vss, entry.id, version=entry.version)
    with pytest.raises(Conflict) as added:
        path_entries.add(
            db,
            pair.vss,
            pair.case.id,
            kind="moved",
            happened_on=TODAY,
            note="Now at 12 Linden Road",
            is_shared=True,
        )

    assert {shared.value.key, added.value.key} == {"error.path_entry_hers"}
    assert seen_by(db, pair.pp) == []


def test_sharing_twice_and_taking_back_what_is_not_shared_are_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    hidden = make.path_entry(pair, pair.pp, "missed")
    shared = make.path_entry(pair, pair.pp, "court", is_shared=True)

    with pytest.raises(Conflict) as twice:
        path_entries.share(db, pair.pp, shared.id, version=1)
    with pytest.raises(Conflict) as nothing:
        path_entries.unshare(db, pair.pp, hidden.id, version=1)

    assert (twice.value.key, nothing.value.key) == (
        "error.path_entry_shared",
        "error.path_entry_not_shared",
    )


def test_the_other_service_sees_a_shared_entry_and_cannot_touch_it(db: Session, make: Make) -> None:
    pair = make.pair()
    shared = make.path_entry(pair, pair.pp, "missed", is_shared=True)
    hidden = make.path_entry(pair, pair.pp, "court")

    with pytest.raises(NotAllowed):
        path_entries.remove(db, pair.vss, shared.id, reason="Wrong", version=1)
    with pytest.raises(NotFound):
        path_entries.remove(db, pair.vss, hidden.id, reason="Wrong", version=1)


def test_an_entry_is_removed_for_a_reason_and_its_row_stays(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.pp, "missed", is_shared=True)

    with pytest.raises(Invalid) as unsaid:
        path_entries.remove(db, pair.pp, entry.id, reason="", version=1)
    path_entries.remove(db, pair.pp, entry.id, reason="The wrong man", version=1)
    db.flush()

    assert unsaid.value.field == "reason"
    assert seen_by(db, pair.pp) == seen_by(db, pair.vss) == []
    assert [entry.removed_reason for entry in db.scalars(select(PathEntry))] == ["The wrong man"]


def test_two_people_who_change_an_entry_at_once_are_told(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.pp, "missed")
    path_entries.share(db, pair.pp, entry.id, version=1)
    db.flush()

    with pytest.raises(Conflict) as raised:
        path_entries.remove(db, pair.pp, entry.id, reason="Wrong", version=1)

    assert raised.value.key == "error.changed_meanwhile"


@pytest.mark.parametrize(
    ("given", "key", "field"),
    [
        ({"kind": "support_began"}, "error.unknown_path_kind", "kind"),
        ({"kind": "party"}, "error.unknown_path_kind", "kind"),
        ({"happened_on": None}, "error.no_date", "happened_on"),
        ({"happened_on": TODAY + timedelta(days=1)}, "error.in_the_future", "happened_on"),
        ({"happened_on": date(1066, 1, 1)}, "error.strange_date", "happened_on"),
        ({"note": "x" * 501}, "error.too_long", "note"),
        ({"note": "\ud800"}, "error.unprintable", "note"),
    ],
)
def test_what_cannot_be_recorded_is_refused_beside_its_field(
    db: Session, make: Make, given: dict[str, object], key: str, field: str
) -> None:
    pair = make.pair()
    typed: dict[str, object] = {"kind": "missed", "happened_on": TODAY, **given}

    with pytest.raises(Invalid) as raised:
        path_entries.add(db, pair.pp, pair.case.id, **typed)  # type: ignore[arg-type]

    assert (raised.value.key, raised.value.field) == (key, field)
    assert path_entries.of_case(db, pair.pp, pair.case.id) == []


def test_an_entry_cannot_come_before_what_it_follows(db: Session, make: Make) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.pp, "intake", TODAY - timedelta(days=5))

    with pytest.raises(Invalid) as raised:
        path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=TODAY - timedelta(days=6))

    assert raised.value.key == "error.dates_out_of_order"


def test_an_entry_cannot_come_after_what_followed_it(db: Session, make: Make) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.pp, "started", TODAY - timedelta(days=5))

    with pytest.raises(Invalid) as raised:
        path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=TODAY)

    assert raised.value.key == "error.path_entry_too_late"


def test_a_man_who_comes_back_begins_anew(db: Session, make: Make) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.pp, "intake", TODAY - timedelta(days=90))
    make.path_entry(pair, pair.pp, "started", TODAY - timedelta(days=80))
    make.path_entry(pair, pair.pp, "left", TODAY - timedelta(days=40))

    for kind in ("returned", "intake", "started"):
        path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=TODAY)

    assert len(path_entries.of_case(db, pair.pp, pair.case.id)) == 6


def test_a_closed_case_keeps_its_paths(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.closed_on = TODAY
    db.flush()

    with pytest.raises(Conflict) as raised:
        path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=TODAY)

    assert raised.value.key == "error.case_closed"


def test_who_may_not_write_the_file_writes_no_path(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    with pytest.raises(NotAllowed):
        path_entries.add(db, chair, pair.case.id, kind="court", happened_on=TODAY)
    assert path_entries.of_case(db, chair, pair.case.id) == []


def test_each_act_on_a_path_leaves_an_event(db: Session, make: Make) -> None:
    pair = make.pair()

    entry = path_entries.add(db, pair.pp, pair.case.id, kind="court", happened_on=TODAY)
    db.flush()
    path_entries.share(db, pair.pp, entry.id, version=entry.version)

    acts = [event.act for event in db.scalars(select(Event).order_by(Event.created_at))]
    assert acts == ["add", "share"]


def test_the_history_tells_the_other_service_nothing_of_a_path(db: Session, make: Make) -> None:
    pair = make.pair()

    path_entries.add(db, pair.vss, pair.case.id, kind="court", happened_on=TODAY)
    db.flush()

    assert db.scalars(access.visible_events(pair.pp)).all() == []
    assert len(db.scalars(access.visible_events(pair.vss)).all()) == 1
