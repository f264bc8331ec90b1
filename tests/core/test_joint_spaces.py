"""The agreement is the rule of access: it opens the joint space of a case, and when it ends access ends with it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import access, clock, erasing
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.models import (
    Agreement,
    AgreementRole,
    AgreementState,
    EmergencyGround,
    Guest,
    Release,
    Role,
    ServiceKind,
)
from core.operations import (
    action_plans,
    agreement_approvals,
    agreement_drafts,
    agreements,
    assignments,
    case_lists,
    emergencies,
    ended_agreements,
    guests,
    invitations,
    joint_items,
    joint_spaces,
    meetings,
    path_entries,
    sittings,
    tables,
    today,
)
from core.operations.joint_spaces import Ground
from tests import agreement_steps as steps
from tests.make import Make, Pair, share

LASTS = timedelta(days=20)


def agreed(make: Make) -> tuple[Pair, Agreement]:
    """A case whose agreement holds for twenty more days."""
    pair = make.pair(is_agreed=False)
    return pair, make.agreement_in_force(pair, ends_on=clock.today() + LASTS)


def ground(db: Session, pair: Pair) -> Ground:
    return joint_spaces.of_case(db, pair.pp, pair.case.id).ground


def open_it(db: Session, pair: Pair, reason: str = "") -> joint_spaces.EmergencyOpening:
    return joint_spaces.open_emergency(
        db, pair.vss, pair.case.id, ground=EmergencyGround.ADULT, reason=reason
    )


def test_before_an_agreement_only_the_meeting_that_leads_to_it_is_held(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    note = make.note(pair.vss_file, pair.vss)
    soon = clock.now() + timedelta(hours=2)

    opening = meetings.plan(
        db, pair.pp, kind="case_opening", case_id=pair.case.id, planned_at=soon, people=[pair.vss.person_id]
    )

    assert ground(db, pair) is Ground.NO_AGREEMENT
    assert meetings.find(db, pair.vss, opening.id) is opening
    for kind in ("first_joint", "periodic", "emergency", "closing"):
        with pytest.raises(NotAllowed, match="no_agreement"):
            meetings.plan(db, pair.pp, kind=kind, case_id=pair.case.id, planned_at=soon)
    with pytest.raises(NotAllowed, match="no_agreement"):
        share(db, pair.vss, note.id, "Said")
    with pytest.raises(NotAllowed, match="no_agreement"):
        add(db, pair)
    with pytest.raises(NotAllowed, match="no_agreement"):
        invite_guest(db, make, pair)


def add(db: Session, pair: Pair) -> None:
    action_plans.add(
        db,
        pair.pp,
        pair.case.id,
        need="A need",
        text="An action",
        due_on=clock.today(),
        service_id=pair.pp.service_id,
        person_id=pair.pp.person_id,
    )


def invite_guest(db: Session, make: Make, pair: Pair, *, until: date | None = None) -> None:
    guest = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    guests.invite(db, pair.pp, pair.case.id, person_id=guest.person_id, until=until or clock.today())


def test_an_agreement_put_in_force_opens_the_joint_space_to_the_roles_it_names_and_to_no_other(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    partner = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    child = make.actor(pair.vss.service_id, Role.CHILD_PROTECTION)
    for actor in (partner, child):
        make.assign(pair.case, actor)
    draft = steps.case_draft(db, pair)
    agreement_drafts.answer(
        db,
        pair.pp,
        draft.id,
        answers={"joint_roles": ["partner_contact"]},
        was={"joint_roles": str(draft.answers["joint_roles"]).split()},
    )
    steps.sign(db, draft, pair.pp, pair.vss)
    on = agreement_approvals.required_start(draft)
    agreement_approvals.put_in_force(db, pair.pp, draft.id, on=on, version=draft.version)

    note = make.note(pair.vss_file, pair.vss)
    share(db, pair.vss, note.id, "Said")
    assert [item.text for item in joint_items.list_of_case(db, pair.pp, pair.case.id)] == ["Said"]
    assert joint_spaces.of_case(db, partner, pair.case.id).ground is Ground.AGREEMENT
    # Whoever is not named keeps what their own service put there, and is told why there is no more.
    found = joint_spaces.of_case(db, child, pair.case.id)
    assert found.ground is Ground.NOT_NAMED
    with pytest.raises(NotAllowed, match="not_named"):
        joint_spaces.require_open(db, child, pair.case)


def test_when_the_agreement_ends_access_ends_with_it_and_the_own_side_stays(db: Session, make: Make) -> None:
    pair, agreement = agreed(make)
    meeting = make.meeting(pair)
    his, hers = make.action(pair, pair.pp), make.action(pair, pair.vss)
    note = make.note(pair.vss_file, pair.vss)
    share(db, pair.vss, note.id, "Said")
    make.path_entry(pair, pair.vss, "episode", is_shared=True)
    db.flush()

    with time_machine.travel(clock.now() + LASTS + timedelta(days=1), tick=False):
        found = joint_spaces.of_case(db, pair.pp, pair.case.id)
        assert (found.ground, found.since) == (Ground.ENDED, clock.today())
        assert joint_items.list_of_case(db, pair.pp, pair.case.id) == []
        assert [one.text for one in joint_items.list_of_case(db, pair.vss, pair.case.id)] == ["Said"]
        assert action_plans.list_of_case(db, pair.pp, pair.case.id) == [his]
        assert action_plans.list_of_case(db, pair.vss, pair.case.id) == [hers]
        assert list(db.scalars(access.visible_path_entries(pair.pp))) == []
        assert meetings.list_of_case(db, pair.pp, pair.case.id) == []
        with pytest.raises(NotAllowed) as refused:
            meetings.find(db, pair.pp, meeting.id)
        assert refused.value.key == "error.joint.ended"
        assert refused.value.values["day"] == found.since == clock.today()
        assert agreement.ends_on == clock.today() - timedelta(days=1)
        # The frame stays, so that a new agreement can be drafted.
        assert steps.case_draft(db, pair).case_id == pair.case.id


def test_a_meeting_that_is_going_on_ends_for_everybody_with_the_agreement(db: Session, make: Make) -> None:
    pair, agreement = agreed(make)
    guest = make.guest(pair.case)
    meeting = make.table(pair)
    item = meeting.items[0]
    beat = sittings.pulse(db, pair.vss, meeting.id)
    assert invitations.find(db, guest, meeting.id).code == pair.case.code

    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )

    assert sittings.pulse(db, pair.vss, meeting.id) != beat
    with pytest.raises(NotAllowed) as refused:
        sittings.of_meeting(db, pair.vss, meeting.id)
    assert refused.value.key == "error.joint.terminated"
    assert refused.value.values["reason"] == "He was arrested"
    for act in (
        lambda: tables.close(db, pair.pp, meeting.id),
        lambda: tables.go_to(db, pair.vss, meeting.id, position=1),
    ):
        with pytest.raises(NotAllowed, match="terminated"):
            act()
    with pytest.raises(CoreError):
        tables.write_item(db, pair.pp, item.id, entry=Entry.FACTS, text="More", seen="")
    with pytest.raises(NotFound):
        invitations.find(db, guest, meeting.id)


@pytest.mark.parametrize("days", [0, 10])
def test_who_was_let_into_the_case_leaves_with_the_agreement_that_a_new_one_ends(
    db: Session, make: Make, days: int
) -> None:
    pair, old = agreed(make)
    make.agreement_in_force(pair)
    with clock.at(clock.now() - timedelta(days=3)):
        invite_guest(db, make, pair, until=clock.today() + LASTS)
    meeting = make.meeting(pair)
    to_meeting = make.guest(pair.case, until=clock.today() + LASTS, meeting=meeting)
    draft = steps.case_draft(db, pair)
    steps.sign(db, draft, pair.pp, pair.vss)
    on = clock.today() + timedelta(days=days)

    agreement_approvals.put_in_force(db, pair.pp, draft.id, on=on, version=draft.version)

    before = on - timedelta(days=1)
    until = {
        one.meeting_id: one.until
        for one in db.scalars(select(Guest).execution_options(populate_existing=True))
    }
    assert old.ends_on == before
    assert until[None] == before
    assert until[meeting.id] == clock.today() + LASTS
    assert invitations.find(db, to_meeting, meeting.id).code == pair.case.code


def test_who_is_let_into_the_case_in_the_time_of_the_new_agreement_stays(db: Session, make: Make) -> None:
    pair, old = agreed(make)
    make.agreement_in_force(pair)
    until, began = clock.today() + timedelta(days=9), clock.today() - timedelta(days=3)
    with clock.at(clock.now() - timedelta(days=2)):
        invite_guest(db, make, pair, until=until)
    old.ends_on = began - timedelta(days=30)
    with clock.at(clock.now() - timedelta(days=3)):
        draft = steps.case_draft(db, pair)
    steps.sign(db, draft, pair.pp, pair.vss)

    agreement_approvals.put_in_force(db, pair.pp, draft.id, on=began, version=draft.version)
    invite_guest(db, make, pair, until=until)

    assert db.scalars(select(Guest.until).where(Guest.case_id == pair.case.id)).all() == [until, until]
    assert old.ends_on == began - timedelta(days=30)


def test_who_was_let_in_under_the_agreement_before_goes_with_it(db: Session, make: Make) -> None:
    pair, old = agreed(make)
    make.agreement_in_force(pair)
    today = clock.today()
    until, before = today + timedelta(days=9), today - timedelta(days=1)
    with clock.at(clock.now() - timedelta(days=2)):
        invite_guest(db, make, pair, until=until)
    with clock.at(clock.now() - timedelta(days=3)):
        draft = steps.case_draft(db, pair)
    steps.sign(db, draft, pair.pp, pair.vss)

    with pytest.raises(Invalid, match=r"error\.agreement\.begins_before_today"):
        agreement_approvals.put_in_force(db, pair.pp, draft.id, on=before, version=draft.version)
    agreement_approvals.put_in_force(db, pair.pp, draft.id, on=today, version=draft.version)
    invite_guest(db, make, pair, until=until)

    assert set(db.scalars(select(Guest.until).where(Guest.case_id == pair.case.id))) == {before, until}
    assert old.ends_on == before


def test_what_was_never_theirs_is_not_explained(db: Session, make: Make) -> None:
    pair, _ = agreed(make)
    meeting = make.meeting(pair)
    stranger, colleague = make.pair().pp, make.actor(pair.pp.service_id)

    with time_machine.travel(clock.now() + LASTS + timedelta(days=1), tick=False):
        for actor in (stranger, colleague):
            with pytest.raises(NotFound):
                meetings.find(db, actor, meeting.id)


def test_an_agreement_that_begins_later_opens_nothing_yet(db: Session, make: Make) -> None:
    pair, agreement = agreed(make)
    agreement.in_force_from = clock.today() + timedelta(days=3)
    db.flush()

    found = joint_spaces.of_case(db, pair.vss, pair.case.id)

    assert (found.ground, found.is_open) == (Ground.NOT_YET, False)
    with pytest.raises(NotAllowed) as refused:
        joint_spaces.require_open(db, pair.vss, pair.case)
    assert refused.value.values["day"] == agreement.in_force_from


def test_an_emergency_opens_a_closed_joint_space_for_a_day_and_both_services_read_why(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    elsewhere = make.pair(is_agreed=False)

    opening = open_it(db, pair, "Threats in messages")

    assert ground(db, pair) is Ground.EMERGENCY
    assert ground(db, elsewhere) is Ground.NO_AGREEMENT
    meeting = meetings.start_emergency(db, pair.pp, pair.case.id, people=[pair.vss.person_id])
    assert sittings.of_meeting(db, pair.vss, meeting.id).meeting is meeting
    assert emergencies.of_case(db, pair.pp, pair.case.id).running_id == meeting.id
    acts = [(row.subject, row.act) for row in case_lists.history(db, pair.pp, pair.case.id)]
    assert ("emergency_opening", "open") in acts
    with time_machine.travel(opening.until_at + timedelta(seconds=1), tick=False):
        assert ground(db, pair) is Ground.NO_AGREEMENT
        with pytest.raises(NotAllowed, match="no_agreement"):
            sittings.of_meeting(db, pair.vss, meeting.id)


def over(db: Session, make: Make) -> Pair:
    """A case whose agreement was ended before its time."""
    pair, agreement = agreed(make)
    agreement_approvals.terminate(
        db, pair.vss, agreement.id, on=clock.today(), reason="It was not safe", version=agreement.version
    )
    return pair


def ask(db: Session, actor: Actor, pair: Pair) -> joint_spaces.EmergencyOpening:
    return joint_spaces.open_emergency(
        db, actor, pair.case.id, ground=EmergencyGround.ADULT, reason="Threats in messages"
    )


def confirm(
    db: Session, actor: Actor, opening: joint_spaces.EmergencyOpening, reason: str = "She fears it"
) -> None:
    joint_spaces.confirm_emergency(db, actor, opening.id, reason=reason, version=opening.version)


def test_after_the_agreement_was_ended_no_one_side_opens_the_joint_space_again(
    db: Session, make: Make
) -> None:
    pair = over(db, make)
    colleague = make.actor(pair.pp.service_id)
    make.assign(pair.case, colleague)
    note = make.note(pair.vss_file, pair.vss)

    opening = ask(db, pair.pp, pair)

    assert ground(db, pair) is Ground.TERMINATED
    with pytest.raises(NotAllowed, match="terminated"):
        share(db, pair.vss, note.id, "Said")
    for actor in (pair.pp, colleague):
        with pytest.raises(NotAllowed, match="other_confirms"):
            confirm(db, actor, opening)
    with pytest.raises(Conflict, match="is_asked"):
        ask(db, colleague, pair)
    for actor in (pair.pp, pair.vss):
        found = joint_spaces.of_case(db, actor, pair.case.id)
        assert (found.asked, found.by) == (opening, (pair.pp.name, ""))
    assert [one for one, _ in today.of_actor(db, pair.vss).emergencies] == [opening]


def test_an_agreement_signed_for_later_lets_no_one_side_open_what_an_earlier_one_closed(
    db: Session, make: Make
) -> None:
    pair = over(db, make)
    make.agreement_in_force(pair, ends_on=clock.today() + LASTS).in_force_from = clock.today() + timedelta(
        days=3
    )
    db.flush()

    opening = ask(db, pair.pp, pair)

    assert opening.is_asked
    assert ground(db, pair) is Ground.TERMINATED
    confirm(db, pair.vss, opening)
    assert ground(db, pair) is Ground.EMERGENCY


def test_once_another_agreement_holds_nothing_is_asked_for_any_more(db: Session, make: Make) -> None:
    pair = over(db, make)
    ask(db, pair.pp, pair)

    make.agreement_in_force(pair, ends_on=clock.today() + LASTS)

    assert ground(db, pair) is Ground.AGREEMENT
    assert db.scalars(access.emergencies_asked()).all() == []
    assert today.of_actor(db, pair.vss).emergencies == []


def test_a_person_of_the_other_service_confirms_it_and_the_reasons_of_both_are_kept(
    db: Session, make: Make
) -> None:
    pair = over(db, make)
    opening = ask(db, pair.pp, pair)
    taker = make.actor(pair.vss.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    with pytest.raises(NotAllowed):
        confirm(db, taker, opening)
    with pytest.raises(Invalid, match="empty"):
        confirm(db, pair.vss, opening, " ")

    confirm(db, pair.vss, opening)

    found = joint_spaces.of_case(db, pair.pp, pair.case.id)
    assert (found.ground, found.by) == (Ground.EMERGENCY, (pair.pp.name, pair.vss.name))
    assert (opening.reason, opening.confirmed_reason) == ("Threats in messages", "She fears it")
    with pytest.raises(NotAllowed, match="own_opening"):
        joint_spaces.see_emergency(db, pair.vss, opening.id, version=opening.version)
    with time_machine.travel(opening.until_at + timedelta(seconds=1), tick=False):
        assert ground(db, pair) is Ground.TERMINATED


def test_what_nobody_confirms_lapses_and_either_side_can_say_no(db: Session, make: Make) -> None:
    pair = over(db, make)
    opening = ask(db, pair.pp, pair)
    with time_machine.travel(opening.until_at + timedelta(seconds=1), tick=False):
        assert joint_spaces.of_case(db, pair.pp, pair.case.id).asked is None
        assert today.of_actor(db, pair.vss).emergencies == []
        with pytest.raises(Conflict, match="not_asked"):
            confirm(db, pair.vss, opening)

    joint_spaces.close_emergency(db, pair.vss, opening.id, version=opening.version)
    with pytest.raises(Conflict, match="not_asked"):
        confirm(db, pair.vss, opening)
    assert joint_spaces.of_case(db, pair.pp, pair.case.id).asked is None


def test_an_emergency_opens_nothing_to_a_role_that_the_agreement_in_force_does_not_name(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    make.assign(pair.case, manager)
    open_it(db, pair)
    assert joint_spaces.of_case(db, manager, pair.case.id).ground is Ground.EMERGENCY
    make.agreement_in_force(pair, ends_on=clock.today() + LASTS)

    assert joint_spaces.of_case(db, manager, pair.case.id).ground is Ground.NOT_NAMED
    assert db.scalars(access.joint_case_ids(manager)).all() == []
    with pytest.raises(NotAllowed, match="not_named"):
        ask(db, manager, pair)


def test_an_emergency_needs_a_ground_a_reason_for_another_one_and_no_name(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.subject(pair.vss_file, name="Wrenna Canary")

    with pytest.raises(Invalid, match="choose_ground"):
        joint_spaces.open_emergency(db, pair.vss, pair.case.id, ground=None, reason="")
    with pytest.raises(Invalid, match="empty"):
        joint_spaces.open_emergency(db, pair.vss, pair.case.id, ground=EmergencyGround.OTHER, reason=" ")
    with pytest.raises(Invalid, match="names_in_joint"):
        open_it(db, pair, "Wrenna Canary is followed")
    assert ground(db, pair) is Ground.NO_AGREEMENT


def test_an_emergency_opens_nothing_that_is_open_or_not_a_pair(db: Session, make: Make) -> None:
    pair, _ = agreed(make)
    cooperation = make.cooperation()
    alone = make.actor(cooperation.pp_id)
    case = make.case(cooperation, alone)

    with pytest.raises(Conflict, match="is_open"):
        open_it(db, pair)
    with pytest.raises(Conflict, match="not_paired"):
        joint_spaces.open_emergency(db, alone, case.id, ground=EmergencyGround.CHILD, reason="")
    with pytest.raises(Conflict, match="not_paired"):
        joint_spaces.require_open(db, alone, case)
    with pytest.raises(NotFound):
        joint_spaces.open_emergency(db, alone, pair.case.id, ground=EmergencyGround.CHILD, reason="")


def test_an_emergency_is_closed_before_its_time_and_looked_at_by_somebody_else_of_each_service(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    opening = open_it(db, pair)

    assert [one for one, _ in today.of_actor(db, pair.pp).emergencies] == [opening]
    assert [one for one, _ in today.of_actor(db, second).emergencies] == [opening]
    assert today.of_actor(db, pair.vss).emergencies == []
    with pytest.raises(NotAllowed, match="own_opening"):
        joint_spaces.see_emergency(db, pair.vss, opening.id, version=opening.version)

    joint_spaces.close_emergency(db, pair.pp, opening.id, version=opening.version)
    db.flush()
    joint_spaces.see_emergency(db, pair.pp, opening.id, version=opening.version)
    joint_spaces.see_emergency(db, second, opening.id, version=opening.version)

    assert ground(db, pair) is Ground.NO_AGREEMENT
    assert today.of_actor(db, pair.pp).emergencies == today.of_actor(db, second).emergencies == []
    assert (opening.pp_seen_by, opening.vss_seen_by) == (pair.pp.person_id, second.person_id)


def test_today_does_not_warn_of_an_end_whose_successor_is_signed_for_the_day_after(
    db: Session, make: Make
) -> None:
    pair, agreement = agreed(make)
    agreement.ends_on = clock.today() + timedelta(days=3)
    successor = make.agreement_in_force(pair, ends_on=clock.today() + LASTS)

    successor.in_force_from = clock.today() + timedelta(days=4)
    db.flush()

    assert today.of_actor(db, pair.pp).ending == []


def test_today_warns_of_an_agreement_that_ends_soon_until_both_approved_its_successor(
    db: Session, make: Make
) -> None:
    pair, agreement = agreed(make)
    assert today.of_actor(db, pair.pp).ending == []

    agreement.ends_on = clock.today() + timedelta(days=today.DAYS_AHEAD)
    db.flush()

    assert today.of_actor(db, pair.pp).ending == [joint_spaces.Ending(agreement)]
    assert today.of_actor(db, make.pair().pp).ending == []
    draft = steps.case_draft(db, pair)
    for actor in (pair.pp, pair.vss):
        assert today.of_actor(db, actor).ending == [joint_spaces.Ending(agreement, draft)]
    draft.state = AgreementState.APPROVED
    db.flush()
    assert today.of_actor(db, pair.vss).ending == []


def test_an_own_entry_of_the_path_is_kept_while_the_joint_space_is_closed_and_shared_with_nobody(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)

    entry = path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=clock.today())

    assert not entry.is_shared
    with pytest.raises(NotAllowed, match="no_agreement"):
        path_entries.share(db, pair.pp, entry.id, version=entry.version)


def test_an_agreement_of_one_case_opens_no_other(db: Session, make: Make) -> None:
    pair, agreement = agreed(make)
    other = make.pair_of(pair)
    agreement_of_other = db.scalars(
        access.case_agreements_in_force().where(Agreement.case_id == other.case.id)
    ).one()
    meeting, elsewhere = make.meeting(pair), make.meeting(other)

    agreement.state = AgreementState.TERMINATED
    db.flush()

    assert agreement_of_other.is_in_force()
    assert meetings.find(db, pair.pp, elsewhere.id) is elsewhere
    with pytest.raises(NotAllowed):
        meetings.find(db, pair.pp, meeting.id)


def test_the_right_to_work_on_a_case_still_comes_first(db: Session, make: Make) -> None:
    pair, _ = agreed(make)
    second = make.actor(pair.pp.service_id)
    make.assign(pair.case, second)
    meeting = make.meeting(pair)
    assert meetings.find(db, second, meeting.id) is meeting

    assignments.unassign(db, pair.pp, pair.case.id, person_id=second.person_id)

    with pytest.raises(NotFound):
        meetings.find(db, second, meeting.id)


def test_both_sides_are_told_who_ended_an_agreement_until_the_next_one_begins(
    db: Session, make: Make
) -> None:
    pair = over(db, make)
    contact = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, contact)

    for actor in (pair.pp, pair.vss):
        (told,) = today.of_actor(db, actor).ended
        assert (told.code, told.on, told.service) == (pair.case.code, clock.today(), pair.vss.service_name)
        assert not told.is_coming
    assert not today.of_actor(db, contact).ended
    assert not today.of_actor(db, make.pair().pp).ended
    with time_machine.travel(clock.now() + ended_agreements.TOLD_FOR, tick=False):
        assert not today.of_actor(db, pair.pp).ended

    following = make.agreement_in_force(pair, ends_on=clock.today() + LASTS)
    following.in_force_from = clock.today()
    db.flush()

    assert not today.of_actor(db, pair.pp).ended


def test_managers_are_told_who_ended_the_agreement_of_the_organisations_until_the_next_one_begins(
    db: Session, make: Make
) -> None:
    managers = steps.managers(make)
    agreement = steps.organisation_draft(db, managers)
    steps.put_in_force(db, agreement, managers.pp, managers.vss)
    manages_cases = make.actor(managers.vss.service_id)
    agreement_approvals.terminate(
        db, managers.vss, agreement.id, on=clock.today(), reason="Moved", version=agreement.version
    )

    for actor in (managers.pp, managers.vss):
        (told,) = today.of_actor(db, actor).ended
        assert (told.agreement_id, told.code, told.service) == (agreement.id, "", managers.vss.service_name)
    for actor in (manages_cases, steps.managers(make).pp):
        assert not today.of_actor(db, actor).ended

    following = steps.organisation_draft(db, managers)
    steps.put_in_force(db, following, managers.pp, managers.vss)

    assert not today.of_actor(db, managers.pp).ended


def test_an_agreement_that_will_end_by_one_side_is_told_once_and_not_of_a_closed_case(
    db: Session, make: Make
) -> None:
    pair, agreement = agreed(make)
    agreement_approvals.terminate(
        db,
        pair.vss,
        agreement.id,
        on=clock.today() + timedelta(days=3),
        reason="It was not safe",
        version=agreement.version,
    )

    found = today.of_actor(db, pair.pp)

    assert [one.is_coming for one in found.ended] == [True]
    assert found.ending == []
    pair.case.closed_on = clock.today()
    db.flush()
    assert not today.of_actor(db, pair.pp).ended


def test_a_planned_meeting_whose_agreement_was_ended_is_told_as_one_that_nobody_can_hold(
    db: Session, make: Make
) -> None:
    pair, agreement = agreed(make)
    meeting = make.meeting(pair)
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    assert not today.of_actor(db, pair.pp).stopped
    assert today.of_actor(db, pair.pp).coming == [meeting]

    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )

    for actor in (pair.pp, pair.vss):
        found = today.of_actor(db, actor)
        assert found.coming == []
        (told,) = found.stopped
        assert (told.meeting_id, told.code, told.planned_at) == (
            meeting.id,
            pair.case.code,
            meeting.planned_at,
        )
        assert ended_agreements.stopped_of_case(db, actor, pair.case.id) == [told]
    # Who was not asked to it has it on no Today.
    assert not today.of_actor(db, taker).stopped
    assert not ended_agreements.stopped(db, make.pair().pp)
    with time_machine.travel(meeting.planned_at + timedelta(days=1), tick=False):
        assert not today.of_actor(db, pair.pp).stopped

    following = make.agreement_in_force(pair, ends_on=clock.today() + LASTS)
    for days, begins_on in ((0, clock.day(meeting.planned_at)), (1, None)):
        following.in_force_from = clock.day(meeting.planned_at) + timedelta(days=days)
        db.flush()
        assert [one.begins_on for one in today.of_actor(db, pair.pp).stopped] == [begins_on]
    assert agreements.under_way(db, pair.pp, pair.case.id) is following
    following.in_force_from = clock.today()
    db.flush()

    assert not today.of_actor(db, pair.pp).stopped
    assert today.of_actor(db, pair.pp).coming == [meeting]


def test_an_agreement_comes_before_every_meeting_but_the_one_that_leads_to_the_first(
    db: Session, make: Make
) -> None:
    new, (held, _) = make.pair(is_agreed=False), agreed(make)
    gone = over(db, make)

    def first(pair: Pair, *, is_planning: bool = True) -> bool:
        return ended_agreements.comes_first(db, pair.vss, pair.case.id, is_planning=is_planning)

    assert (first(new), first(held), first(gone)) == (False, False, True)
    assert first(gone, is_planning=False)
    opening = ask(db, gone.pp, gone)
    confirm(db, gone.vss, opening)
    assert not first(gone)


def test_a_later_agreement_that_names_more_roles_opens_to_them_what_is_shared_under_it_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    first = make.agreement_in_force(pair, ends_on=clock.today() + LASTS)
    _name(db, first, Role.CASE_MANAGER)
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    colleague = make.actor(pair.pp.service_id)
    for person in (taker, colleague):
        make.assign(pair.case, person)
    before = share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, "She says he waits at her work")

    _name(db, first, Role.CASE_MANAGER, Role.MINUTE_TAKER)
    after = share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, "She has a new lawyer")

    def read(actor: Actor) -> set[UUID]:
        return {item.id for item in db.scalars(access.visible_joint_items(actor))}

    assert read(taker) == {after.id}
    assert read(colleague) == read(pair.pp) == read(pair.vss) == {before.id, after.id}


@pytest.mark.parametrize("is_whole_file", [True, False])
def test_a_later_agreement_opens_nothing_from_before_though_the_ground_was_erased_with_the_own_file(
    db: Session, make: Make, *, is_whole_file: bool
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + LASTS)
    _name(db, agreement, Role.CASE_MANAGER)
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    item = share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, "She says he waits at her work")
    her_id = db.scalars(select(Release.about_id).where(Release.item_id == item.id)).one()

    rows = (
        erasing.reach(db, pair.case.id, pair.vss.service_id, [erasing.OWN_FILE])
        if is_whole_file
        else erasing.of_subject(db, her_id)
    )
    erasing.erase(db, rows)
    db.expire_all()
    _name(db, agreement, Role.CASE_MANAGER, Role.MINUTE_TAKER)

    def read(actor: Actor) -> list[UUID]:
        return [one.id for one in db.scalars(access.visible_joint_items(actor))]

    assert db.scalars(select(Release)).all() == []
    assert read(taker) == []
    assert read(pair.pp) == [item.id]


def _name(db: Session, agreement: Agreement, *roles: Role) -> None:
    """Open the joint space to these roles alone."""
    db.execute(delete(AgreementRole).where(AgreementRole.agreement_id == agreement.id))
    db.add_all([AgreementRole(agreement_id=agreement.id, role=role) for role in roles])
    db.flush()
