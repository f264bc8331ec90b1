"""The first pass apart: each side answers alone, and what stays in her file leaves no trace."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import (
    ConsentState,
    HandedAnswer,
    HandedIn,
    Known,
    Occasion,
    Release,
    RiskAssessment,
    Role,
    Seen,
    ServiceKind,
    Subject,
    SubjectKind,
)
from core.operations import (
    case_lists,
    consents,
    first_passes,
    joint_items,
    releases,
    risk_assessments,
    risk_boards,
    risk_documents,
    risk_words,
)
from core.operations.consents import Said
from core.operations.first_passes import HER, Given, How, RiskGrade
from core.operations.releases import Basis, Terms
from tests import risk
from tests.make import Make, Pair, consented

WORDS = Words("en", "UTC")


def test_a_side_reads_its_own_answers_and_none_of_the_other(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Twice")

    his, hers = (first_passes.mine(db, actor, found.id) for actor in (pair.pp, pair.vss))

    assert hers.answers[HER, "strangled"].note == "Twice"
    assert his.answers == {}
    assert db.scalars(access.visible_first_answers(pair.pp)).all() == []


def test_what_is_handed_in_is_read_by_the_other_only_once_both_are_open(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT})

    before = risk_boards.of_assessment(db, pair.pp, found.id)
    risk.handed_in(db, pair, pair.pp, found.id, {"strangled": Seen.NOT_PRESENT})
    unopened = risk_boards.of_assessment(db, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    after = risk_boards.of_assessment(db, pair.pp, found.id)

    assert before.version.vss_is_in
    assert before.line(HER, "strangled").sides == unopened.line(HER, "strangled").sides == ()
    assert [one.seen for one in after.line(HER, "strangled").sides] == [Seen.NOT_PRESENT, Seen.PRESENT]
    assert after.line(HER, "strangled").differs


def test_nobody_opens_before_their_own_side_has_handed_in(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT})

    with pytest.raises(Conflict, match=r"error\.risk\.own_first"):
        risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert risk_assessments.open_passes(db, pair.vss, found.id, version_=found.version).is_open


def test_a_child_that_was_forgotten_is_put_there_and_answered_apart(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair, children=["C-07a"])
    handed = risk.handed_in(db, pair, pair.vss, found.id)
    before = rows_of(db, handed)

    risk_assessments.add_child(db, pair.pp, found.id, code=" C-07b ", version_=found.version)
    first_passes.take_back(db, pair.vss, found.id)
    first_passes.say_part(db, pair.vss, found.id, about="C-07b", takes_part=False, version=0)
    risk.say(db, pair.vss, found.id, "hurt", Seen.PRESENT, "C-07b")
    risk.handed_in(db, pair, pair.vss, found.id)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    board = risk_boards.of_assessment(db, pair.pp, found.id)
    assert board.version.about == (HER, "C-07a", "C-07b")
    assert {row[0] for row in before} == {HER, "C-07a"}
    assert [one.seen for one in board.line("C-07b", "hurt").sides] == [Seen.NOT_KNOWN, Seen.PRESENT]


def test_of_a_child_that_was_put_there_after_the_opening_nothing_was_answered_and_all_is_settled(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})

    risk_assessments.add_child(db, pair.vss, found.id, code="C-07a", version_=found.version)

    line = risk_boards.of_assessment(db, pair.pp, found.id).line("C-07a", "hurt")
    assert [one.seen for one in line.sides] == []
    risk_boards.settle(db, pair.pp, found.id, about="C-07a", item="hurt", seen=Seen.PRESENT, number=0)
    now = risk_boards.of_assessment(db, pair.vss, found.id).line("C-07a", "hurt").now
    assert now is not None
    assert now.seen is Seen.PRESENT


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("Anna", r"error\.risk\.child_code"),
        ("C-0000000007a", r"error\.risk\.child_code"),
        ("C-07a", r"error\.risk\.child_there"),
        ("", r"error\.empty"),
    ],
)
def test_a_child_is_put_there_once_and_by_a_code(db: Session, make: Make, code: str, key: str) -> None:
    pair = make.pair()
    found = risk.begun(db, pair, children=["C-07a"])

    with pytest.raises((Conflict, Invalid), match=key) as refused:
        risk_assessments.add_child(db, pair.pp, found.id, code=code, version_=found.version)

    assert getattr(refused.value, "field", "child") == "child"
    assert risk_assessments.children_of(db, pair.pp, found.id) == ("C-07a",)


def rows_of(db: Session, handed: HandedIn) -> list[tuple[object, ...]]:
    rows = db.scalars(select(HandedAnswer).where(HandedAnswer.handed_in_id == handed.id))
    return [(r.about, r.item, r.seen, r.past_on, r.how, r.told_by, r.note) for r in rows]


def test_kept_back_not_known_and_not_answered_are_the_same_rows(db: Session, make: Make) -> None:
    kept: list[list[tuple[object, ...]]] = []
    for given in (
        Given(Seen.PRESENT, how=How.TOLD, told_by="her friend", note="Canary", stays=True),
        Given(Seen.NOT_KNOWN),
        None,
    ):
        pair = make.pair()
        found = risk.begun(db, pair)
        if given is not None:
            first_passes.answer(db, pair.vss, found.id, about=HER, item="strangled", given=given, version=0)
        kept.append(rows_of(db, risk.handed_in(db, pair, pair.vss, found.id, {"money": Seen.PRESENT})))

    assert kept[0] == kept[1] == kept[2]
    assert len(kept[0]) == 25


def test_what_stays_is_in_no_preview_and_on_no_board(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Canary", stays=True)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="Canary too", stays=True, version=0
    )

    shown = first_passes.preview(db, pair.vss, found.id, terms=Terms())
    risk.handed_in(db, pair, pair.vss, found.id)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    boards = [risk_boards.of_assessment(db, actor, found.id) for actor in (pair.pp, pair.vss)]

    assert shown.told == ()
    for board in boards:
        assert board.line(HER, "strangled").part is risk_boards.Part.NOTHING
        assert (board.her_grade, board.her_words) == (None, "")
        assert not board.serious


def test_only_the_victim_support_service_keeps_back_and_asks_her(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    with pytest.raises(NotAllowed, match=r"error\.risk\.only_hers_stays"):
        risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT, stays=True)
    with pytest.raises(NotAllowed, match=r"error\.risk\.only_hers_stays"):
        first_passes.write_her_view(db, pair.pp, found.id, grade=None, words="", stays=False, version=0)


def test_two_colleagues_on_one_item_do_not_write_over_each_other(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT)

    with pytest.raises(Conflict):
        first_passes.answer(
            db, pair.vss, found.id, about=HER, item="strangled", given=Given(Seen.PAST), version=0
        )
    with pytest.raises(Conflict):
        first_passes.write_her_view(db, pair.vss, found.id, grade=None, words="", stays=False, version=9)


@pytest.mark.parametrize(("about", "item", "field"), [("C-99", "hurt", "about"), (HER, "hurt", "item")])
def test_an_item_that_nobody_asks_is_refused(
    db: Session, make: Make, about: str, item: str, field: str
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    with pytest.raises(Invalid, match=rf"error\.risk\.{field}") as refused:
        risk.say(db, pair.pp, found.id, item, Seen.PRESENT, about)

    assert refused.value.field == field


def test_a_day_lies_in_the_past_and_after_the_birth(db: Session, make: Make) -> None:
    pair = make.pair()
    her, child = risk.about(db, pair, pair.vss), make.subject(pair.vss_file, SubjectKind.CHILD)
    her.born_on, child.born_on, child.code = date(1990, 5, 1), date(2019, 3, 1), "C-07a"
    found = risk.begun(db, pair, children=["C-07a"])
    first_passes.say_part(db, pair.vss, found.id, about="C-07a", takes_part=False, version=0)

    with pytest.raises(Invalid, match=r"error\.in_the_future"):
        risk.say(db, pair.vss, found.id, "strangled", Seen.PAST, past_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid, match=r"error\.risk\.before_birth"):
        risk.say(db, pair.vss, found.id, "strangled", Seen.PAST, past_on=date(1989, 1, 1))
    with pytest.raises(Invalid, match=r"error\.risk\.before_birth"):
        risk.say(db, pair.vss, found.id, "hurt", Seen.PAST, "C-07a", past_on=date(2018, 1, 1))
    risk.say(db, pair.vss, found.id, "hurt", Seen.PAST, "C-07a", past_on=date(2020, 1, 1))


def test_something_past_is_handed_in_with_its_day(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.pp, found.id, "strangled", Seen.PAST)

    with pytest.raises(Invalid, match=r"error\.risk\.past_day") as refused:
        risk.handed_in(db, pair, pair.pp, found.id)

    assert "strangle" in str(refused.value.values["item"])


def test_a_child_is_asked_only_after_all_four_principles(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair, children=["C-07a", "C-07b"])
    principles = [one.id for one in risk_assessments.version(db, pair.vss, found.id).of_children.principles]

    with pytest.raises(Conflict, match=r"error\.risk\.part_first"):
        risk.say(db, pair.vss, found.id, "hurt", Seen.PRESENT, "C-07a")
    with pytest.raises(Invalid, match=r"error\.risk\.principles"):
        first_passes.say_part(
            db, pair.vss, found.id, about="C-07a", takes_part=True, confirmed=principles[:3], version=0
        )
    with pytest.raises(Invalid, match=r"error\.risk\.about"):
        first_passes.say_part(db, pair.vss, found.id, about="C-99", takes_part=False, version=0)
    part = first_passes.say_part(
        db, pair.vss, found.id, about="C-07a", takes_part=True, confirmed=principles, version=0
    )
    risk.say(db, pair.vss, found.id, "hurt", Seen.PRESENT, "C-07a")

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        first_passes.say_part(db, pair.vss, found.id, about="C-07a", takes_part=False, version=0)
    mine = first_passes.mine(db, pair.vss, found.id)
    assert part.confirmed_by == pair.vss.person_id
    assert mine.answered("C-07a") == 1


def test_handed_in_it_is_locked_and_taken_back_it_opens_again(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.pp, found.id, {"strangled": Seen.NOT_KNOWN})

    with pytest.raises(Conflict, match=r"error\.risk\.handed_in"):
        risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT)
    first_passes.take_back(db, pair.pp, found.id)
    with pytest.raises(Conflict, match=r"error\.risk\.not_handed_in"):
        first_passes.take_back(db, pair.pp, found.id)

    risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT)
    assert not risk_assessments.version(db, pair.vss, found.id).pp_is_in


def told(db: Session, pair: Pair, found: RiskAssessment) -> list[str]:
    """When each side handed in, as both read it."""
    return risk_words.handed_in(WORDS, risk_boards.of_assessment(db, pair.pp, found.id))


def test_the_programme_takes_nothing_back_once_it_can_have_read_her_answers(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"strangled": Seen.NOT_PRESENT}, {"strangled": Seen.PRESENT})

    assert not first_passes.mine(db, pair.pp, found.id).may_take_back
    with pytest.raises(Conflict, match=r"error\.risk\.stays_open"):
        first_passes.take_back(db, pair.pp, found.id)

    line = risk_boards.of_assessment(db, pair.pp, found.id).line(HER, "strangled")
    assert [one.seen for one in line.sides] == [Seen.NOT_PRESENT, Seen.PRESENT]


def test_the_programme_takes_back_after_the_opening_where_his_consent_has_ended(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    item = first_passes.mine(db, pair.pp, found.id).item
    assert item is not None
    found.opened_at = clock.now() - timedelta(days=2)
    item.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    assert first_passes.mine(db, pair.pp, found.id).may_take_back
    first_passes.take_back(db, pair.pp, found.id)
    risk.handed_in(db, pair, pair.pp, found.id)

    assert told(db, pair, found)[0] == (
        f"{pair.case.cooperation.pp.name}: handed in again on {WORDS.day(clock.today())}, after the opening"
    )


def test_hers_is_taken_back_of_a_finished_version_too_and_by_her_service_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    found.finished_at = clock.now()
    db.flush()
    assert first_passes.still_shared(db, pair.vss, pair.case.id) == [found]
    assert first_passes.still_shared(db, pair.pp, pair.case.id) == []

    with pytest.raises(Conflict, match=r"error\.risk\.finished"):
        first_passes.take_back(db, pair.pp, found.id)
    first_passes.take_back(db, pair.vss, found.id)

    assert first_passes.still_shared(db, pair.vss, pair.case.id) == []
    assert told(db, pair, found)[1] == f"{pair.case.cooperation.vss.name}: nothing handed in"


def test_her_second_first_pass_says_that_it_is_one(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    today, hers = WORDS.day(clock.today()), pair.case.cooperation.vss.name
    assert told(db, pair, found)[1] == f"{hers}: handed in on {today}"

    first_passes.take_back(db, pair.vss, found.id)
    assert told(db, pair, found)[1] == f"{hers}: nothing handed in"
    risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.NOT_KNOWN})

    assert told(db, pair, found)[1] == f"{hers}: handed in again on {today}, after the opening"


def test_what_was_taken_back_before_the_opening_leaves_no_sign(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id)
    first_passes.take_back(db, pair.vss, found.id)
    for actor in (pair.vss, pair.pp):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert [one.split(": ")[1] for one in told(db, pair, found)] == [
        f"handed in on {WORDS.day(clock.today())}"
    ] * 2


def acts_of_hers(db: Session, pair: Pair) -> list[tuple[str, str]]:
    """What her service did, as the programme reads it in the history of the case."""
    rows = case_lists.history(db, pair.pp, pair.case.id)
    return [(row.subject, row.act) for row in rows if row.kind is ServiceKind.VSS]


def test_the_history_tells_the_other_service_of_no_first_pass_before_both_lie_open(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    risk.handed_in(db, pair, pair.vss, found.id)
    first_passes.take_back(db, pair.vss, found.id)
    for actor in (pair.vss, pair.pp):
        risk.handed_in(db, pair, actor, found.id)
    assert acts_of_hers(db, pair) == []

    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert acts_of_hers(db, pair) == [("joint_item", "share")]
    first_passes.take_back(db, pair.vss, found.id)
    assert acts_of_hers(db, pair) == [("joint_item", "withdraw"), ("joint_item", "share")]


def test_who_hands_in_after_reading_the_other_has_it_said_on_the_board_and_in_word(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id)
    risk_assessments.open_passes(db, pair.vss, found.id, version_=found.version)
    risk.handed_in(db, pair, pair.pp, found.id)

    his = told(db, pair, found)[0]
    record = risk_documents.document(db, pair.vss, found.id, words=WORDS)

    assert his.endswith(", after the opening")
    assert his in "\n".join(line.text for line in lines(record))


def test_without_consent_nothing_is_handed_in_on_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    terms = Terms(risk.about(db, pair, pair.vss).id, first_passes.PURPOSE)
    seen = first_passes.preview(db, pair.vss, found.id, terms=terms).digest

    with pytest.raises(Invalid, match=r"error\.release\.no_consent"):
        first_passes.hand_in(db, pair.vss, found.id, terms=terms, seen=seen)


def test_on_a_ground_it_waits_for_a_second_person(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    found = risk.begun(db, pair)
    handed = risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT}, basis=Basis.DANGER)

    mine = first_passes.mine(db, pair.vss, found.id)
    waited = mine.is_handed_in and mine.is_waiting
    was_in = risk_assessments.version(db, pair.pp, found.id).vss_is_in
    release = db.scalars(select(Release).where(Release.item_id == handed.item_id)).one()
    releases.confirm(db, colleague, release.id, version=release.version)

    assert waited
    assert not was_in
    assert risk_assessments.version(db, pair.pp, found.id).vss_is_in


def test_the_day_that_the_other_service_reads_is_that_of_the_confirmation_and_not_of_the_asking(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.pp, found.id)
    handed = risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT}, basis=Basis.DANGER)
    release = db.scalars(select(Release).where(Release.item_id == handed.item_id)).one()

    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        releases.confirm(db, colleague, release.id, version=release.version)
        day = WORDS.day(clock.today())

        assert told(db, pair, found)[1] == (
            f"{pair.case.cooperation.vss.name}: handed in on {day}, after the opening"
        )


def test_who_handed_in_without_his_consent_takes_nothing_back_after_reading_hers_and_a_colleague_says_no(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    found = risk.begun(db, pair)
    handed = risk.handed_in(db, pair, pair.pp, found.id, {"strangled": Seen.NOT_PRESENT}, basis=Basis.DANGER)
    risk.handed_in(db, pair, pair.vss, found.id, {"strangled": Seen.PRESENT})
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    release = db.scalars(select(Release).where(Release.item_id == handed.item_id)).one()

    [told_of] = releases.of_case(db, pair.pp, pair.case.id)
    assert told_of.stays
    with pytest.raises(Conflict, match=r"error\.risk\.stays_open"):
        releases.refuse(db, pair.pp, release.id, version=release.version)
    with pytest.raises(Conflict, match=r"error\.risk\.stays_open"):
        joint_items.withdraw(db, pair.pp, handed.item_id)
    releases.refuse(db, colleague, release.id, version=release.version)

    assert told(db, pair, found)[0] == f"{pair.case.cooperation.pp.name}: nothing handed in"


def test_a_withdrawn_consent_takes_her_answers_out_of_the_joint_space(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    her = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id)).one()

    consents.record(
        db,
        pair.vss,
        her.id,
        purpose="risk_assessment",
        said=Said(
            ConsentState.WITHDRAWN, how_asked="By telephone", was_safe=Known.YES, asked_on=clock.today()
        ),
    )

    for actor in (pair.pp, pair.vss):
        assert risk_boards.of_assessment(db, actor, found.id).line(HER, "strangled").vss is None
    assert first_passes.answer_of(db, pair.vss, found.id, HER, "strangled") is not None


def test_what_would_say_who_she_is_must_be_meant(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    her = risk.about(db, pair, pair.vss)
    her.name = "Mira Petrovic"
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Mira told it")

    with pytest.raises(Invalid, match=r"error\.names_somebody"):
        risk.handed_in(db, pair, pair.vss, found.id)
    assert risk.handed_in(db, pair, pair.vss, found.id, meant=True)


def test_only_what_was_looked_at_is_handed_in(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    whom = risk.about(db, pair, pair.pp)
    consented(db, pair.pp, whom)
    terms = Terms(whom.id, first_passes.PURPOSE)
    seen = first_passes.preview(db, pair.pp, found.id, terms=terms).digest
    risk.say(db, pair.pp, found.id, "strangled", Seen.PRESENT)

    with pytest.raises(Conflict, match=r"error\.not_previewed"):
        first_passes.hand_in(db, pair.pp, found.id, terms=terms, seen=seen)


def test_who_reads_no_file_reads_no_first_pass(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)
    found = risk.begun(db, pair)

    with pytest.raises(NotFound):
        first_passes.mine(db, chair, found.id)
    with pytest.raises(NotAllowed):
        risk.say(db, chair, found.id, "strangled", Seen.PRESENT)


def test_an_assessment_begins_once_with_codes_and_no_names(db: Session, make: Make) -> None:
    pair = make.pair()

    for wrong in ("Anna", "Anna and her sisters"):
        with pytest.raises(Invalid, match=r"error\.risk\.child_line") as refused:
            risk.begun(db, pair, children=["C-07a", "", wrong])
        assert refused.value.values["number"] == "3"
    with pytest.raises(Invalid, match=r"error\.risk\.child_line") as both:
        risk.begun(db, pair, children=["Anna", "C-07a", "C-07b Ben"])
    assert both.value.values["number"] == "1, 3"
    with pytest.raises(Invalid, match=r"error\.risk\.child_twice") as twice:
        risk.begun(db, pair, children=["C-07a", "C-07b", "C-07a"])
    assert twice.value.values["number"] == 3
    with pytest.raises(Invalid, match=r"error\.children_count"):
        risk.begun(db, pair, children=[f"C-{number}" for number in range(30)])
    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        risk_assessments.begin(db, pair.pp, pair.case.id, occasion=None, children=[])
    found = risk.begun(db, pair, children=["c-07A, C-07b", " "])
    assert risk_assessments.children_of(db, pair.pp, found.id) == ("C-07a", "C-07b")
    with pytest.raises(Conflict, match=r"error\.risk\.running"):
        risk_assessments.begin(db, pair.vss, pair.case.id, occasion=Occasion.OTHER, children=[])


def test_the_children_are_proposed_from_what_both_know_and_those_of_the_own_file_only_when_asked_for(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    pair.case.children_count = 2
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07b"
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07a"
    db.flush()

    proposed = [risk_assessments.proposed_children(db, actor, pair.case.id) for actor in (pair.pp, pair.vss)]
    own = [risk_assessments.own_children(db, actor, pair.case.id) for actor in (pair.pp, pair.vss)]
    risk.begun(db, pair, children=["C-07c"])

    assert proposed == [("C-1", "C-2"), ("C-1", "C-2")]
    assert own == [(), ("C-07a", "C-07b")]
    assert risk_assessments.proposed_children(db, pair.vss, pair.case.id) == ("C-07c",)


def test_who_reads_no_file_is_given_no_codes_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07a"
    db.flush()

    assert risk_assessments.own_children(db, chair, pair.case.id) == ()


def test_who_told_of_what_is_not_known_any_more_is_not_handed_in(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT, told_by="Her sister", how=How.TOLD)
    risk.say(db, pair.vss, found.id, "pets", Seen.NOT_KNOWN, told_by="Her sister", how=How.TOLD)
    risk.say(db, pair.vss, found.id, "money", Seen.NOT_PRESENT, told_by="Her brother", how=How.TOLD)

    handed = risk.handed_in(db, pair, pair.vss, found.id)

    rows = {
        row.item: row
        for row in db.scalars(select(HandedAnswer).where(HandedAnswer.handed_in_id == handed.id))
    }
    assert (rows["pets"].how, rows["pets"].told_by) == (None, "")
    assert (rows["money"].how, rows["money"].told_by) == (How.TOLD, "Her brother")
