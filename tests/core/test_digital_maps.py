"""Digital violence in the own file: steps that each service answers apart, and the map and the forms, which are hers alone."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import access, clock
from core.content import digital_violence
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import DigitalMedium, Role, Seen, Whose
from core.operations import digital_findings, digital_maps, digital_steps
from tests.make import Make, Pair


def phone(db: Session, pair: Pair) -> DigitalMedium:
    [made] = digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone"])
    return made


def test_each_service_answers_the_six_steps_and_reads_its_own_alone(db: Session, make: Make) -> None:
    pair = make.pair()

    for actor, seen in ((pair.pp, Seen.NOT_KNOWN), (pair.vss, Seen.PRESENT)):
        digital_steps.answer(db, actor, pair.case.id, step="knows", seen=seen, note="So", version=0)

    assert len(digital_violence.load().steps) == 6
    assert digital_steps.mine(db, pair.pp, pair.case.id)["knows"].seen is Seen.NOT_KNOWN
    assert digital_steps.mine(db, pair.vss, pair.case.id)["knows"].seen is Seen.PRESENT
    assert [row.seen for row in db.scalars(access.visible_digital_steps(pair.pp))] == [Seen.NOT_KNOWN]


def test_a_step_is_answered_as_it_asks_and_never_over_a_colleague(db: Session, make: Make) -> None:
    pair = make.pair()
    answer = digital_steps.answer
    saved = answer(db, pair.pp, pair.case.id, step="media", seen=Seen.PRESENT, note="Phone", version=0)

    with pytest.raises(Invalid, match=r"digital\.step"):
        answer(db, pair.pp, pair.case.id, step="media", seen=Seen.PAST, note="", version=saved.version)
    with pytest.raises(Invalid, match=r"digital\.step"):
        answer(db, pair.pp, pair.case.id, step="else", seen=Seen.PRESENT, note="", version=0)
    with pytest.raises(Conflict):
        answer(db, pair.pp, pair.case.id, step="media", seen=Seen.NOT_KNOWN, note="", version=0)


def test_who_does_not_read_the_file_answers_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.pp.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    with pytest.raises(NotFound):
        digital_steps.mine(db, chair, pair.case.id)
    with pytest.raises(NotAllowed):
        digital_steps.answer(db, chair, pair.case.id, step="media", seen=Seen.PRESENT, note="", version=0)


def test_the_map_stands_by_whose_it_is_and_says_by_what_he_may_get_in(db: Session, make: Make) -> None:
    pair = make.pair()
    put = digital_maps.put
    put(db, pair.vss, pair.case.id, whose=Whose.CHILDRENS, kinds=["tablet"])
    mine = {
        one.kind: one for one in put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["cloud", "phone"])
    }
    marks = ["access.only_hers", "connection.shared_group", "information.location"]

    digital_maps.mark(
        db, pair.vss, mine["cloud"].id, marks=marks, name=" Family ", note="Since May", version=1
    )

    kinds = [(one.whose, one.kind) for one in digital_maps.of_case(db, pair.vss, pair.case.id)]
    assert kinds == [(Whose.HERS, "phone"), (Whose.HERS, "cloud"), (Whose.CHILDRENS, "tablet")]
    assert (mine["cloud"].name, mine["cloud"].marked) == ("Family", frozenset(marks))
    opening = digital_violence.load().opening(mine["cloud"].marked)
    assert [one.id for one in opening] == ["shared_group", "location"]


def test_a_mark_of_an_older_version_stays_while_others_are_changed(db: Session, make: Make) -> None:
    pair = make.pair()
    one = phone(db, pair)
    one.marks = "access.by_fax"
    db.flush()

    marks = ["access.by_fax", "access.knows_code"]
    digital_maps.mark(db, pair.vss, one.id, marks=marks, name="", note="", version=one.version)

    assert one.marks == "access.knows_code access.by_fax"


def test_what_is_not_in_use_any_more_stays_readable_and_can_come_back(db: Session, make: Make) -> None:
    pair = make.pair()
    one, today = phone(db, pair), clock.today()

    with pytest.raises(Invalid, match="future_date"):
        digital_maps.take_off(db, pair.vss, one.id, gone_on=today + timedelta(days=1), version=1)
    digital_maps.take_off(db, pair.vss, one.id, gone_on=today, version=1)
    with pytest.raises(Conflict, match=r"digital\.gone"):
        digital_maps.take_off(db, pair.vss, one.id, gone_on=today, version=one.version)
    assert [each.gone_on for each in digital_maps.of_case(db, pair.vss, pair.case.id)] == [today]

    digital_maps.put_back(db, pair.vss, one.id, version=one.version)
    assert one.gone_on is None


def test_what_was_put_there_by_mistake_goes_and_nothing_that_is_marked_or_written(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    bare, marked, noted = (phone(db, pair) for _ in range(3))
    marks = ["access.knows_code"]
    digital_maps.mark(db, pair.vss, marked.id, marks=marks, name="", note="", version=marked.version)
    digital_maps.mark(db, pair.vss, noted.id, marks=[], name="", note="Blue", version=noted.version)

    for kept in (marked, noted):
        with pytest.raises(Conflict, match=r"digital\.used"):
            digital_maps.remove(db, pair.vss, kept.id, version=kept.version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        digital_maps.remove(db, pair.vss, bare.id, version=bare.version + 1)
    with pytest.raises(NotFound):
        digital_maps.remove(db, pair.pp, bare.id, version=bare.version)
    digital_maps.remove(db, pair.vss, bare.id, version=bare.version)

    assert {one.id for one in digital_maps.of_case(db, pair.vss, pair.case.id)} == {marked.id, noted.id}


def test_a_map_says_whose_and_what_and_ends_somewhere(db: Session, make: Make) -> None:
    pair = make.pair()
    put, one = digital_maps.put, phone(db, pair)
    many = [medium.id for medium in digital_violence.load().media]

    with pytest.raises(Invalid, match=r"digital\.whose"):
        put(db, pair.vss, pair.case.id, whose=None, kinds=["phone"])
    for kinds in ([], ["a_pigeon"]):
        with pytest.raises(Invalid, match=r"digital\.kinds"):
            put(db, pair.vss, pair.case.id, whose=Whose.HIS, kinds=kinds)
    with pytest.raises(Invalid, match=r"digital\.marks"):
        digital_maps.mark(db, pair.vss, one.id, marks=["access.by_air"], name="", note="", version=1)
    for _ in range((digital_maps.MOST - 1) // len(many)):
        put(db, pair.vss, pair.case.id, whose=Whose.HIS, kinds=many)
    with pytest.raises(Invalid, match=r"digital\.too_many"):
        put(db, pair.vss, pair.case.id, whose=Whose.HIS, kinds=many)


def test_the_map_and_the_forms_are_the_victim_support_services_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    one, case_id = phone(db, pair), pair.case.id

    for refused in (
        lambda: digital_maps.of_case(db, pair.pp, case_id),
        lambda: digital_maps.put(db, pair.pp, case_id, whose=Whose.HIS, kinds=["phone"]),
        lambda: digital_findings.of_case(db, pair.pp, case_id),
        lambda: digital_findings.write(
            db, pair.pp, case_id, form="spyware", seen=Seen.PRESENT, note="", version=0
        ),
    ):
        with pytest.raises(NotAllowed, match="vss_only"):
            refused()
    with pytest.raises(NotFound):
        digital_maps.mark(db, pair.pp, one.id, marks=[], name="x", note="", version=1)
    assert list(db.scalars(access.visible_digital_media(pair.pp))) == []


def test_a_form_is_known_once_and_never_written_over_a_colleague(db: Session, make: Make) -> None:
    pair = make.pair()
    write = digital_findings.write

    first = write(
        db, pair.vss, pair.case.id, form="spyware", seen=Seen.PRESENT, note="On her phone", version=0
    )
    with pytest.raises(Conflict):
        write(db, pair.vss, pair.case.id, form="spyware", seen=Seen.PAST, note="", version=0)
    again = write(db, pair.vss, pair.case.id, form="spyware", seen=Seen.PAST, note="", version=first.version)
    with pytest.raises(Invalid, match=r"digital\.form"):
        write(db, pair.vss, pair.case.id, form="pigeons", seen=Seen.PRESENT, note="", version=0)

    assert again.id == first.id
    found = digital_findings.of_case(db, pair.vss, pair.case.id)
    assert {form: row.seen for form, row in found.items()} == {"spyware": Seen.PAST}
