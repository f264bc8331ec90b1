"""What of a path the other service reads: on a ground, seen beforehand, and until it is taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotFound
from core.models import ConsentState, JointItem, Known, PathEntry, Release
from core.operations import consents, files, joint_items, path_entries, path_releases, releases, timelines
from core.operations.consents import Said
from core.operations.joint_items import UseRule
from core.operations.releases import Basis, Terms
from core.operations.timelines import Kind
from tests.make import Make, Pair, borne, release_entry

NOTE = "Now at 12 Linden Road, code word blue lantern"


def moved(make: Make, pair: Pair) -> PathEntry:
    entry = make.path_entry(pair, pair.vss, "moved")
    entry.note = NOTE
    make.db.flush()
    return entry


def told(db: Session, actor: Actor, pair: Pair, *, joint_only: bool = False) -> list[tuple[str, str]]:
    """The entries of the paths on the timeline, with what stands beside them."""
    found = timelines.of_case(db, actor, pair.case.id, joint_only=joint_only)
    return [(entry.what, entry.text) for entry in found.entries if entry.kind is Kind.PATH]


def without_consent(db: Session, pair: Pair) -> Terms:
    agreed = borne(db, pair.vss, pair.vss_file.id)
    return replace(agreed, basis=Basis.DANGER, reason="He has found out where she goes on Mondays.")


def ask(db: Session, pair: Pair, entry: PathEntry) -> Release:
    terms = without_consent(db, pair)
    seen = path_releases.preview(db, pair.vss, entry.id, text_="", terms=terms).digest
    item = path_releases.release(db, pair.vss, entry.id, text_="", terms=terms, seen=seen)
    return db.scalars(select(Release).where(Release.item_id == item.id)).one()


def test_of_her_path_the_programme_reads_what_was_released_and_never_the_note(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    entry = moved(make, pair)
    assert told(db, pair.pp, pair) == []

    item = release_entry(db, pair.vss, entry, "She lives elsewhere")

    assert told(db, pair.pp, pair) == [("moved", "She lives elsewhere")]
    assert told(db, pair.vss, pair) == [("moved", NOTE)]
    assert told(db, pair.vss, pair, joint_only=True) == [("moved", "She lives elsewhere")]
    [read] = joint_items.list_of_case(db, pair.pp, pair.case.id)
    assert (read.id, read.text, read.use_rule) == (item.id, "She lives elsewhere", UseRule.RISK_ONLY)
    assert read.step is not None
    assert read.step.happened_on == entry.happened_on


def test_without_consent_nobody_reads_of_her_path_until_a_second_person_has_confirmed_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    waiting = ask(db, pair, moved(make, pair))
    assert told(db, pair.pp, pair) == []
    [listed] = releases.of_case(db, second, pair.case.id)
    assert listed.step is not None

    releases.confirm(db, second, waiting.id, version=waiting.version)

    assert told(db, pair.pp, pair) == [("moved", "")]


def test_without_a_person_a_ground_or_a_consent_nothing_of_her_path_leaves(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = moved(make, pair)
    her = make.subject(pair.vss_file)

    for terms in (
        Terms(),
        Terms(her.id, "risk_assessment"),
        Terms(her.id, "risk_assessment", Basis.DANGER, "short"),
    ):
        seen = path_releases.preview(db, pair.vss, entry.id, text_="", terms=terms).digest
        with pytest.raises(Invalid), db.begin_nested():
            path_releases.release(db, pair.vss, entry.id, text_="", terms=terms, seen=seen)

    assert db.scalars(select(JointItem)).all() == []


def test_what_was_not_previewed_or_names_somebody_does_not_leave(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = moved(make, pair)
    make.subject(pair.vss_file, name="Mira Petrovic")
    terms = borne(db, pair.vss, pair.vss_file.id)
    seen = path_releases.preview(db, pair.vss, entry.id, text_="", terms=terms).digest

    with pytest.raises(Conflict, match="not_previewed"):
        path_releases.release(db, pair.vss, entry.id, text_="More", terms=terms, seen=seen)
    with pytest.raises(Invalid, match="path_entry_names"):
        release_entry(db, pair.vss, entry, "Mira moved", meant=True)
    with pytest.raises(Invalid, match="names_somebody"):
        release_entry(db, pair.vss, entry, "Now at 12 Linden Road")

    assert told(db, pair.pp, pair) == []


def test_when_she_withdraws_her_consent_her_path_is_taken_back_in_the_same_moment(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    release_entry(db, pair.vss, moved(make, pair))
    her = files.mine(db, pair.vss, pair.case.id).subjects[0]
    assert told(db, pair.pp, pair) == [("moved", "")]

    said = Said(ConsentState.WITHDRAWN, how_asked="Told us", was_safe=Known.YES, asked_on=clock.today())
    recorded = consents.record(db, pair.vss, her.id, purpose="risk_assessment", said=said)

    assert recorded.taken_back == 1
    assert told(db, pair.pp, pair) == []


def test_a_release_of_a_path_ends_on_its_day(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = moved(make, pair)
    terms = replace(borne(db, pair.vss, pair.vss_file.id), ends_on=clock.today())
    seen = path_releases.preview(db, pair.vss, entry.id, text_="", terms=terms).digest
    path_releases.release(db, pair.vss, entry.id, text_="", terms=terms, seen=seen)
    assert told(db, pair.pp, pair) == [("moved", "")]

    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert told(db, pair.pp, pair) == []
        assert path_releases.live(db, pair.vss, pair.case.id) == {}


def test_an_entry_that_is_removed_is_taken_back_and_so_is_what_waits(db: Session, make: Make) -> None:
    pair = make.pair()
    released, waits = moved(make, pair), moved(make, pair)
    release_entry(db, pair.vss, released)
    ask(db, pair, waits)

    for entry in (released, waits):
        path_entries.remove(db, pair.vss, entry.id, reason="A slip", version=entry.version)

    assert told(db, pair.pp, pair) == []
    assert all(item.withdrawn_at for item in db.scalars(select(JointItem)))


def test_of_his_path_the_fact_is_there_at_once_and_the_note_by_a_second_act(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = path_entries.add(
        db,
        pair.pp,
        pair.case.id,
        kind="suspended",
        happened_on=clock.today(),
        note="He shouted at a colleague",
        is_shared=True,
    )
    assert told(db, pair.vss, pair) == [("suspended", "")]
    assert told(db, pair.pp, pair, joint_only=True) == [("suspended", "")]

    release_entry(db, pair.pp, entry, "He came after alcohol")
    assert told(db, pair.vss, pair) == [("suspended", "He came after alcohol")]

    path_entries.unshare(db, pair.pp, entry.id, version=entry.version)
    db.flush()
    assert told(db, pair.vss, pair) == []


def test_what_was_released_is_released_once_and_by_its_own_service(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = moved(make, pair)
    release_entry(db, pair.vss, entry)

    with pytest.raises(Conflict, match="path_entry_shared"):
        release_entry(db, pair.vss, entry)
    with pytest.raises(NotFound):
        path_releases.preview(db, pair.pp, entry.id, text_="", terms=Terms())


def test_new_violence_is_released_on_its_own_page(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.vss, "episode")

    with pytest.raises(Conflict, match="has_its_page"):
        release_entry(db, pair.vss, entry)
    assert access.find(db, access.own_path_entries(pair.vss), entry.id) is entry
