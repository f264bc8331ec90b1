"""A mark beside a text of the own file says that the other service wrote it; it says so of nothing that was not read here."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import digital_violence
from core.content.meeting_kinds import Entry
from core.models import (
    Closing,
    ClosingStep,
    ConsentState,
    EpisodeSource,
    Erasure,
    ErasureGround,
    Known,
    Meeting,
    MeetingMove,
    OutsideResult,
    Person,
    PersonRequest,
    RequestKind,
    RiskAssessment,
    Seen,
    Service,
    Settled,
    StrikeGround,
    Subject,
    SubjectKind,
)
from core.operations import (
    action_plans,
    cases,
    consents,
    copies,
    first_passes,
    minutes,
    person_requests,
    risk_assessments,
    safety_actions,
    strikes,
    tables,
)
from core.operations.consents import Said
from core.operations.copy_walls import Walls
from core.operations.releases import Basis
from core.operations.safety_actions import Wanted
from tests import change, risk
from tests.core.test_notice_copies import came_back
from tests.episodes import told
from tests.make import Make, Pair, share

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
    assert [one for one in found if one.text and (not one.never or one.doubt != "never")] == []
    typed = "\n".join(seen)
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


SLIP = "he waited for her at the school"


def said_at_the_table(db: Session, make: Make) -> tuple[Pair, Meeting]:
    """She told it to her service, which said it at the table; the programme wrote a note of it."""
    pair = make.pair()
    meeting = make.table(pair)
    said = f"She says {SLIP} again."
    tables.write_item(db, pair.vss, meeting.items[0].id, entry=Entry.VSS_VIEW, text=said, seen="")
    tables.close(db, pair.pp, meeting.id)
    return pair, meeting


def test_what_was_corrected_in_the_minutes_still_marks_what_was_written_of_it(
    db: Session, make: Make
) -> None:
    pair, meeting = said_at_the_table(db, make)
    corrected = {Entry.VSS_VIEW: "Her view stays with us."}

    minutes.correct(db, pair.vss, meeting.id, item_id=meeting.items[0].id, texts_of=corrected, number=1)

    assert doubt_of(db, make, pair, f"We hear {SLIP} often") == "never"
    assert doubt_of(db, make, pair, "He came on time") == ""


def test_what_her_service_put_in_the_place_of_the_programmes_words_marks_it_too(
    db: Session, make: Make
) -> None:
    pair, meeting = said_at_the_table(db, make)
    meeting.minute_taker_id = pair.vss.person_id
    db.flush()
    corrected = {Entry.PP_VIEW: "He was seen at the old mill by night"}

    minutes.correct(db, pair.vss, meeting.id, item_id=meeting.items[0].id, texts_of=corrected, number=1)

    assert doubt_of(db, make, pair, "Seen at the old mill by night") == "never"


@pytest.mark.parametrize("by", ["pp", "vss"])
def test_where_words_were_struck_out_at_the_table_what_was_written_since_waits_for_a_look(
    db: Session, make: Make, by: str
) -> None:
    pair, meeting = said_at_the_table(db, make)
    actor = pair.pp if by == "pp" else pair.vss
    places = strikes.preview(db, actor, meeting.id, typed=SLIP).total
    ground = StrikeGround.MUST_NOT_BE_HERE

    strikes.strike(db, actor, meeting.id, typed=SLIP, ground=ground, places=places, mark="[struck]")

    assert doubt_of(db, make, pair, f"We hear {SLIP} often") == "taken_back"
    _, request = request_of_him(db, make, pair)
    earlier = make.note(pair.pp_file, pair.pp, text="He came on time")
    earlier.written_on = clock.today() - timedelta(days=2)
    db.flush()
    found = {one.text: one.doubt for one in copies.pieces(db, pair.pp, request.id)}
    assert found["He came on time"] == ""


def test_every_wording_that_her_service_gave_an_action_marks_it_and_none_of_the_programmes_own(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    action = make.action(pair, pair.pp)

    def revise(actor: Actor, text: str) -> None:
        action_plans.revise(
            db,
            actor,
            action.id,
            need="Calm evenings at his home",
            text=text,
            due_on=action.due_on,
            service_id=action.service_id,
            person_id=action.person_id,
            version=action.version,
        )

    revise(pair.pp, "He calls his brother every evening")
    revise(pair.vss, f"Because {SLIP} she is met")
    revise(pair.pp, "He stays away from the street")

    assert doubt_of(db, make, pair, f"We hear {SLIP} often") == "never"
    for own in (
        "He calls his brother every evening",
        "He stays away from the street",
        "Calm evenings at his home",
    ):
        assert doubt_of(db, make, pair, own) == "", own


@pytest.mark.parametrize("place", ["source", "title", "apology", "move"])
def test_what_her_service_wrote_around_it_marks_it(db: Session, make: Make, place: str) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    if place == "source":
        note = make.note(pair.vss_file, pair.vss, text="x")
        share(db, pair.vss, note.id, "He was seen").source = SLIP
    elif place == "title":
        tables.add_item(db, pair.vss, meeting.id, title=SLIP, minutes=5)
    elif place == "apology":
        seat = next(one for one in meeting.attendances if one.service_id == pair.vss.service_id)
        seat.apology = SLIP
    else:
        now = clock.now()
        moved = MeetingMove(
            meeting_id=meeting.id, from_at=now, to_at=now, reason=SLIP, moved_by=pair.vss.person_id
        )
        db.add(moved)
    db.flush()

    assert doubt_of(db, make, pair, f"We hear {SLIP} often") == "never"


@pytest.mark.parametrize("part", ["shared", "meetings", "plan", "notices"])
def test_where_a_part_that_both_held_was_erased_what_was_written_since_the_pair_waits_for_a_look(
    db: Session, make: Make, part: str
) -> None:
    pair = make.pair()
    erasure = Erasure(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        parts=[part],
        is_joint=True,
        ground=ErasureGround.TIME_IS_OVER,
        asked_by=pair.vss.person_id,
    )
    db.add(erasure)
    db.flush()
    assert doubt_of(db, make, pair, "He came on time") == ""

    erasure.done_at = clock.now()
    db.flush()

    assert doubt_of(db, make, pair, f"We hear {SLIP} often") == "taken_back"


def test_the_erasure_of_her_own_file_alone_casts_no_doubt(db: Session, make: Make) -> None:
    pair = make.pair()
    erasure = Erasure(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        parts=["own_file"],
        ground=ErasureGround.TIME_IS_OVER,
        asked_by=pair.vss.person_id,
        done_at=clock.now(),
    )
    db.add(erasure)
    db.flush()

    assert doubt_of(db, make, pair, "He came on time") == ""


@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("Lilith", "Sie war bei den Lilithberaterinnen"),
        ("Lilith", "Puhuttiin Lilithin kanssa"),
        ("\u674e\u5a1c\u4e2d\u5fc3", "\u4ed6\u8bf4\u674e\u5a1c\u4e2d\u5fc3\u6253\u4e86\u7535\u8bdd"),
    ],
)
def test_a_whole_name_within_a_longer_word_waits_for_a_look(
    db: Session, make: Make, service: str, text: str
) -> None:
    pair = named(db, make, service=service)

    assert doubt_of(db, make, pair, text) == "names_service"


def test_a_question_of_a_form_that_her_service_quoted_keeps_none_of_his_answers_from_him(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    _, request = request_of_him(db, make, pair)
    change.dated(db, pair)
    change.asked(db, pair, pair.pp, "T0", emotional="once", own_words="A walk")
    action = make.action(pair)
    action.created_by = pair.vss.person_id
    [before] = [one for one in copies.pieces(db, pair.pp, request.id) if one.section == "answers"]
    action.text = f"At the talk he was asked: {before.text.splitlines()[0]}"
    db.flush()

    [found] = [one for one in copies.pieces(db, pair.pp, request.id) if one.section == "answers"]

    assert not found.never
