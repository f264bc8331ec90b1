"""What says who or where somebody is stays in the own file: no text that both services read carries it across."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.content.meeting_kinds import Entry
from core.errors import Invalid
from core.models import Agreement, AgreementState, ClauseState, EmergencyGround, Known, Meeting, StepState
from core.operations import (
    action_plans,
    agenda_items,
    agreement_approvals,
    agreement_drafts,
    agreements,
    cases,
    identifying,
    joint_spaces,
    meetings,
    minutes,
    phases,
    presences,
    sittings,
    t_points,
    tables,
    unsent,
)
from core.operations.presences import Presence
from core.operations.tables import Outcome
from tests import agreement_steps as steps
from tests.core import closing_names, episode_names, notice_names, risk_names
from tests.make import Make, Pair, release_entry, share

NAME, PHONE = "Mira", "+00 555 0199"
TELLING = f"{NAME} lives at her sister, {PHONE}"
OPERATIONS = Path(__file__).parents[2] / "core" / "operations"

Act = Callable[[Session, Make, Pair, str], object]


def known(make: Make, *, is_agreed: bool = True) -> Pair:
    """A case whose victim support service keeps a name and a telephone number."""
    pair = make.pair(is_agreed=is_agreed)
    her = make.subject(pair.vss_file, name=f"{NAME} Petrovic", address="12 Hill Road")
    her.phone = PHONE
    make.db.flush()
    return pair


def _planned(db: Session, pair: Pair, *, bring: str = "") -> Meeting:
    soon = clock.now() + timedelta(days=1)
    return meetings.plan(
        db, pair.vss, kind="periodic", planned_at=soon, case_id=pair.case.id, place="Here", bring=bring
    )


def _closed(db: Session, make: Make, pair: Pair, *, is_locked: bool = False) -> Meeting:
    meeting = make.table(pair)
    tables.close(db, pair.vss, meeting.id)
    for actor in (pair.pp, pair.vss) if is_locked else ():
        minutes.agree(db, actor, meeting.id, number=1)
    return meeting


def write_item(db: Session, make: Make, pair: Pair, words: str) -> object:
    item = make.table(pair).items[0]
    return tables.write_item(db, pair.vss, item.id, entry=Entry.VSS_VIEW, text=words, seen="")


def add_item(db: Session, make: Make, pair: Pair, words: str) -> object:
    return tables.add_item(db, pair.vss, make.table(pair).id, title=words, minutes=5)


def carry_over(db: Session, make: Make, pair: Pair, words: str) -> object:
    action, meeting = make.action(pair, pair.vss), make.table(pair)
    later = clock.today() + timedelta(days=30)
    return tables.settle_last_action(
        db,
        pair.vss,
        meeting.id,
        action.id,
        outcome=Outcome.CARRIED_OVER,
        reason=words,
        due_on=later,
        version=action.version,
    )


def settle(db: Session, make: Make, pair: Pair, words: str) -> object:
    action, meeting = make.action(pair, pair.vss), make.table(pair)
    return tables.settle_last_action(
        db,
        pair.vss,
        meeting.id,
        action.id,
        outcome=Outcome.NOT_POSSIBLE,
        reason=words,
        version=action.version,
    )


def add_action(db: Session, make: Make, pair: Pair, words: str) -> object:
    return action_plans.add(
        db,
        pair.vss,
        pair.case.id,
        need="A need",
        text=words,
        due_on=clock.today(),
        service_id=pair.vss.service_id,
    )


def revise_action(db: Session, make: Make, pair: Pair, words: str) -> object:
    action = make.action(pair, pair.vss)
    return action_plans.revise(
        db,
        pair.vss,
        action.id,
        need=words,
        text=action.text,
        due_on=action.due_on,
        service_id=action.service_id,
        person_id=action.person_id,
        version=action.version,
    )


def add_agenda_item(db: Session, make: Make, pair: Pair, words: str) -> object:
    return agenda_items.add(db, pair.vss, _planned(db, pair).id, title=words, minutes=5)


def revise_agenda_item(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _planned(db, pair)
    item = meeting.items[0]
    return agenda_items.revise(
        db,
        pair.vss,
        meeting.id,
        item.id,
        title=words,
        minutes=5,
        is_recurring=False,
        version=item.version,
    )


def remark_conflict(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _remark(db, make, pair, conflict=words, apology="")


def remark_apology(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _remark(db, make, pair, conflict="", apology=words)


def _remark(db: Session, make: Make, pair: Pair, *, conflict: str, apology: str) -> object:
    seat = make.table(pair).attendances[0]
    return presences.remark(
        db,
        pair.vss,
        seat.id,
        conflict_of_interest=conflict,
        left_early=False,
        apology=apology,
        version=seat.version,
    )


def correct_minutes(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _closed(db, make, pair)
    return minutes.correct(
        db,
        pair.vss,
        meeting.id,
        item_id=meeting.items[0].id,
        texts_of={Entry.VSS_VIEW: words},
        number=1,
    )


def correct_presence(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _closed(db, make, pair)
    return minutes.correct_presence(
        db,
        pair.vss,
        meeting.id,
        attendance_id=meeting.attendances[0].id,
        presence=Presence.ABSENT,
        apology=words,
        number=1,
        as_note=True,
    )


def add_addendum(db: Session, make: Make, pair: Pair, words: str) -> object:
    return minutes.add_addendum(db, pair.vss, _closed(db, make, pair, is_locked=True).id, text=words)


def plan_place(db: Session, make: Make, pair: Pair, words: str) -> object:
    soon = clock.now() + timedelta(days=1)
    return meetings.plan(db, pair.vss, kind="periodic", planned_at=soon, case_id=pair.case.id, place=words)


def plan_bring(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _planned(db, pair, bring=words)


def edit_meeting(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _planned(db, pair)
    return meetings.edit_details(
        db,
        pair.vss,
        meeting.id,
        duration=meeting.duration,
        is_remote=False,
        place=words,
        link="",
        bring="",
        chair_id=None,
        minute_taker_id=None,
        version=meeting.version,
    )


def move_meeting(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _planned(db, pair)
    later = meeting.planned_at + timedelta(days=1)
    return meetings.move(db, pair.vss, meeting.id, planned_at=later, reason=words, version=meeting.version)


def cancel_meeting(db: Session, make: Make, pair: Pair, words: str) -> object:
    meeting = _planned(db, pair)
    return meetings.cancel(db, pair.vss, meeting.id, reason=words, version=meeting.version)


def describe_target(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _describe(db, pair, target=words, exclusions="")


def describe_exclusions(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _describe(db, pair, target="", exclusions=words)


def _describe(db: Session, pair: Pair, *, target: str, exclusions: str) -> object:
    return cases.describe(
        db,
        pair.vss,
        pair.case.id,
        living_together=Known.UNKNOWN,
        children_count=None,
        is_in_target=None,
        target_reason=target,
        exclusions=[],
        exclusions_reason=exclusions,
        version=pair.case.version,
    )


def mark_step(db: Session, make: Make, pair: Pair, words: str) -> object:
    walked = phases.overview(db, pair.vss, pair.case.id).current
    step = walked.steps[0]
    return phases.mark_step(
        db,
        pair.vss,
        pair.case.id,
        phase=walked.phase.id,
        step=step.id,
        state=StepState.NOT_APPLICABLE,
        reason=words,
    )


def enter_phase(db: Session, make: Make, pair: Pair, words: str) -> object:
    following = phases.overview(db, pair.vss, pair.case.id).next
    assert following is not None
    return phases.enter(
        db, pair.vss, pair.case.id, phase=following.phase.id, reason=words, version=pair.case.version
    )


def move_t_point(db: Session, make: Make, pair: Pair, words: str) -> object:
    point = make.t_point(pair, "T0", clock.today())
    later = clock.today() + timedelta(days=3)
    return t_points.move(
        db, pair.vss, pair.case.id, label="T0", due_on=later, reason=words, version=point.version
    )


def release_path_entry(db: Session, make: Make, pair: Pair, words: str) -> object:
    return release_entry(db, pair.vss, make.path_entry(pair, pair.vss, "support_began"), words)


def share_note(db: Session, make: Make, pair: Pair, words: str) -> object:
    note = make.note(pair.vss_file, pair.vss)
    return share(db, pair.vss, note.id, words)


def open_emergency(db: Session, make: Make, pair: Pair, words: str) -> object:
    apart = known(make, is_agreed=False)
    return joint_spaces.open_emergency(
        db, apart.vss, apart.case.id, ground=EmergencyGround.ADULT, reason=words
    )


def _draft(db: Session, pair: Pair) -> Agreement:
    return agreements.find_changeable(db, pair.vss, steps.case_draft(db, pair).id)


def leave_out_clause(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    clause = draft.clauses[0]
    return agreement_drafts.include(
        db, pair.vss, draft.id, clause.key, is_included=False, reason=words, version=clause.version
    )


def adapt_clause(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    clause = draft.clauses[0]
    return agreement_drafts.adapt(db, pair.vss, draft.id, clause.key, typed=words, version=clause.version)


def add_own_clause(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    return agreement_drafts.add_own(
        db, pair.vss, draft.id, chapter=draft.clauses[-1].chapter, heading="Ours", typed=words
    )


def add_own_heading(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    return agreement_drafts.add_own(
        db, pair.vss, draft.id, chapter=draft.clauses[-1].chapter, heading=words, typed="Ours"
    )


def judge_clause(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    clause = next(one for one in draft.clauses if one.is_included)
    return agreement_drafts.judge(
        db,
        pair.vss,
        draft.id,
        clause.key,
        state=ClauseState.CONTESTED,
        note=words,
        version=clause.version,
    )


def answer_agreement(db: Session, make: Make, pair: Pair, words: str) -> object:
    draft = _draft(db, pair)
    return agreement_drafts.answer(
        db, pair.vss, draft.id, answers={"persons_covered": words}, was={"persons_covered": ""}
    )


def terminate_agreement(db: Session, make: Make, pair: Pair, words: str) -> object:
    holding = joint_spaces.of_case(db, pair.vss, pair.case.id).agreement
    assert holding is not None
    assert holding.state is AgreementState.IN_FORCE
    return agreement_approvals.terminate(
        db, pair.vss, holding.id, on=clock.today(), reason=words, version=holding.version
    )


ACTS: tuple[Act, ...] = (
    write_item, add_item, carry_over, settle, add_action, revise_action, add_agenda_item, revise_agenda_item,
    remark_conflict, remark_apology, correct_minutes, correct_presence, add_addendum, plan_place, plan_bring,
    edit_meeting, move_meeting, cancel_meeting, describe_target, describe_exclusions, mark_step, enter_phase,
    move_t_point, release_path_entry, share_note, open_emergency, leave_out_clause, adapt_clause, add_own_clause,
    add_own_heading, judge_clause, answer_agreement, terminate_agreement, *risk_names.ACTS,
    *episode_names.ACTS, *notice_names.ACTS, *closing_names.ACTS,
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_text_that_both_services_read_is_refused_where_it_tells_a_name_or_a_number(
    db: Session, make: Make, act: Act
) -> None:
    pair = known(make)

    for words in (f"Look after {NAME.upper()}", f"Call {PHONE}"):
        with pytest.raises(Invalid, match=r"names|path_entry_names") as refused, db.begin_nested():
            act(db, make, pair, words)
        assert refused.value.field


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_same_text_by_code_is_taken(db: Session, make: Make, act: Act) -> None:
    pair = known(make)

    assert act(db, make, pair, "W-07 is with a friend")


#: Where something typed is kept that is no joint text of a case, and why it is not looked at.
NOT_JOINT = {
    "closing_steps.record": "the own file",
    "break_glass.open_file": "why an own file was opened; the other service reads only that it was",
    "break_glass.review": "the same",
    "cases.open": "the file's own number",
    "cases._typed_code": "a code of one letter and digits",
    "consents._checked": "the own file",
    "registers._checked": "the own file",
    "release_tellings.tell": "the own file",
    "releases._checked": "the own file",
    "cooperations.write_point": "no case",
    "cooperations.propose": "no case",
    "cooperations.revise_proposal": "no case",
    "episodes._write": "the own file; looked at when something of it is released",
    "episodes.remove": "a removed episode is read by nobody",
    "notice_answers.record_call": "the own service",
    "notice_answers.record_talk": "the own file",
    "reentries.decide": "the own file",
    "erasures.ask": "the own service reads why, the other one only what",
    "erasures.refuse": "the same",
    "contact_cards.answer": "the own file",
    "digital_findings.write": "the own file",
    "digital_maps.mark": "the own file",
    "digital_steps.answer": "the own file; looked at when it is shared",
    "evidence._fill": "the own file",
    "safety_actions._fill": "the own file; looked at when it is shared",
    "safety_actions._first": "the own file",
    "safety_plans.write": "the own file",
    "duties.take": "a telephone number of the service",
    "files.set_reference": "the own file",
    "files.add_note": "the own file",
    "files.revise_note": "the own file",
    "files._checked": "the own file",
    "holds.keep": "the own service reads why, the other one only that it is kept",
    "glossary_terms.add": "no case",
    "glossary_terms.revise": "no case",
    "identities.record": "what the provider of the service calls a person",
    "outgoing._leave": "stays with the own service, beside the line in the log",
    "path_entries.add": "the own file; what is released of it is looked at then",
    "path_entries.remove": "a removed entry is read by nobody",
    "person_requests.answer": "the own file",
    "person_requests.extend": "the own file",
    "person_requests.record": "the own file",
    "seals.seal": "the own file",
    "people.add": "the people of the services",
    "people.revise": "the people of the services",
    "people._write": "the people of the services",
    "leavers.hand_over_duty": "a telephone of the services",
    "people._free_username": "the people of the services",
    "minutes.add_person": "a choice",
    "presences.seat": "a choice",
    "first_passes.answer": "the own file; looked at when it is handed in",
    "first_passes.write_her_view": "the own file; looked at when it is handed in",
    "questionnaires.enter": "no case",
    "responses.answer": "the own file; of it only words of the content are ever shared",
    "responses.describe": "the own file",
    "risk_assessments.add_child": "a code of letters and digits",
    "risk_lists._item": "no case",
    "risk_lists.begin": "no case",
    "risk_lists.enter_file": "no case",
    "protocols.release": "no case",
    "services.join": "no case",
    "services.agree_identification": "no case",
    "services._write": "the services",
    "services._free_name": "the services",
    "talks.rate": "no case",
    "talks.write_aspects": "no case",
    "talks._functions": "no case",
    "strikes.strike": "the words that go; they are kept nowhere",
}
#: What is looked at by whoever calls it; the acts above go through each of them.
LOOKED_AT_LATER = {
    "action_plans._checked",
    "action_plans._reason",
    "agreement_drafts._checked_wording",
    "episode_releases._item",
    "joint_items._item",
    "meeting_frames.link",
    "notice_texts.checked",
    "path_releases._item",
}
_CHECKS = {
    "tells_so_far",
    "found_in",
    "nameless",
    "_nameless",
    "require_nameless",
    "_require_nameless",
    "require_nothing_told",
}
_TYPED = {"text.text", "text.line", "texts.text", "texts.line", "text", "line"}


def _functions() -> Iterator[tuple[str, set[str]]]:
    for path in sorted(OPERATIONS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                called = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
                yield f"{path.stem}.{node.name}", called


def test_whoever_keeps_something_typed_looks_for_names_or_says_why_not() -> None:
    keeping = {name: called for name, called in _functions() if called & _TYPED}

    unchecked = {
        name for name, called in keeping.items() if not {one.rsplit(".", 1)[-1] for one in called} & _CHECKS
    }

    assert unchecked == NOT_JOINT.keys() | LOOKED_AT_LATER


def test_a_refused_text_is_on_nobody_elses_screen_and_kept_for_its_author(db: Session, make: Make) -> None:
    pair = known(make)
    meeting = make.table(pair)
    slot = unsent.slot(meeting.items[0].id, Entry.VSS_VIEW)
    before = sittings.pulse(db, pair.pp, meeting.id)

    with pytest.raises(Invalid, match="names_in_joint"), db.begin_nested():
        tables.write_item(db, pair.vss, meeting.items[0].id, entry=Entry.VSS_VIEW, text=TELLING, seen="")
    unsent.keep(db, pair.vss, slot, text=TELLING, seen_version=1)

    own, other = (sittings.of_meeting(db, actor, meeting.id) for actor in (pair.vss, pair.pp))
    assert (own.unsent[slot].text, own.telling) == (TELLING, frozenset({slot}))
    assert (other.unsent, other.telling, other.others_unsent) == ({}, frozenset(), [pair.vss.name])
    assert sittings.pulse(db, pair.pp, meeting.id) == before
    assert meeting.items[0].vss_view == ""


def test_words_that_the_other_service_wrote_stop_nobody_who_goes_on_writing(db: Session, make: Make) -> None:
    pair = known(make)
    item = make.table(pair).items[0]
    tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="He speaks of Mira", seen="")
    longer = "He speaks of Mira. We know nothing of it."

    tables.write_item(db, pair.vss, item.id, entry=Entry.FACTS, text=longer, seen="He speaks of Mira")

    assert item.facts == longer
    with pytest.raises(Invalid, match="names_in_joint"):
        tables.write_item(db, pair.vss, item.id, entry=Entry.FACTS, text=f"{longer} {PHONE}", seen=longer)


@pytest.mark.parametrize("typed", ["She and Mir", "Call +00 55", "Call 555 0"])
def test_what_is_saved_while_it_is_typed_stops_before_the_name_or_number_is_whole(
    db: Session, make: Make, typed: str
) -> None:
    pair = known(make)
    item = make.table(pair).items[0]

    with pytest.raises(Invalid, match="names_in_joint"):
        tables.write_item(db, pair.vss, item.id, entry=Entry.FACTS, text=typed, seen="")

    for harmless in ("She and Mirror", "Call +00 1", "On 55"):
        tables.write_item(db, pair.vss, item.id, entry=Entry.FACTS, text=harmless, seen=item.facts)
        assert item.facts == harmless


def test_a_text_that_belongs_to_no_case_has_no_file_to_be_held_against(db: Session, make: Make) -> None:
    pair = known(make)

    assert not identifying.tells(db, pair.vss, None, TELLING)
