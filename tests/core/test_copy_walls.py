"""A mark beside a text of the own file says that the other service wrote it; it says so of nothing that was not read here."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import digital_violence
from core.models import (
    Closing,
    ClosingStep,
    ConsentState,
    EpisodeSource,
    Known,
    OutsideResult,
    Person,
    PersonRequest,
    RequestKind,
    RiskAssessment,
    Seen,
    Service,
    Settled,
    Subject,
    SubjectKind,
)
from core.operations import (
    cases,
    consents,
    copies,
    first_passes,
    person_requests,
    risk_assessments,
    safety_actions,
)
from core.operations.consents import Said
from core.operations.copy_walls import Walls
from core.operations.releases import Basis
from core.operations.safety_actions import Wanted
from tests import change, risk
from tests.core.test_notice_copies import came_back
from tests.episodes import told
from tests.make import Make, Pair

HER_WORDS = "her sister"


def marked(db: Session, pair: Pair, text: str = HER_WORDS) -> bool:
    return Walls(db, pair.pp, pair.case.id, risk.about(db, pair, pair.pp)).is_of_the_other(text)


def said_by(db: Session, pair: Pair, keeper: Actor, *, basis: Basis = Basis.CONSENT) -> RiskAssessment:
    found = risk.begun(db, pair)
    risk.say(db, keeper, found.id, "pets", Seen.PRESENT, told_by=HER_WORDS)
    risk.handed_in(db, pair, keeper, found.id, basis=basis)
    return found


@pytest.mark.parametrize("basis", [Basis.CONSENT, Basis.DANGER])
def test_what_she_told_before_the_passes_are_open_marks_no_note_of_the_programme(
    db: Session, make: Make, basis: Basis
) -> None:
    pair = make.pair()

    said_by(db, pair, pair.vss, basis=basis)

    assert not marked(db, pair)


def test_what_the_passes_showed_marks_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = said_by(db, pair, pair.vss)
    risk.handed_in(db, pair, pair.pp, found.id)

    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert marked(db, pair)


def test_a_first_pass_that_was_taken_back_unread_leaves_no_doubt_behind(db: Session, make: Make) -> None:
    pair = make.pair()
    found = said_by(db, pair, pair.vss)

    first_passes.take_back(db, pair.vss, found.id)

    walls = Walls(db, pair.pp, pair.case.id, risk.about(db, pair, pair.pp))
    assert walls.taken_back_since is None
    assert not marked(db, pair)


def test_a_result_of_another_instrument_marks_it_once_the_passes_are_open(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.add(
        OutsideResult(
            assessment_id=found.id,
            service_id=pair.vss.service_id,
            recorded_by=pair.vss.person_id,
            instrument="Danger list of the police",
            done_on=clock.today(),
            done_by="Police",
            result="Very high",
        )
    )
    db.flush()
    assert not marked(db, pair, "danger list of the police")
    risk.handed_in(db, pair, pair.pp, found.id)
    risk.handed_in(db, pair, pair.vss, found.id)

    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert marked(db, pair, "danger list of the police")


def request_of_him(db: Session, make: Make, pair: Pair) -> tuple[Subject, PersonRequest]:
    subject = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    asked = person_requests.record(
        db, pair.pp, subject.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    return subject, asked


def name_of_hers(db: Session, pair: Pair) -> str:
    return db.get_one(Service, pair.vss.service_id).name


def consent(
    db: Session, pair: Pair, him: Subject, *, exceptions: str = "", how_asked: str = "In the room"
) -> None:
    said = Said(
        ConsentState.GIVEN_EXCEPT if exceptions else ConsentState.GIVEN,
        exceptions,
        how_asked,
        was_safe=Known.YES,
        asked_on=clock.today(),
    )
    purpose = consents.purposes(pair.pp)[0].id
    consents.record(db, pair.pp, him.id, purpose=purpose, said=said)


def action(db: Session, pair: Pair, text: str, who: str) -> None:
    area = digital_violence.load().areas_of(cases.side_of(pair.pp))[0].id
    safety_actions.write(db, pair.pp, pair.case.id, wanted=Wanted(area, text, who, clock.today()))


def everything_about_him(db: Session, make: Make, pair: Pair, him: Subject) -> None:
    """In every place of the programme's file from which his copy is made, something that somebody typed."""
    consent(db, pair, him, exceptions="Not the school", how_asked="By telephone")
    make.note(pair.pp_file, pair.pp, "attendance", "He came on time")
    change.dated(db, pair)
    change.asked(db, pair, pair.pp, "T0", emotional="once", own_words="A walk")
    make.path_entry(pair, pair.pp, "started").note = "On a Monday"
    told(db, pair, EpisodeSource.HIM, severity="Threw a chair", action_taken="The police came")
    came_back(db, pair, "Every week, sober")
    make.attended(pair.pp_file, pair.pp)
    action(db, pair, "He gives back the telephone", "Ben")
    closing = Closing(case_id=pair.case.id, begun_by=pair.pp.person_id)
    db.add(closing)
    db.flush()
    db.add(
        ClosingStep(
            closing_id=closing.id,
            file_id=pair.pp_file.id,
            step="his_contact",
            settled=Settled.DONE,
            text="The helpline",
            recorded_by=pair.pp.person_id,
        )
    )
    db.flush()


def test_all_that_is_typed_is_looked_at_before_it_may_go_to_him_in_whatever_place_it_stands(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make.pair()
    him, request = request_of_him(db, make, pair)
    everything_about_him(db, make, pair, him)
    seen: list[str] = []

    def is_of_the_other(_: Walls, text: str) -> bool:
        seen.append(text)
        return bool(text)

    monkeypatch.setattr(Walls, "is_of_the_other", is_of_the_other)

    found = copies.pieces(db, pair.pp, request.id)

    sections = {"consent", "note", "answers", "path", "attended", "digital", "closing"}
    assert {one.section for one in found} == sections
    assert [one for one in found if not one.never or one.doubt != "never"] == []
    typed = "\n".join(seen)
    for one in found:
        assert one.heading in typed
    for words in (
        *("Not the school", "By telephone", "He came on time", "A walk", "On a Monday", "Threw a chair"),
        *("The police came", "Every week, sober", "He gives back the telephone", "Ben", "The helpline"),
    ):
        assert words in typed, words


@pytest.mark.parametrize("place", ["exceptions", "how_asked", "text", "who"])
def test_who_she_turns_to_goes_to_him_neither_in_what_he_was_asked_nor_in_who_does_something(
    db: Session, make: Make, place: str
) -> None:
    pair = make.pair()
    him, request = request_of_him(db, make, pair)
    words = f"Asked because {name_of_hers(db, pair)} rang"
    if place in {"text", "who"}:
        action(db, pair, **({"text": "He gives back the telephone", "who": "Ben"} | {place: words}))
    else:
        consent(db, pair, him, **{place: words})

    [piece] = copies.pieces(db, pair.pp, request.id)

    assert (piece.never, piece.doubt) == (True, "never")


def doubt_of(db: Session, make: Make, pair: Pair, text: str, *, name: str = "Ivo Bell") -> str:
    """What speaks against a note of the programme in the copy of him."""
    him, request = request_of_him(db, make, pair)
    him.name = name
    note = make.note(pair.pp_file, pair.pp, text=text)
    return next(one.doubt for one in copies.pieces(db, pair.pp, request.id) if one.id == str(note.id))


def named(db: Session, make: Make, *, service: str = "Frauenhaus Linz", person: str = "Anna Berger") -> Pair:
    """A pair whose victim support service and case manager are called so."""
    pair = make.pair()
    db.get_one(Person, pair.vss.person_id).name = person
    db.get_one(Service, pair.vss.service_id).name = service
    db.get_one(Service, pair.vss.service_id).address = "Hauptplatz 1, 4020 Linz"
    db.get_one(Service, pair.pp.service_id).name = "Men's Programme"
    db.flush()
    return pair


@pytest.mark.parametrize(
    "text", ["Anna Berger rang", "anna  berger rang", "Anna\nBerger rang", "The Frauenhaus   Linz rang"]
)
def test_a_whole_name_of_hers_never_goes_to_him_however_many_blanks_stand_in_it(
    db: Session, make: Make, text: str
) -> None:
    assert doubt_of(db, make, named(db, make), text) == "never"


@pytest.mark.parametrize(
    "text", ["Ms Berger rang", "Berger's call", "He met anna", "The Frauenhaus rang", "Bergers Anruf"]
)
def test_a_part_of_a_name_of_hers_waits_for_a_look(db: Session, make: Make, text: str) -> None:
    assert doubt_of(db, make, named(db, make), text) == "names_service"


@pytest.mark.parametrize(
    ("service", "text", "doubt"),
    [
        ("Women\N{RIGHT SINGLE QUOTATION MARK}s Centre Linz", "The Women's Centre rang", "names_service"),
        ("Women's Centre Linz", "He moved to Linz, near the centre", ""),
        ("Women's Centre Linz", "He speaks of women, and of work in the centre", ""),
        ("Support Service Aurora", "Aurora rang", "names_service"),
        ("Support Service Aurora", "He asks for support, and for a service", ""),
        ("ZIF", "They of ZIF rang", "never"),
    ],
)
def test_words_that_many_services_bear_and_the_town_cast_no_doubt(
    db: Session, make: Make, service: str, text: str, doubt: str
) -> None:
    assert doubt_of(db, make, named(db, make, service=service), text) == doubt


@pytest.mark.parametrize(
    ("person", "text", "doubt"),
    [
        ("Will Hope", "He will try, and has hope", ""),
        ("Ida Klein", "Das Kind ist klein", ""),
        ("Will Hope", "Then Will rang", "names_service"),
        ("Eva von der Au", "Er kommt von der Arbeit", ""),
        ("Sara Bell", "Mr Bell came on time", ""),
        ("Sara Bell", "Sara rang", "names_service"),
    ],
)
def test_a_name_that_is_a_common_word_or_his_own_does_not_mark_everything(
    db: Session, make: Make, person: str, text: str, doubt: str
) -> None:
    assert doubt_of(db, make, named(db, make, person=person), text) == doubt


@pytest.mark.parametrize("text", ["Mira sleeps badly", "mira's school", "Mira  Bell sleeps badly"])
def test_a_child_is_found_in_her_copy_by_the_first_name_alone(db: Session, make: Make, text: str) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Ana Bell")
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Mira Bell")
    make.note(pair.vss_file, pair.vss, text=text)
    make.note(pair.vss_file, pair.vss, text="Ms Bell sleeps badly")
    asked = person_requests.record(
        db, pair.vss, her.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )

    found = {one.text: one.doubt for one in copies.pieces(db, pair.vss, asked.id)}

    assert found == {text: "names", "Ms Bell sleeps badly": ""}
