"""Cases: opening, describing, finding, closing, and their history."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import protocols
from core.content.protocols import Scope
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.lists import Asked
from core.models import (
    Case,
    CaseFile,
    Event,
    Meeting,
    MeetingState,
    PhaseEntry,
    ProtocolVersion,
    Role,
    ServiceKind,
    TPoint,
)
from core.operations import case_lists, cases, files, phases, requests, t_points
from core.operations.case_lists import State
from core.operations.cases import CloseReason, Known
from core.operations.requests import Answer
from tests.make import Make, Pair, share
from tests.reading import statements


def describe(
    db: Session,
    actor: Actor,
    case: Case,
    *,
    is_in_target: bool | None = True,
    target_reason: str = "",
    children_count: int | None = 2,
    exclusions: tuple[str, ...] = (),
    exclusions_reason: str = "",
    version: int | None = None,
) -> Case:
    return cases.describe(
        db,
        actor,
        case.id,
        living_together=Known.NO,
        children_count=children_count,
        is_in_target=is_in_target,
        target_reason=target_reason,
        exclusions=exclusions,
        exclusions_reason=exclusions_reason,
        version=version or case.version,
    )


def test_a_case_opens_with_a_code_by_chance_an_own_file_and_its_first_phase(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)

    case = cases.open(db, ivo, cooperation_id=cooperation.id, reference="A 12")

    assert cases.CODE.fullmatch(case.code)
    assert cases.find(db, ivo, case.id).phase == protocols.load().phases_of(Scope.CASE)[0].id
    assert files.mine(db, ivo, case.id).file.reference == "A 12"
    assert db.scalars(select(PhaseEntry.phase).where(PhaseEntry.case_id == case.id)).all() == [case.phase]
    assert not case.is_paired


def test_a_case_begins_with_the_newest_version_of_the_protocol(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    newer = protocols.load().model_copy(update={"version": 2})
    db.add(ProtocolVersion(number=2, content=newer.to_data(), made_by=ivo.person_id, released_at=clock.now()))
    db.flush()

    case = cases.open(db, ivo, cooperation_id=cooperation.id)

    assert case.protocol_version == 2


def test_the_other_service_learns_nothing_of_an_opening(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    ivo, elena = make.actor(cooperation.pp_id), make.actor(cooperation.vss_id)

    case = cases.open(db, ivo, cooperation_id=cooperation.id)

    with pytest.raises(NotFound):
        cases.find(db, elena, case.id)
    assert case_lists.list_mine(db, elena).total == 0


@pytest.mark.parametrize("code", ["MK-1987", "Mara", "K2027", "K-1", "K-2027-014-5", "-", "K-२०२७"])
def test_a_typed_code_is_one_letter_and_digits(db: Session, make: Make, code: str) -> None:
    cooperation = make.cooperation()

    with pytest.raises(Invalid, match=r"error\.code_shape") as refused:
        cases.open(db, make.actor(cooperation.pp_id), cooperation_id=cooperation.id, code=code)

    assert refused.value.field == "code"


def test_a_typed_code_is_unique_in_the_cooperation(db: Session, make: Make) -> None:
    cooperation, elsewhere = make.cooperation(), make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    cases.open(db, ivo, cooperation_id=cooperation.id, code="k-2027-014")

    with pytest.raises(Invalid, match=r"error\.code_taken"):
        cases.open(db, ivo, cooperation_id=cooperation.id, code="K-2027-014")

    other = cases.open(db, make.actor(elsewhere.vss_id), cooperation_id=elsewhere.id, code="K-2027-014")
    assert other.code == "K-2027-014"


def test_whether_the_other_service_has_a_case_of_a_code_is_not_said_beside_another_mistake(
    db: Session, make: Make
) -> None:
    cooperation = make.cooperation()
    cases.open(db, make.actor(cooperation.vss_id), cooperation_id=cooperation.id, code="K-77-01")
    ivo = make.actor(cooperation.pp_id)

    for code in ("K-77-01", "K-77-02"):
        with pytest.raises(Invalid) as refused:
            cases.open(db, ivo, cooperation_id=cooperation.id, code=code, reference="1" * 61)
        assert refused.value.field == "reference"
    with pytest.raises(NotAllowed, match=r"error\.code_taken"):
        cases.open(db, ivo, cooperation_id=cooperation.id, code="k-77-01")


def test_a_case_is_opened_by_a_case_manager_of_the_cooperation_and_not_in_the_future(
    db: Session, make: Make
) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)

    with pytest.raises(NotAllowed):
        cases.open(db, make.actor(cooperation.pp_id, Role.CHAIR), cooperation_id=cooperation.id)
    with pytest.raises(NotFound):
        cases.open(db, ivo, cooperation_id=make.cooperation().id)
    with pytest.raises(Invalid, match=r"error\.dates_out_of_order"):
        cases.open(db, ivo, cooperation_id=cooperation.id, opened_on=clock.today() + timedelta(days=1))


def test_target_and_exclusions_are_recorded_and_block_nothing(db: Session, make: Make) -> None:
    pair = make.pair()

    case = describe(
        db,
        pair.pp,
        pair.case,
        is_in_target=False,
        target_reason="violence against his mother",
        exclusions=("substance_use",),
        exclusions_reason="treated since May",
    )

    assert (case.is_in_target, case.target_reason) == (False, "violence against his mother")
    assert case.exclusions == ["substance_use"]
    assert case.exclusions_checked_on == clock.today()
    assert cases.find_open(db, pair.pp, case.id) is case


def test_a_no_and_a_ground_ask_for_a_reason(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid) as no_reason:
        describe(db, pair.pp, pair.case, is_in_target=False)
    with pytest.raises(Invalid) as no_ground_reason:
        describe(db, pair.pp, pair.case, exclusions=("firearms",))
    with pytest.raises(Invalid, match=r"error\.children_count"):
        describe(db, pair.pp, pair.case, children_count=21)

    assert no_reason.value.field == "target_reason"
    assert no_ground_reason.value.field == "exclusions_reason"


def test_a_ground_that_only_the_victim_support_sees_stays_in_its_file(db: Session, make: Make) -> None:
    pair = make.pair()

    case = describe(db, pair.vss, pair.case, exclusions=("raises_danger",))

    assert case.exclusions == []
    assert files.mine(db, pair.vss, case.id).file.exclusions == ["raises_danger"]
    with pytest.raises(Invalid, match=r"error\.unknown_exclusion"):
        describe(db, pair.pp, pair.case, exclusions=("raises_danger",))


def test_the_second_description_is_refused_where_somebody_saved_meanwhile(db: Session, make: Make) -> None:
    pair = make.pair()
    opened = pair.case.version
    describe(db, pair.vss, pair.case)

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        describe(db, pair.pp, pair.case, children_count=3, version=opened)


def alone(make: Make) -> tuple[Actor, Case]:
    """A case in which one service holds the only file: it closes it by itself."""
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    return ivo, make.case(cooperation, ivo)


def close(
    db: Session, actor: Actor, case: Case, reason: CloseReason = CloseReason.OTHER, days: int = 0
) -> Case:
    on = clock.today() + timedelta(days=days)
    return cases.close(db, actor, case.id, reason=reason, closed_on=on, version=case.version)


def test_a_case_closes_with_a_reason_and_opens_again(db: Session, make: Make) -> None:
    ivo, case = alone(make)

    close(db, ivo, case, CloseReason.MOVED)
    reason = case_lists.closed_for(db, ivo, case.id)
    with pytest.raises(Conflict, match=r"error\.case_closed"):
        describe(db, ivo, case)
    reopened = cases.reopen(db, ivo, case.id, version=case.version)

    assert reason is CloseReason.MOVED
    assert reopened.closed_on is None
    assert case_lists.closed_for(db, ivo, case.id) is None
    with pytest.raises(Conflict, match=r"error\.case_open"):
        cases.reopen(db, ivo, case.id, version=case.version)


@pytest.mark.parametrize("by", ["pp", "vss"])
def test_nobody_closes_a_case_in_which_the_other_services_file_stands_too(
    db: Session, make: Make, by: str
) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.flush()

    with pytest.raises(Conflict, match=r"error\.closing\.part_first"):
        close(db, getattr(pair, by), pair.case)

    assert pair.case.closed_on is None


def test_a_case_that_was_closed_over_two_files_is_opened_again_by_its_own_service_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    pair.case.paired_at, pair.case.closed_on = None, clock.today()
    db.flush()

    with pytest.raises(Conflict, match=r"error\.not_paired"):
        cases.reopen(db, pair.vss, pair.case.id, version=pair.case.version)

    assert cases.reopen(db, pair.pp, pair.case.id, version=pair.case.version).closed_on is None


def test_that_she_ended_the_support_is_told_to_nobody_of_the_programme(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    elena, ivo = make.actor(cooperation.vss_id), make.actor(cooperation.pp_id)
    case = make.case(cooperation, elena)

    close(db, elena, case, CloseReason.SHE_ENDED)
    make.file(case, ivo)
    make.assign(case, ivo)

    assert case_lists.closed_for(db, elena, case.id) is CloseReason.SHE_ENDED
    assert case_lists.closed_for(db, ivo, case.id) is CloseReason.OTHER
    assert [one.act for one in case_lists.history(db, ivo, case.id)] == []
    own = {one.act for one in case_lists.history(db, elena, case.id)}
    assert own == {"close_other", "close_she_ended"}


@pytest.mark.parametrize(("days", "key"), [(-1, "error.dates_out_of_order"), (1, "error.dates_out_of_order")])
def test_a_case_closes_between_its_opening_and_today(db: Session, make: Make, days: int, key: str) -> None:
    ivo, case = alone(make)

    with pytest.raises(Invalid, match=key):
        close(db, ivo, case, days=days)


def meeting(db: Session, make: Make, pair: Pair, days: int, state: MeetingState) -> Meeting:
    found = make.meeting(pair)
    found.planned_at = clock.now() + timedelta(days=days)
    found.state = state
    db.flush()
    return found


def test_my_list_names_the_last_meeting_held_and_the_next_one(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting(db, make, pair, -60, MeetingState.AGREED)
    last = meeting(db, make, pair, -30, MeetingState.CLOSED)
    meeting(db, make, pair, -10, MeetingState.MISSED)
    coming = meeting(db, make, pair, 10, MeetingState.INVITED)
    meeting(db, make, pair, 40, MeetingState.PLANNED)

    row = case_lists.list_mine(db, pair.vss).rows[0]

    assert (row.last_at, row.next_at) == (last.planned_at, coming.planned_at)


def test_my_list_is_searched_by_code_file_number_and_the_names_of_my_own_file(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    pair.vss_file.reference = "AH 77"
    make.subject(pair.vss_file, name="Mara Fictional")

    def codes(actor: Actor, search: str) -> list[str]:
        return [row.code for row in case_lists.list_mine(db, actor, Asked(search)).rows]

    for search in (pair.case.code.lower(), "ah 77", "mara"):
        assert codes(pair.vss, search) == [pair.case.code]
    for search in ("ah 77", "mara", "%", "_"):
        assert codes(pair.pp, search) == []


def test_my_list_is_sorted_cut_and_counted(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)
    old, new = (
        cases.open(
            db, ivo, cooperation_id=cooperation.id, code=code, opened_on=clock.today() - timedelta(days=ago)
        )
        for code, ago in (("K-2027-001", 9), ("K-2027-002", 1))
    )
    cases.close(db, ivo, old.id, reason=CloseReason.OTHER, closed_on=clock.today(), version=old.version)
    third = cases.open(
        db, ivo, cooperation_id=cooperation.id, code="K-2027-003", opened_on=clock.today() - timedelta(days=5)
    )

    def ids(sort: str) -> list[object]:
        return [row.id for row in case_lists.list_mine(db, ivo, Asked(sort=sort)).rows]

    assert ids("opened") == ids("code") == ids("next") == ids("last") == [new.id, third.id]
    assert case_lists.list_mine(db, ivo, Asked(limit=1)).total == 2
    assert [row.id for row in case_lists.list_mine(db, ivo, state=State.CLOSED).rows] == [old.id]


def test_the_list_takes_the_same_number_of_statements_however_many_cases(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    ivo = make.actor(cooperation.pp_id)

    def number() -> int:
        with statements(db) as told:
            case_lists.list_mine(db, ivo, Asked("K"))
        return len(told)

    cases.open(db, ivo, cooperation_id=cooperation.id)
    with_one = number()
    for _ in range(20):
        cases.open(db, ivo, cooperation_id=cooperation.id)

    assert number() == with_one <= 5


def test_history_shows_the_joint_acts_of_both_and_the_own_ones_only_to_their_service(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    note = make.note(pair.vss_file, pair.vss)
    files.add_note(
        db, pair.vss, pair.case.id, topic="her_account", text_="x", source="", written_on=clock.today()
    )
    share(db, pair.vss, note.id, "for you")

    theirs = {(line.subject, line.act) for line in case_lists.history(db, pair.pp, pair.case.id)}
    ours = {(line.subject, line.act) for line in case_lists.history(db, pair.vss, pair.case.id)}

    assert theirs == {("joint_item", "share")}
    assert ours == {("joint_item", "share"), ("file_note", "share"), ("file_note", "add")}


def test_events_hold_ids_and_keys_and_no_text(db: Session, make: Make) -> None:
    pair = make.pair()

    describe(db, pair.pp, pair.case, is_in_target=False, target_reason="Mara Fictional")

    happened = db.scalars(select(Event).where(Event.case_id == pair.case.id)).one()
    assert "Mara" not in " ".join(str(value) for value in vars(happened).values())
    assert repr(pair.pp_file) == f"<{CaseFile.__name__} {pair.pp_file.id}>"


def test_who_only_answered_reads_nothing_of_the_case_before_both_confirmed(db: Session, make: Make) -> None:
    cooperation = make.cooperation()
    cooperation.identification = "initials"
    vss, pp = make.actor(cooperation.vss_id), make.actor(cooperation.pp_id)
    case = cases.open(db, vss, cooperation_id=cooperation.id)
    describe(db, vss, case, target_reason="She said so")
    db.add(TPoint(case_id=case.id, label="T0", due_on=clock.today()))
    asked = requests.ask(db, vss, case.id, identification="M.K.")
    requests.answer(db, pp, asked.id, answer=Answer.PARALLEL_FILE, version=asked.version)

    assert {one.kind for one in case_lists.history(db, pp, case.id)} <= {ServiceKind.PP}
    assert not access.is_open_to(pp, case)
    assert phases.overview(db, pp, case.id).history == ()
    assert t_points.moves(db, pp, case.id) == []
    assert all(one.on is None for one in t_points.of_case(db, pp, case.id))
    with pytest.raises(Conflict, match=r"error\.not_paired"):
        describe(db, pp, case)

    requests.confirm(db, vss, case.id)
    requests.confirm(db, pp, case.id)

    assert access.is_open_to(pp, case)
    assert len(phases.overview(db, pp, case.id).history) == 1
    assert t_points.of_case(db, pp, case.id)[0].on == clock.today()
    # Since when she was in touch stays with those whom she told.
    assert {(one.kind, one.act) for one in case_lists.history(db, pp, case.id)} == {
        (ServiceKind.PP, "confirm"),
        (ServiceKind.PP, "pair"),
    }
