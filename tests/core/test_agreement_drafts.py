"""Drafting an agreement: clauses in and out, their wording, their state, the answers, and the versions."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from sqlalchemy.orm import Session

from core import clock
from core.documents.agreement import plain_text, printed_lines
from core.documents.read import lines
from core.errors import Conflict, CoreError, Invalid, NotFound
from core.models import Agreement, AgreementClause, ClauseState
from core.operations import (
    agreement_approvals,
    agreement_drafts,
    agreement_reading,
    agreement_texts,
)
from tests import agreement_steps as steps
from tests.agreement_steps import Managers
from tests.make import Make

TODAY = clock.today()
TYPED = st.text(st.characters(), max_size=60)


@pytest.fixture
def side(make: Make) -> Managers:
    return steps.managers(make)


@pytest.fixture
def agreement(db: Session, side: Managers) -> Agreement:
    return steps.organisation_draft(db, side)


def clause(agreement: Agreement, key: str) -> AgreementClause:
    return next(one for one in agreement.clauses if one.key == key)


def text(agreement: Agreement) -> str:
    return plain_text(agreement_texts.layout_of(agreement_texts.draft_of(agreement)))


def word_lines(content: bytes) -> list[tuple[str, str]]:
    found = [
        line
        for line in lines(content)
        if line.place in {"body", "table"} and line.style not in {"Spacer", "End"}
    ]
    return [(line.number, line.text) for line in found]


def put(
    db: Session, side: Managers, agreement: Agreement, key: str, *, into: bool, reason: str = ""
) -> AgreementClause:
    return agreement_drafts.include(
        db,
        side.pp,
        agreement.id,
        key,
        is_included=into,
        version=clause(agreement, key).version,
        reason=reason,
    )


def test_alternatives_exclude_each_other(db: Session, side: Managers, agreement: Agreement) -> None:
    put(db, side, agreement, "controllers_joint", into=True)

    assert clause(agreement, "controllers_joint").is_included
    assert not clause(agreement, "controllers_separate").is_included
    assert agreement_reading.opened(db, side.pp, agreement.id).content.clause("controllers_joint").choice
    asked = {item.id for item in agreement_reading.opened(db, side.pp, agreement.id).missing}
    assert "joint_duties" in asked


def test_an_essential_clause_is_left_out_with_a_reason_only(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    with pytest.raises(Invalid) as refused:
        put(db, side, agreement, "never_to_him", into=False)
    put(db, side, agreement, "never_to_him", into=False, reason="It stands in the statutes")

    left_out = clause(agreement, "never_to_him")
    assert refused.value.field == "reason"
    assert (left_out.is_included, left_out.left_out_why) == (False, "It stands in the statutes")
    opened = agreement_reading.opened(db, side.vss, agreement.id)
    assert "never_to_him" not in opened.numbers
    assert put(db, side, agreement, "never_to_him", into=True).left_out_why == ""


def test_what_is_noted_to_a_clause_and_that_it_is_contested_is_there_when_it_is_put_in_again(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    contested = clause(agreement, "equality")
    agreement_drafts.judge(
        db,
        side.vss,
        agreement.id,
        "equality",
        state=ClauseState.CONTESTED,
        note="Ask the lawyer before 3 May",
        version=contested.version,
    )

    put(db, side, agreement, "equality", into=False, reason="For now")
    again = put(db, side, agreement, "equality", into=True)

    assert (again.state, again.note) == (ClauseState.CONTESTED, "Ask the lawyer before 3 May")


def test_a_clause_is_worded_here_and_the_library_stays(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    respect = clause(agreement, "mutual_respect")
    opened = agreement_reading.opened(db, side.pp, agreement.id)
    original = opened.markdown(respect)

    agreement_drafts.adapt(
        db,
        side.vss,
        agreement.id,
        respect.key,
        typed="# Respect\n\nAs {{ country }} does.\n\n- first",
        version=1,
    )

    assert "Respect\n\nAs [… Country …] does.\n\n• first" in text(agreement)
    assert opened.content.clause("mutual_respect").text.strip() == original
    agreement_drafts.restore(db, side.pp, agreement.id, respect.key, version=respect.version)
    assert respect.adapted is None


def test_other_words_than_those_that_were_agreed_are_open_again(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    equality = clause(agreement, "equality")
    for typed in ("We are fair.", None):
        agreement_drafts.judge(
            db, side.pp, agreement.id, "equality", state=ClauseState.AGREED, note="", version=equality.version
        )
        if typed is None:
            agreement_drafts.restore(db, side.vss, agreement.id, "equality", version=equality.version)
        else:
            agreement_drafts.adapt(
                db, side.vss, agreement.id, "equality", typed=typed, version=equality.version
            )

        assert (equality.state, equality.was_agreed) == (ClauseState.OPEN, True)
    agreement_drafts.judge(
        db, side.vss, agreement.id, "equality", state=ClauseState.AGREED, note="", version=equality.version
    )
    assert not equality.was_agreed


def test_an_agreed_clause_is_open_again_where_an_answer_in_it_becomes_another_one(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    opened = agreement_reading.opened(db, side.pp, agreement.id)
    clauses = [one for one in opened.in_order if one.is_included]
    asked, ask = next(
        (one, ask) for one in clauses for ask in opened.asks_of_clause(one) if ask.kind == "text"
    )
    others = [one for one in clauses if ask not in opened.asks_of_clause(one)]

    def answer(said: str) -> None:
        was = {ask.id: agreement.answers.get(ask.id, "")}
        agreement_drafts.answer(db, side.vss, agreement.id, answers={ask.id: said}, was=was)

    for one in clauses:
        agreement_drafts.judge(
            db, side.pp, agreement.id, one.key, state=ClauseState.AGREED, note="", version=one.version
        )
    answer("")
    answer("The first answer")
    filled = asked.state
    answer("Another answer")

    assert filled is ClauseState.AGREED
    assert (asked.state, asked.was_agreed) == (ClauseState.OPEN, True)
    assert {one.state for one in others} == {ClauseState.AGREED}
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp, side.vss)
    assert (asked.state, asked.was_agreed) == (ClauseState.AGREED, False)


def test_the_wording_of_the_library_typed_again_is_no_adaptation(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    respect = clause(agreement, "mutual_respect")
    original = agreement_reading.opened(db, side.pp, agreement.id).markdown(respect)

    agreement_drafts.adapt(db, side.pp, agreement.id, respect.key, typed=original, version=1)

    assert respect.adapted is None
    assert steps.newest(db, side.pp, agreement) == 1


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "error.empty"),
        ("x" * 6_001, "error.too_long"),
        ("a\x07b", "error.unprintable"),
        ("# One\n\ntext\n\n# Two", "error.agreement.clause_markdown"),
        ("## Too deep", "error.agreement.clause_markdown"),
        ("> said somebody", "error.agreement.clause_markdown"),
        ("# Only a heading", "error.agreement.clause_empty"),
        ("We trust {{ nobody }}.", "error.agreement.placeholder"),
    ],
)
def test_a_wording_that_cannot_be_printed_as_meant_is_refused(
    db: Session, side: Managers, agreement: Agreement, typed: str, key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        agreement_drafts.adapt(db, side.pp, agreement.id, "mutual_respect", typed=typed, version=1)

    assert (refused.value.key, refused.value.field) == (key, "text")


def test_an_own_clause_stands_at_the_end_of_its_chapter_and_can_be_moved(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    own = agreement_drafts.add_own(
        db, side.vss, agreement.id, chapter="principles", heading="Languages", typed="We use interpreters."
    )
    before = agreement_reading.opened(db, side.pp, agreement.id).numbers[own.key]

    agreement_drafts.move(db, side.pp, agreement.id, own.key, is_up=True, version=own.version)

    after = agreement_reading.opened(db, side.pp, agreement.id).numbers[own.key]
    assert (before, after) == ("2.10", "2.9")
    assert "2.9 Languages" in text(agreement)
    with pytest.raises(Conflict, match="clause_is_own"):
        agreement_drafts.restore(db, side.pp, agreement.id, own.key, version=own.version)
    with pytest.raises(Invalid, match="chapter"):
        agreement_drafts.add_own(db, side.pp, agreement.id, chapter="x", heading="x", typed="x")
    with pytest.raises(Invalid, match="empty"):
        agreement_drafts.add_own(db, side.pp, agreement.id, chapter="scope", heading=" ", typed="x")


def test_the_first_clause_cannot_move_further_up_and_a_left_out_one_not_at_all(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    for key in ("victim_safety_first", "first_year_goals"):
        agreement_drafts.move(db, side.pp, agreement.id, key, is_up=True, version=1)

    assert steps.newest(db, side.pp, agreement) == 1


def test_a_contested_clause_says_what_is_contested_and_blocks_the_approval(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.complete(db, side.pp, agreement)
    resources = clause(agreement, "resources")

    def judge(state: ClauseState, note: str) -> None:
        agreement_drafts.judge(
            db, side.vss, agreement.id, resources.key, state=state, note=note, version=resources.version
        )

    with pytest.raises(Invalid, match="empty"):
        judge(ClauseState.CONTESTED, "")
    judge(ClauseState.CONTESTED, "Who pays for interpreters?")
    assert "Contested between the services. Who pays for interpreters?" in text(agreement)
    with pytest.raises(Conflict) as refused:
        steps.approve(db, agreement, side.pp)
    assert refused.value.key == "error.agreement.contested"
    judge(ClauseState.AGREED, "")
    steps.approve(db, agreement, side.pp)
    put(db, side, agreement, "resources", into=False)
    with pytest.raises(Conflict, match="clause_left_out"):
        judge(ClauseState.OPEN, "")


def test_answers_are_checked_and_those_not_named_stay(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    def answer(**answers: object) -> None:
        agreement_drafts.answer(db, side.pp, agreement.id, answers=answers, was={})

    answer(country="Marlenia", request_answer_days=5, effective_date=date(2027, 1, 1))
    with pytest.raises(Invalid, match="answer_range"):
        answer(notice_days=31)
    with pytest.raises(Invalid, match="answer_unknown"):
        answer(colour="red")
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": ""}, was={"country": "Marlenia"})

    assert "country" not in agreement.answers
    assert agreement.answers["request_answer_days"] == 5
    assert agreement.answers["effective_date"] == "2027-01-01"


def test_dates_of_a_case_agreement_stay_in_order_and_its_end_stays(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    agreement = steps.case_draft(db, pair, days=100)
    shown = dict(agreement.answers)

    def answer(**answers: object) -> None:
        agreement_drafts.answer(db, pair.vss, agreement.id, answers=answers, was=shown)

    with pytest.raises(Invalid, match="dates_out_of_order") as refused:
        answer(end_date=TODAY - timedelta(days=9))
    with pytest.raises(Invalid, match="dates_out_of_order"):
        answer(t1_date=TODAY, t3_date=TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="no_date"):
        answer(end_date=None)
    with pytest.raises(Invalid, match="given"):
        answer(case_code="K-999")
    answer(end_date=TODAY + timedelta(days=50))

    assert refused.value.field == "end_date"
    assert agreement.ends_on == TODAY + timedelta(days=50)


def test_two_people_who_answer_the_same_question_are_told(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": "Marlenia"}, was={})
    agreement_drafts.answer(db, side.vss, agreement.id, answers={"territory": "Marlen"}, was={})

    with pytest.raises(Conflict, match="changed_meanwhile"):
        agreement_drafts.answer(db, side.vss, agreement.id, answers={"country": "Elsewhere"}, was={})

    assert agreement.answers["country"] == "Marlenia"
    assert agreement.answers["territory"] == "Marlen"


def test_two_people_who_word_the_same_clause_are_told(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    agreement_drafts.adapt(db, side.pp, agreement.id, "equality", typed="We are fair.", version=1)

    changes: tuple[Callable[[], object], ...] = (
        lambda: agreement_drafts.adapt(db, side.vss, agreement.id, "equality", typed="Other", version=1),
        lambda: agreement_drafts.restore(db, side.vss, agreement.id, "equality", version=1),
        lambda: agreement_drafts.move(db, side.vss, agreement.id, "equality", is_up=True, version=1),
    )
    for change in changes:
        with pytest.raises(Conflict, match="changed_meanwhile"):
            change()
    with pytest.raises(NotFound):
        agreement_drafts.restore(db, side.vss, agreement.id, "no_such_clause", version=1)


def test_only_a_save_that_changes_the_text_is_a_version(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    equality = clause(agreement, "equality")

    agreement_drafts.judge(
        db, side.pp, agreement.id, "equality", state=ClauseState.AGREED, note="", version=equality.version
    )
    after_judging = steps.newest(db, side.pp, agreement)
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": "Marlenia"}, was={})
    agreement_drafts.answer(
        db, side.pp, agreement.id, answers={"country": "Marlenia"}, was={"country": "Marlenia"}
    )

    rows = agreement_texts.versions(db, side.vss, agreement.id)
    assert after_judging == 1
    assert [(row.number, row.made_by) for row in rows] == [(2, side.pp.name), (1, side.pp.name)]


def test_a_later_change_makes_approvals_lapse(db: Session, side: Managers, agreement: Agreement) -> None:
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp, side.vss)
    number = steps.newest(db, side.pp, agreement)

    agreement_drafts.adapt(
        db,
        side.vss,
        agreement.id,
        "equality",
        typed="We are fair.",
        version=clause(agreement, "equality").version,
    )

    opened = agreement_reading.opened(db, side.pp, agreement.id)
    assert (opened.number, opened.approved_by) == (number + 1, {})
    assert opened.standing == "draft"
    with pytest.raises(Conflict, match="moved_on"):
        agreement_approvals.approve(db, side.pp, agreement.id, number=number)
    rows = agreement_texts.versions(db, side.pp, agreement.id)
    assert [row.approved_by for row in rows[:2]] == [(), (side.pp.name, side.vss.name)]


def test_two_versions_are_compared_line_by_line(db: Session, side: Managers, agreement: Agreement) -> None:
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"country": "Marlenia"}, was={})
    agreement_drafts.adapt(db, side.pp, agreement.id, "equality", typed="We are fair.", version=1)

    found = agreement_texts.compare(db, side.vss, agreement.id, older=1, newer=3)

    assert "We are fair." in [line.text for line in found if line.kind == "added"]
    assert any("[… Country …]" in line.text for line in found if line.kind == "removed")
    assert {line.kind for line in found} == {"same", "added", "removed", "gap"}
    with pytest.raises(NotFound):
        agreement_texts.compare(db, side.vss, agreement.id, older=1, newer=9)


def test_the_preview_shows_what_is_typed_before_it_is_saved(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    own = agreement_drafts.add_own(
        db, side.pp, agreement.id, chapter="scope", heading="Own", typed="Own words."
    )
    draft = agreement_reading.opened(db, side.pp, agreement.id).draft

    shown = agreement_texts.with_typed(
        draft, answers={"territory": "Marlen", "notice_days": 900}, clause="equality", text="We are fair."
    )
    shown = agreement_texts.with_typed(shown, clause=own.key, text="# Own\n\nOther words.")

    assert "Marlen" in agreement_texts.preview(shown, chapter="scope")
    assert "Other words" in agreement_texts.preview(shown, chapter="scope")
    assert "We are fair" in agreement_texts.preview(shown)
    assert "[… Time for a notice" in plain_text(agreement_texts.layout_of(shown))
    assert "Marlen" not in text(agreement)


def test_one_clause_and_the_kept_text_are_previewed(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    opened = agreement_reading.opened(db, side.pp, agreement.id)

    clause_text = agreement_texts.preview(opened.draft, clause="equality")
    kept = agreement_texts.kept_preview(db, side.vss, agreement.id)

    assert clause_text in kept == agreement_texts.preview(opened.draft)
    assert agreement_texts.preview(opened.draft, clause="first_year_goals") == ""
    assert (opened.is_changeable, opened.is_complete, len(opened.contested)) == (True, False, 0)
    assert len(opened.open_clauses) == len(opened.included)


def test_what_is_missing_names_its_place(db: Session, side: Managers, agreement: Agreement) -> None:
    opened = agreement_reading.opened(db, side.pp, agreement.id)

    places = {item.id: opened.place_of(item) for item in opened.missing}

    assert places["pp_legal_form"] == ("opening", "")
    assert places["keep_minutes"] == ("commitments", "retention")
    assert "keep_minutes" in opened.missing_of(clause(agreement, "retention"))
    assert "pp_legal_form" in opened.missing_of_parties()
    put(db, side, agreement, "controllers_separate", into=False)
    clause(agreement, "never_to_him").is_included = False
    again = agreement_reading.opened(db, side.pp, agreement.id)
    assert [again.place_of(item) for item in again.missing[:2]] == [
        ("commitments", "controllers_separate"),
        ("commitments", "never_to_him"),
    ]


def test_the_word_file_says_what_the_newest_version_says(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.sign(db, agreement, side.pp, side.vss)
    stored = agreement_texts.newest_version(db, agreement.id)
    assert stored is not None

    content = agreement_texts.document(db, side.vss, agreement.id)

    blocks = agreement_texts.layout_of(agreement_texts.draft_of(agreement))
    assert word_lines(content) == printed_lines(blocks)
    assert stored.text == plain_text(blocks) == text(agreement)
    assert stored.digest == agreement_texts.digest(stored.text)
    heads = [line.text for line in lines(content) if line.place == "header"]
    assert any("For signature" in head and f"Version {stored.number}" in head for head in heads)
    assert not any("DRAFT" in head for head in heads)


def test_what_was_signed_is_printed_from_what_was_kept(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.put_in_force(db, agreement, side.pp, side.vss)
    stored = agreement_texts.newest_version(db, agreement.id)
    assert stored is not None

    agreement.answers = {}  # as if library or words had changed meanwhile
    content = agreement_texts.document(db, side.pp, agreement.id)

    said = [line for _, line in word_lines(content)]
    assert any("Marlenia" in line or "Country of the test" in line for line in said)
    assert "DRAFT" not in " ".join(line.text for line in lines(content) if line.place == "header")


@pytest.mark.parametrize("is_case", [False, True])
def test_every_exported_file_passes_the_audit(
    db: Session, make: Make, tmp_path_factory: pytest.TempPathFactory, *, is_case: bool
) -> None:
    side, pair = steps.managers(make), make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    actor = pair.pp if is_case else side.pp
    agreement = steps.case_draft(db, pair) if is_case else steps.organisation_draft(db, side)
    folder = tmp_path_factory.mktemp("audit")
    (folder / "draft.docx").write_bytes(agreement_texts.document(db, actor, agreement.id))
    steps.put_in_force(db, agreement, actor, pair.vss if is_case else side.vss)
    (folder / "signed.docx").write_bytes(agreement_texts.document(db, actor, agreement.id))

    for file in folder.iterdir():
        assert OpenXmlValidator().validate(file).errors == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.tuples(TYPED, TYPED, TYPED, TYPED))
def test_whatever_is_typed_preview_version_and_word_file_are_equal(
    db: Session, make: Make, texts: tuple[str, str, str, str]
) -> None:
    typed, line, wording, note = texts
    pair = make.pair(is_agreed=False)
    agreement = steps.case_draft(db, pair)
    changes: list[Callable[[], object]] = [
        lambda: agreement_drafts.answer(db, pair.pp, agreement.id, answers={"pp_tasks": typed}, was={}),
        lambda: agreement_drafts.answer(db, pair.pp, agreement.id, answers={"woman_code": line}, was={}),
        lambda: agreement_drafts.adapt(db, pair.vss, agreement.id, "objectives", typed=wording, version=1),
        lambda: agreement_drafts.add_own(
            db, pair.pp, agreement.id, chapter="scope", heading=line, typed=wording
        ),
        lambda: agreement_drafts.judge(
            db, pair.pp, agreement.id, "closing", state=ClauseState.CONTESTED, note=note, version=1
        ),
    ]

    for change in changes:
        with suppress(CoreError):
            change()

    stored = agreement_texts.newest_version(db, agreement.id)
    assert stored is not None
    blocks = agreement_texts.layout_of(agreement_texts.draft_of(agreement))
    assert stored.text == plain_text(blocks)
    assert word_lines(agreement_texts.document(db, pair.vss, agreement.id)) == printed_lines(blocks)
