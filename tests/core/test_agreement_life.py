"""Agreements of both kinds, from the first draft to their end."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.documents.agreement import plain_text
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.lists import Asked
from core.models import Agreement, AgreementLevel, AgreementState, ClauseState, MeetingState, Proposal, Role
from core.operations import (
    agreement_approvals,
    agreement_drafts,
    agreement_losses,
    agreement_reading,
    agreement_starts,
    agreement_texts,
    agreements,
    assignments,
    ended_agreements,
    today,
)
from core.operations.agreements import Standing
from tests import agreement_steps as steps
from tests import notices
from tests.make import Make, Pair

TODAY = clock.today()


def test_an_organisation_agreement_is_drafted_approved_signed_in_force_and_amended(
    db: Session, make: Make
) -> None:
    side = steps.managers(make)
    first = steps.organisation_draft(db, side)

    steps.put_in_force(db, first, side.pp, side.vss)
    first.in_force_from = TODAY - timedelta(days=60)

    assert first.state is AgreementState.IN_FORCE
    assert agreements.organisation_agreement_in_force(db, side.cooperation.id) is first
    assert first.ends_on is None
    assert first.review_on is not None
    second = agreement_starts.amend(db, side.vss, first.id)
    steps.approve(db, second, side.pp, side.vss)
    number = steps.newest(db, side.pp, second)
    agreement_approvals.file_signed(db, side.pp, second.id, data=steps.PDF, number=number)
    # Until today both have read by the first: no later paper says otherwise.
    with pytest.raises(Invalid, match=r"error\.agreement\.begins_before_today"):
        agreement_approvals.put_in_force(
            db, side.vss, second.id, on=TODAY - timedelta(days=1), version=second.version
        )
    agreement_approvals.put_in_force(db, side.vss, second.id, on=TODAY, version=second.version)
    assert agreements.organisation_agreement_in_force(db, side.cooperation.id) is second
    assert agreements.standing(first) is Standing.ENDED


def test_a_case_agreement_knows_its_case_and_ends_by_itself(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, answers={"new_violence_hours": 12, "pp_on_duty": "555 0100"})
    agreement = steps.case_draft(db, pair, days=30)

    steps.put_in_force(db, agreement, pair.pp, pair.vss)

    answers = agreement.answers
    assert answers["case_code"] == pair.case.code
    assert (answers["pp_case_manager"], answers["vss_case_manager"]) == (pair.pp.name, pair.vss.name)
    assert (answers["new_violence_hours"], answers["pp_emergency_contact"]) == (12, "555 0100")
    assert agreements.case_agreement_in_force(db, pair.case.id) is agreement
    assert agreement.is_in_force(TODAY + timedelta(days=30))
    assert not agreement.is_in_force(TODAY + timedelta(days=31))
    assert agreements.standing(agreement, TODAY + timedelta(days=31)) is Standing.ENDED


def test_a_case_agreement_waits_for_the_agreement_between_the_managements(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    agreement = steps.case_draft(db, pair)
    steps.complete(db, pair.pp, agreement)

    with pytest.raises(Conflict) as refused:
        steps.approve(db, agreement, pair.pp)

    assert refused.value.key == "error.agreement.missing"
    assert "organisation-level" in str(refused.value.values["what"])
    make.agreement_in_force(pair)
    steps.complete(db, pair.pp, agreement)
    steps.approve(db, agreement, pair.pp, pair.vss)
    assert agreement.state is AgreementState.APPROVED


def test_a_case_agreement_needs_an_end_after_its_start(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)

    def begin(ends_on: date | None) -> Agreement:
        return agreement_starts.draft(
            db, pair.vss, level=AgreementLevel.CASE, case_id=pair.case.id, starts_on=TODAY, ends_on=ends_on
        )

    with pytest.raises(Invalid, match="no_date"):
        begin(None)
    with pytest.raises(Invalid, match="dates_out_of_order"):
        begin(TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="strange_date"):
        begin(date(3000, 1, 1))
    assert begin(TODAY).ends_on == TODAY


def test_a_case_agreement_is_for_an_open_case_that_both_services_confirmed(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    pair.case.closed_on = TODAY
    with pytest.raises(Conflict, match="case_closed"):
        steps.case_draft(db, pair)

    pair.case.closed_on, pair.case.paired_at = None, None
    with pytest.raises(Conflict, match="case_not_paired"):
        steps.case_draft(db, pair)


def test_a_draft_says_what_it_is_for(db: Session, make: Make) -> None:
    pair, side = make.pair(is_agreed=False), steps.managers(make)

    with pytest.raises(Invalid, match="empty"):
        agreement_starts.draft(db, pair.pp, level=AgreementLevel.CASE)
    with pytest.raises(Invalid, match="empty"):
        agreement_starts.draft(db, side.pp, level=AgreementLevel.ORGANISATION)


def test_two_drafts_of_the_same_thing_are_never_written_at_once(db: Session, make: Make) -> None:
    side, pair = steps.managers(make), make.pair(is_agreed=False)
    steps.organisation_draft(db, side)
    steps.case_draft(db, pair)

    with pytest.raises(Conflict, match="draft_exists"):
        steps.organisation_draft(db, side)
    with pytest.raises(Conflict, match="draft_exists"):
        steps.case_draft(db, pair)


def test_a_draft_is_given_up_by_nobody_who_has_not_read_its_newest_version(db: Session, make: Make) -> None:
    side = steps.managers(make)
    old = steps.organisation_draft(db, side)
    read = steps.newest(db, side.pp, old)
    agreement_drafts.answer(db, side.vss, old.id, answers={"country": "Marlenia"}, was={})

    with pytest.raises(Conflict, match="moved_on"):
        agreement_drafts.give_up(db, side.pp, old.id, number=read, version=old.version)


def given_up(db: Session, actor: Actor, agreement: Agreement) -> None:
    number = steps.newest(db, actor, agreement)
    agreement_drafts.give_up(db, actor, agreement.id, number=number, version=agreement.version)


def test_who_else_answers_for_it_is_told_who_gave_a_draft_up_until_the_next_is_begun(
    db: Session, make: Make
) -> None:
    side = steps.managers(make)
    old = steps.organisation_draft(db, side)
    given_up(db, side.vss, old)

    (told,) = today.of_actor(db, side.pp).ended
    assert (told.agreement_id, told.given_up_by, told.service) == (
        old.id,
        side.vss.name,
        side.vss.service_name,
    )
    assert (told.on, told.code) == (TODAY, "")
    assert agreement_reading.opened(db, side.pp, old.id).ended_by == (side.vss.name, side.vss.service_name)
    others = (side.vss, make.actor(side.pp.service_id), steps.managers(make).pp)
    assert not [one for actor in others for one in today.of_actor(db, actor).ended]
    with time_machine.travel(clock.now() + ended_agreements.TOLD_FOR, tick=False):
        assert not today.of_actor(db, side.pp).ended

    steps.organisation_draft(db, side)
    assert not today.of_actor(db, side.pp).ended


def test_of_a_case_who_answers_for_it_is_told_until_it_is_closed(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    given_up(db, pair.pp, steps.case_draft(db, pair))

    assert [one.code for one in today.of_actor(db, pair.vss).ended] == [pair.case.code]
    pair.case.closed_on = TODAY
    db.flush()
    assert not today.of_actor(db, pair.vss).ended


def test_a_draft_that_was_given_up_makes_place_for_another(db: Session, make: Make) -> None:
    side = steps.managers(make)
    old = steps.organisation_draft(db, side)

    agreement_drafts.give_up(
        db, side.vss, old.id, number=steps.newest(db, side.vss, old), version=old.version
    )

    new = steps.organisation_draft(db, side)
    assert agreements.standing(old) is Standing.WITHDRAWN
    assert agreements.find(db, side.pp, new.id) is new
    with pytest.raises(Conflict, match="settled"):
        agreement_drafts.answer(db, side.pp, old.id, answers={"country": "Marlenia"}, was={})


def test_a_draft_begins_with_what_the_services_and_phase_1_said(db: Session, make: Make) -> None:
    side = steps.managers(make)
    side.cooperation.identification = "initials and year of birth"
    for text, who in (
        ("We call back the same day", "pp"),
        ("# No pressure\nneither side", "both"),
        (" ", "vss"),
    ):
        db.add(
            Proposal(
                cooperation_id=side.cooperation.id, chapter="commitments", text=text, side=who, point="x"
            )
        )
    db.flush()

    agreement = steps.organisation_draft(db, side)

    opened = agreement_reading.opened(db, side.vss, agreement.id)
    text = plain_text(agreement_texts.layout_of(opened.draft))
    assert agreement.answers["pp_representative"] == side.pp.name
    assert agreement.answers["minimum_identification"] == "initials and year of birth"
    assert f"{side.pp.service_name}: We call back the same day" in text
    assert "No pressure" in text
    assert agreement_starts.waiting_proposals(db, side.pp, agreement.id) == 0


def test_what_phase_1_proposes_later_is_taken_over_once(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    db.add(Proposal(cooperation_id=side.cooperation.id, chapter="principles", text="We listen", side="vss"))
    db.flush()
    waiting = agreement_starts.waiting_proposals(db, side.pp, agreement.id)

    agreement_starts.take_proposals(db, side.vss, agreement.id)
    agreement_starts.take_proposals(db, side.pp, agreement.id)

    assert waiting == 1
    taken = [clause for clause in agreement.clauses if clause.key.startswith("own-")]
    assert [clause.adapted for clause in taken] == ["{{ vss_name }}: We listen"]
    assert steps.newest(db, side.pp, agreement) == 2


def test_an_amendment_copies_the_text_and_leaves_the_old_agreement_as_it_is(db: Session, make: Make) -> None:
    side = steps.managers(make)
    old = steps.organisation_draft(db, side)
    clause = next(one for one in old.clauses if one.key == "mutual_respect")
    agreement_drafts.adapt(
        db, side.pp, old.id, clause.key, typed="We respect each other.", version=clause.version
    )
    steps.put_in_force(db, old, side.pp, side.vss)
    with pytest.raises(Conflict, match="settled"):
        agreement_drafts.adapt(db, side.pp, old.id, clause.key, typed="Other", version=clause.version)

    new = agreement_starts.amend(db, side.pp, old.id)

    before = agreement_texts.version_text(db, side.pp, old.id, number=steps.newest(db, side.pp, old))
    after = agreement_texts.version_text(db, side.pp, new.id, number=steps.newest(db, side.pp, new))
    assert before == after
    assert old.state is AgreementState.IN_FORCE
    # A paper that follows another has the higher number, and no number names two texts.
    assert steps.newest(db, side.pp, new) == steps.newest(db, side.pp, old) + 1
    agreement_drafts.give_up(db, side.pp, new.id, number=steps.newest(db, side.pp, new), version=new.version)
    last = steps.newest(db, side.pp, new)
    new = agreement_starts.amend(db, side.pp, old.id)
    assert steps.newest(db, side.pp, new) == last + 1
    others = steps.managers(make)
    assert steps.newest(db, others.pp, steps.organisation_draft(db, others)) == 1
    with pytest.raises(Conflict, match="is_draft"):
        agreement_starts.amend(db, side.pp, new.id)
    with pytest.raises(Conflict, match="draft_exists"):
        agreement_starts.amend(db, side.pp, old.id)


def test_an_amended_case_agreement_keeps_the_end_that_its_text_says(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    old = steps.put_in_force(db, steps.case_draft(db, pair, days=90), pair.pp, pair.vss)
    agreement_approvals.terminate(
        db, pair.vss, old.id, on=TODAY + timedelta(days=9), reason="A new one", version=old.version
    )

    new = agreement_starts.amend(db, pair.vss, old.id)

    assert old.ends_on == TODAY + timedelta(days=8)
    assert new.ends_on == TODAY + timedelta(days=90)
    pair.case.closed_on = TODAY
    with pytest.raises(Conflict, match="case_closed"):
        agreement_starts.amend(db, pair.vss, old.id)


def test_an_agreement_made_without_clause_rows_can_be_amended(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    bare = make.agreement_in_force(pair)
    manager = make.actor(pair.vss.service_id, Role.MANAGER)

    new = agreement_starts.amend(db, manager, bare.id)

    keys = [clause.key for clause in new.clauses]
    assert "preamble" in keys
    assert agreement_reading.opened(db, manager, bare.id).number == 1


def test_what_both_have_read_by_until_now_ends_today_at_the_earliest(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = steps.put_in_force(db, steps.case_draft(db, pair, days=60), pair.pp, pair.vss)
    agreement.in_force_from = TODAY - timedelta(days=30)
    db.flush()

    with pytest.raises(Invalid, match="ended_before_today"):
        agreement_approvals.terminate(
            db,
            pair.vss,
            agreement.id,
            on=TODAY - timedelta(days=8),
            reason="He left",
            version=agreement.version,
        )
    agreement_approvals.terminate(
        db, pair.vss, agreement.id, on=TODAY, reason="He left", version=agreement.version
    )

    assert (agreement.state, agreement.terminated_on) == (AgreementState.TERMINATED, TODAY)


def test_termination_needs_a_reason_and_a_day_while_the_agreement_holds(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = steps.put_in_force(db, steps.case_draft(db, pair, days=60), pair.pp, pair.vss)

    def end(on: date | None, reason: str = "He left the programme") -> Agreement:
        return agreement_approvals.terminate(
            db, pair.vss, agreement.id, on=on, reason=reason, version=agreement.version
        )

    with pytest.raises(Invalid, match="empty"):
        end(TODAY, "  ")
    with pytest.raises(Invalid, match="no_date"):
        end(None)
    with pytest.raises(Invalid, match="out_of_order"):
        end(TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="ends_before"):
        end(TODAY + timedelta(days=61))
    end(TODAY)
    assert agreements.standing(agreement) is Standing.TERMINATED
    assert agreements.case_agreement_in_force(db, pair.case.id) is None
    with pytest.raises(Conflict, match="not_in_force"):
        end(TODAY)


def test_an_agreement_that_will_be_terminated_holds_until_then(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)

    agreement_approvals.terminate(
        db,
        side.vss,
        agreement.id,
        on=TODAY + timedelta(days=90),
        reason="Notice given",
        version=agreement.version,
    )

    assert agreement.is_in_force(TODAY + timedelta(days=89))
    assert not agreement.is_in_force(TODAY + timedelta(days=90))


def test_one_that_was_ended_for_a_later_day_can_end_earlier_and_never_later(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)

    def end(actor: Actor, days: int, why: str) -> None:
        agreement_approvals.terminate(
            db, actor, agreement.id, on=TODAY + timedelta(days=days), reason=why, version=agreement.version
        )

    end(side.vss, 90, "Notice given")
    for days in (90, 91):
        with pytest.raises(Invalid, match="ended_already") as refused:
            end(side.pp, days, "Otherwise")
        assert refused.value.values["day"] == TODAY + timedelta(days=90)
    assert (agreement.terminated_by, agreement.termination_reason) == (side.vss.person_id, "Notice given")
    end(side.pp, 30, "It cannot wait")

    assert agreement.terminated_on == TODAY + timedelta(days=30)
    assert (agreement.terminated_by, agreement.termination_reason) == (side.pp.person_id, "It cannot wait")


def test_what_an_end_would_close_is_counted_before_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.meeting(pair)
    make.action(pair)
    make.action(pair, pair.vss)
    make.guest(pair.case)
    notices.sent(db, pair, pair.vss)

    found = agreement_losses.of_case(db, pair.pp, pair.case.id)

    assert (found.meetings, found.actions, found.notices, found.guests) == ([meeting.planned_at], 2, 1, 1)
    assert found.going_on == []
    meeting.state, meeting.started_at = MeetingState.IN_PROGRESS, clock.now()
    db.flush()
    found = agreement_losses.of_case(db, pair.pp, pair.case.id)
    assert (found.meetings, found.going_on) == ([], [meeting.started_at])
    with pytest.raises(NotFound):
        agreement_losses.of_case(db, make.pair().pp, pair.case.id)


def test_the_review_is_due_on_its_day_and_sets_the_next_one(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)
    assert agreement.review_on is not None
    assert agreements.standing(agreement, agreement.review_on) is Standing.REVIEW_DUE
    assert agreements.standing(agreement) is Standing.IN_FORCE

    next_on = TODAY + timedelta(days=700)
    agreement_approvals.reviewed(db, side.vss, agreement.id, next_on=next_on, version=agreement.version)

    assert agreement.review_on == next_on
    with pytest.raises(Invalid, match="review_past"):
        agreement_approvals.reviewed(db, side.vss, agreement.id, next_on=TODAY, version=agreement.version)


def test_an_agreement_that_begins_later_is_coming(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    steps.sign(db, agreement, side.pp, side.vss)

    agreement_approvals.put_in_force(
        db, side.pp, agreement.id, on=TODAY + timedelta(days=5), version=agreement.version
    )

    assert agreements.standing(agreement) is Standing.COMING
    assert agreements.organisation_agreement_in_force(db, side.cooperation.id) is None


def test_people_see_the_agreements_of_their_own_services_and_cases_only(db: Session, make: Make) -> None:
    pair, stranger = make.pair(is_agreed=False), steps.managers(make)
    make.agreement_in_force(pair)
    colleague = make.actor(pair.vss.service_id)
    administrator = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    guest = make.guest(pair.case)
    agreement = steps.case_draft(db, pair)
    above = agreements.organisation_agreement_in_force(db, pair.case.cooperation_id)
    assert above is not None

    for unseeing in (colleague, administrator, guest, stranger.pp):
        for read in (agreements.find, agreement_reading.opened, agreement_texts.document):
            with pytest.raises(NotFound):
                read(db, unseeing, agreement.id)
    assert agreements.find(db, colleague, above.id) is above
    assert [one.id for one in agreements.search(db, colleague, Asked()).rows] == [above.id]
    assert {one.id for one in agreements.search(db, pair.vss, Asked()).rows} == {above.id, agreement.id}
    assert [list(agreements.search(db, one, Asked()).rows) for one in (administrator, guest)] == [[], []]


def test_managers_draft_between_the_services_and_case_managers_for_a_case(db: Session, make: Make) -> None:
    side, pair = steps.managers(make), make.pair(is_agreed=False)
    worker = make.actor(side.cooperation.vss_id)
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)
    agreement = steps.organisation_draft(db, side)
    case_agreement = steps.case_draft(db, pair)

    with pytest.raises(NotAllowed):
        agreement_drafts.answer(db, worker, agreement.id, answers={"country": "Marlenia"}, was={})
    with pytest.raises(NotAllowed):
        agreement_starts.amend(db, worker, agreement.id)
    with pytest.raises(NotAllowed):
        agreement_drafts.give_up(db, contact, case_agreement.id, number=1, version=1)
    with pytest.raises(NotAllowed):
        agreement_approvals.approve(db, contact, case_agreement.id, number=1)
    with pytest.raises(NotFound):
        agreement_starts.draft(
            db, side.pp, level=AgreementLevel.ORGANISATION, cooperation_id=pair.case.cooperation_id
        )


def test_the_lists_find_by_code_and_say_what_has_no_agreement(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    bare, covered = make.pair_of(pair, is_agreed=False), make.pair_of(pair, is_agreed=False)
    steps.case_draft(db, pair)
    make.agreement_in_force(covered, ends_on=TODAY + timedelta(days=5))

    found = agreements.search(db, pair.pp, Asked(pair.case.code.lower())).rows
    without, total = agreements.cases_without(db, pair.pp)

    assert [one.case_id for one in found] == [pair.case.id]
    assert ([case.id for case in without], total) == ([bare.case.id], 1)
    assert [one.case_id for one in agreements.list_of_case(db, pair.vss, covered.case.id)] == [
        covered.case.id
    ]


@pytest.mark.parametrize("sort", ["newest", "case", "ends_on", "state"])
def test_the_list_is_searched_and_sorted(db: Session, make: Make, sort: str) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    early, late = make.pair_of(pair, is_agreed=False), make.pair_of(pair, is_agreed=False)
    for one, days in ((late, 50), (early, 5)):
        make.agreement_in_force(one, ends_on=TODAY + timedelta(days=days))

    found = agreements.search(db, pair.vss, Asked(sort=sort))
    of_case = agreements.search(db, pair.vss, Asked(search=early.case.code))

    assert found.total == 3
    assert [one.case_id for one in of_case.rows] == [early.case.id]
    if sort == "ends_on":
        assert [one.case_id for one in found.rows] == [early.case.id, late.case.id, None]


def test_a_case_agreement_takes_the_dates_of_the_timeline(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.t_point(pair, "T0", TODAY)
    make.t_point(pair, "T2", TODAY + timedelta(days=90))

    agreement = steps.case_draft(db, pair)

    assert agreement.answers["t0_date"] == TODAY.isoformat()
    assert "t2_date" not in agreement.answers


def test_a_case_agreement_takes_the_times_from_which_he_began_anew(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.t_point(pair, "T0", TODAY - timedelta(days=400))
    make.t_point(pair, "T0.2", TODAY - timedelta(days=5))

    agreement = steps.case_draft(db, pair)

    assert agreement.answers["t0_date"] == (TODAY - timedelta(days=5)).isoformat()


def test_a_cooperation_shows_what_it_stands_on(db: Session, make: Make) -> None:
    side = steps.managers(make)
    empty = agreements.footings(db, side.pp)
    first = steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)
    second = agreement_starts.amend(db, side.pp, first.id)

    footing = agreements.footings(db, side.vss)[0]

    assert (empty[0].in_force, empty[0].draft, empty[0].earlier) == (None, None, 0)
    assert (footing.in_force, footing.draft, footing.earlier) == (first, second, 0)


def test_a_manager_learns_how_many_cases_rest_on_the_agreement_and_not_which(db: Session, make: Make) -> None:
    pair, stranger = make.pair(is_agreed=False), steps.managers(make)
    make.agreement_in_force(pair)
    make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=5))
    make.agreement_in_force(pair, ends_on=TODAY - timedelta(days=5))
    manager = make.actor(pair.vss.service_id, Role.MANAGER)

    assert agreements.resting_on(db, manager, pair.case.cooperation_id) == 1
    with pytest.raises(NotFound):
        agreements.resting_on(db, stranger.pp, pair.case.cooperation_id)


def test_what_the_two_services_agreed_sets_the_dates(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    agreement_drafts.answer(
        db,
        side.pp,
        agreement.id,
        answers={"t2_interval_months": 4, "t4_after_months": 9, "episode_meeting_days": 2, "minutes_days": 3},
        was={"t2_interval_months": 3, "t4_after_months": 6},
    )
    steps.put_in_force(db, agreement, side.pp, side.vss)

    found = agreements.rules(db, side.cooperation.id)

    assert (found.t2_interval_months, found.t4_after_months) == (4, 9)
    assert (found.episode_meeting_days, found.minutes_days) == (2, 3)


def test_the_approved_clauses_are_agreed(db: Session, make: Make) -> None:
    side = steps.managers(make)
    agreement = steps.organisation_draft(db, side)
    steps.complete(db, side.pp, agreement)

    steps.approve(db, agreement, side.pp, side.vss)

    states = {clause.state for clause in agreement.clauses if clause.is_included}
    assert states == {ClauseState.AGREED}


def test_what_is_agreed_anew_on_the_same_day_holds_with_its_numbers(db: Session, make: Make) -> None:
    side = steps.managers(make)
    first = steps.put_in_force(db, steps.organisation_draft(db, side), side.pp, side.vss)
    second = agreement_starts.amend(db, side.pp, first.id)
    agreement_drafts.answer(
        db, side.pp, second.id, answers={"notice_days": 9}, was={"notice_days": second.answers["notice_days"]}
    )
    steps.put_in_force(db, second, side.pp, side.vss)

    found = agreements.rules(db, side.cooperation.id)

    assert found.notice_days == 9
    assert "notice_days" in found.agreed


def test_no_agreement_of_a_closed_case_moves_on(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = steps.case_draft(db, pair)
    steps.sign(db, agreement, pair.pp, pair.vss)
    pair.case.closed_on = TODAY
    number = steps.newest(db, pair.pp, agreement)

    for act in (
        lambda: agreement_approvals.put_in_force(
            db, pair.pp, agreement.id, on=TODAY, version=agreement.version
        ),
        lambda: agreement_approvals.file_signed(db, pair.pp, agreement.id, data=steps.PDF, number=number),
        lambda: agreement_approvals.approve(db, pair.pp, agreement.id, number=number),
    ):
        with pytest.raises(Conflict, match="case_closed"):
            act()


def test_what_was_approved_to_follow_is_a_draft_again_when_the_agreement_is_ended_before_its_time(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    now = steps.put_in_force(db, steps.case_draft(db, pair), pair.pp, pair.vss)
    later = agreement_starts.amend(db, pair.pp, now.id)
    steps.approve(db, later, pair.pp, pair.vss)
    assert set(agreement_reading.opened(db, pair.pp, later.id).approved_by) == {
        pair.pp.service_id,
        pair.vss.service_id,
    }

    agreement_approvals.terminate(db, pair.vss, now.id, on=TODAY, reason="Trust is gone", version=now.version)

    assert later.state is AgreementState.DRAFT
    assert agreement_reading.opened(db, pair.pp, later.id).approved_by == {}


def ended(db: Session, pair: Pair) -> Agreement:
    """A case agreement whose last day was yesterday, as its text says."""
    over = steps.put_in_force(db, steps.case_draft(db, pair), pair.pp, pair.vss)
    over.ends_on = TODAY - timedelta(days=1)
    over.answers = over.answers | {"end_date": over.ends_on.isoformat()}
    db.flush()
    return over


def test_a_new_version_of_an_agreement_that_is_over_asks_for_a_last_day_before_anybody_approves(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    over = ended(db, pair)

    renewed = agreement_starts.amend(db, pair.pp, over.id)

    missing = [item.id for item in agreement_reading.opened(db, pair.pp, renewed.id).missing]
    assert "end_date" in missing
    with pytest.raises(Conflict, match=r"agreement\.missing"):
        steps.approve(db, renewed, pair.pp)
    agreement_drafts.answer(
        db, pair.pp, renewed.id, answers={"end_date": TODAY + timedelta(days=90)}, was={"end_date": ""}
    )
    with time_machine.travel(clock.now() + timedelta(days=91)), pytest.raises(Conflict, match="over"):
        steps.approve(db, renewed, pair.pp)


def test_a_draft_takes_over_what_became_known_since_before_it_is_approved(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = steps.case_draft(db, pair)
    steps.complete(db, pair.pp, agreement)
    assert agreement_reading.opened(db, pair.pp, agreement.id).outdated == frozenset()
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    assignments.unassign(db, second, pair.case.id, person_id=pair.vss.person_id)

    opened = agreement_reading.opened(db, pair.pp, agreement.id)
    assert opened.outdated == {"vss_case_manager"}
    assert (opened.agreement.answers["vss_case_manager"], opened.given_now["vss_case_manager"]) == (
        pair.vss.name,
        second.name,
    )
    with pytest.raises(Conflict, match="outdated"):
        agreement_approvals.approve(db, pair.pp, agreement.id, number=opened.number)
    agreement_drafts.bring_up_to_date(db, pair.pp, agreement.id)

    assert agreement.answers["vss_case_manager"] == second.name
    steps.approve(db, agreement, pair.pp, second)
    assert agreement.state is AgreementState.APPROVED


def test_a_draft_that_was_begun_before_the_managements_agreed_waits_for_nothing_afterwards(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = steps.case_draft(db, pair)
    make.agreement_in_force(pair)

    assert agreement_reading.opened(db, pair.pp, agreement.id).outdated == {"organisation_agreement_date"}
    agreement_drafts.bring_up_to_date(db, pair.vss, agreement.id)

    assert not agreement_reading.opened(db, pair.pp, agreement.id).outdated


def test_a_renewal_without_a_last_day_takes_every_other_answer(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    over = ended(db, pair)
    renewed = agreement_starts.amend(db, pair.pp, over.id)
    name, known = next((key, value) for key, value in renewed.answers.items() if isinstance(value, int))

    agreement_drafts.answer(db, pair.pp, renewed.id, answers={name: known + 1}, was={name: known})

    assert renewed.answers[name] == known + 1
    with pytest.raises(Invalid, match="no_date"):
        agreement_drafts.answer(db, pair.pp, renewed.id, answers={"end_date": None}, was={"end_date": ""})
