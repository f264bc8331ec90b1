"""A small world in which every cell of the table of access can be tried: records of each kind, people of each role.

Each act is the real operation, or the statement that every reading operation starts from.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content.access_rules import Act, HeldBy, Relation, Space
from core.content.meeting_kinds import Entry
from core.errors import Conflict, NotAllowed, NotFound
from core.lists import Asked
from core.locale import Words
from core.models import (
    Agreement,
    AgreementRole,
    Attendance,
    Barred,
    BreakGlass,
    BreakGlassGround,
    Case,
    CloseReason,
    Cooperation,
    Departure,
    EmergencyGround,
    EmergencyOpening,
    ErasureGround,
    Guest,
    HoldGround,
    JointItem,
    Meeting,
    PathEntry,
    PersonRequest,
    PhaseEntry,
    Release,
    ReleasedEntry,
    RequestKind,
    Role,
    ServiceExport,
    ServiceKind,
    StepState,
    SubjectKind,
)
from core.operations import (
    access_log,
    action_plans,
    agreement_approvals,
    agreement_drafts,
    agreement_texts,
    agreements,
    assignments,
    attended_days,
    break_glass,
    cases,
    consents,
    cooperations,
    copies,
    copy_choices,
    erasures,
    exports,
    files,
    glossary_terms,
    guest_cases,
    guests,
    holds,
    invitations,
    joint_items,
    joint_spaces,
    meetings,
    minutes,
    minutes_documents,
    papers_for_him,
    path_entries,
    path_releases,
    people,
    person_requests,
    phases,
    plan_documents,
    protocols,
    registers,
    releases,
    requests,
    responses,
    seals,
    service_exports,
    services,
    t_points,
    tables,
)
from core.operations.access_log import Wanted
from core.operations.action_plans import ActionState
from core.operations.cases import Known
from core.operations.consents import Said
from core.operations.files import Contacts
from core.operations.releases import Basis, Terms
from core.operations.requests import Answer
from core.operations.service_exports import ExportGround
from tests import agreement_steps as steps
from tests.copies import choose_all
from tests.core import closing_world, digital_world, episode_world, notice_world, risk_world
from tests.make import Make, Pair, consented, release_entry, share

WORDS = Words("en", "UTC")
SIDES = (ServiceKind.PP, ServiceKind.VSS)
HERS, HIS = ServiceKind.VSS, ServiceKind.PP


@dataclass
class Side:
    """What one service holds in the case."""

    service_id: UUID
    keeper: Actor
    ids: dict[str, UUID] = field(default_factory=dict)


@dataclass
class World:
    """One case, whose joint space is closed or open, with a record of every kind."""

    db: Session
    make: Make
    space: Space
    pair: Pair
    sides: dict[ServiceKind, Side]
    ids: dict[str, UUID]
    alone: UUID
    agency: UUID
    stranger_service: dict[ServiceKind, UUID]
    words: Words = WORDS
    people: dict[tuple[Role, Relation, ServiceKind, bool], Actor] = field(default_factory=dict)

    def actor(self, role: Role, relation: Relation, side: ServiceKind, held_by: HeldBy) -> Actor:
        """Somebody in this role who stands so to a record that this side holds; the same person each time."""
        key = (role, relation, side, held_by is HeldBy.ASKER)
        if key not in self.people:
            self.people[key] = self._person(role, relation, side, held_by)
        return self.people[key]

    def _person(self, role: Role, relation: Relation, side: ServiceKind, held_by: HeldBy) -> Actor:
        if held_by is HeldBy.ASKER and relation is Relation.OFFICE:
            return self.make.actor(self.sides[HERS].service_id, role)
        opposite = HERS if side is HIS else HIS
        if relation is Relation.GUEST:
            return self._guest(role)
        where = {
            Relation.OTHER: self.sides[opposite].service_id,
            Relation.STRANGER: self.stranger_service[side],
        }.get(relation, self.sides[side].service_id)
        actor = self.make.actor(where, role)
        if relation in {Relation.OWN, Relation.OTHER, Relation.JOINT}:
            self.make.assign(self.pair.case, actor)
            for held in self.sides.values():
                self.make.assign(cases.find(self.db, held.keeper, held.ids["alone"]), actor)
            if "closed" in self.ids:
                self.make.assign(cases.find(self.db, self.pair.pp, self.ids["closed"]), actor)
        return actor

    def _guest(self, role: Role) -> Actor:
        actor = self.make.actor(self.agency, role)
        let_in = self.make.guest(self.pair.case)
        for record in self.db.query(Guest).filter_by(person_id=let_in.person_id):
            record.person_id = actor.person_id
        self.db.flush()
        return actor


def build(db: Session, make: Make, space: Space) -> World:
    """The case and its records; with `RELEASED` what each side wrote is shared, with `OPEN` it is taken back."""
    pair = make.pair()
    _name_managers(db, pair)  # before anything is shared: what is shared stays with the roles named by then
    cooperation = db.get_one(Cooperation, pair.case.cooperation_id)
    cooperation.identification = "initials"
    sides = {
        HIS: Side(pair.pp.service_id, pair.pp),
        HERS: Side(pair.vss.service_id, pair.vss),
    }
    phases.begin(db, pair.pp, pair.case)
    make.t_point(pair, "T0", clock.today())
    agency = make.service(ServiceKind.POLICE).id
    for kind, side in sides.items():
        _fill(db, make, pair, kind, side, space)
    meeting, table = make.meeting(pair), make.table(pair)
    meeting.place = "The town hall"
    seat = Attendance(person_id=pair.pp.person_id, service_id=pair.pp.service_id)
    seat.meeting_id = meeting.id
    db.add(seat)
    held = make.table(pair)
    tables.close(db, pair.pp, held.id)
    police = make.action(pair, make.actor(agency, Role.GUEST))
    make.guest(pair.case)
    opening = EmergencyOpening(
        case_id=pair.case.id,
        opened_by=pair.pp.person_id,
        service_id=pair.pp.service_id,
        ground=EmergencyGround.ADULT,
        reason="",
        until_at=clock.now() - timedelta(hours=1),
    )
    db.add(opening)
    make.agreement_in_force(pair)
    draft = steps.case_draft(db, pair)
    of_managements = steps.organisation_draft(db, _managers(make, cooperation))
    for side in sides.values():
        side.ids["alone"] = make.case(cooperation, side.keeper).id
    alone = cases.find(db, pair.pp, sides[HIS].ids["alone"])
    phases.begin(db, pair.pp, alone)
    request = requests.ask(db, pair.pp, alone.id, identification="A. B., 1990")
    elsewhere = make.cooperation()
    assessments = risk_world.build(db, pair, space)
    digital_world.build(db, pair)
    ends = closing_world.build(db, pair)
    for side in sides.values():
        side.ids |= episode_world.build(db, pair, side.keeper, space)
        side.ids |= closing_world.steps(db, pair, side.keeper, ends["closing"])
    for kind, made in notice_world.build(db, pair, space).items():
        sides[kind].ids |= made
    db.flush()
    if space is Space.CLOSED:
        _end(db, pair)
    world = World(
        db=db,
        make=make,
        space=space,
        pair=pair,
        sides=sides,
        ids={
            "meeting": meeting.id,
            "item": table.items[0].id,
            "held": held.id,
            "police": police.id,
            "opening": opening.id,
            "draft": draft.id,
            "of_managements": of_managements.id,
            "request": request.id,
            **assessments,
            **ends,
        },
        alone=alone.id,
        agency=agency,
        stranger_service={HIS: elsewhere.pp_id, HERS: elsewhere.vss_id},
    )
    _fill_erasures(db, make, world)
    return world


def _managers(make: Make, cooperation: Cooperation) -> steps.Managers:
    return steps.Managers(
        cooperation,
        make.actor(cooperation.pp_id, Role.MANAGER),
        make.actor(cooperation.vss_id, Role.MANAGER),
    )


def _fill(  # noqa: PLR0917
    db: Session, make: Make, pair: Pair, kind: ServiceKind, side: Side, space: Space
) -> None:
    is_hers = kind is HERS
    file = pair.vss_file if is_hers else pair.pp_file
    subject = make.subject(file, SubjectKind.HER if is_hers else SubjectKind.HIM, name="Somebody")
    note = make.note(file, side.keeper, "her_account" if is_hers else "attendance")
    item = share(db, side.keeper, note.id, "Said")
    is_seen = space is not Space.OPEN
    entry = make.path_entry(
        pair, side.keeper, "support_began" if is_hers else "intake", is_shared=is_seen and not is_hers
    )
    if is_hers and is_seen:
        release_entry(db, side.keeper, entry)
    if space is Space.OPEN:
        joint_items.withdraw(db, side.keeper, item.id)
        kept = share(db, side.keeper, note.id, "To be taken back")
        side.ids["own_item"] = kept.id
    consent = consented(db, side.keeper, subject, "meetings")
    if is_hers:
        side.ids["release"] = _ask_without_consent(db, side.keeper, note.id, subject.id)
    _fill_rights(db, make, pair, side, subject.id)
    barred = make.barred(file, side.keeper, subject, kind=Barred.CONTACT, whom="Nobody Known")
    departure = Departure(
        service_id=side.service_id,
        person_id=side.keeper.person_id,
        case_id=pair.case.id,
        kind="minutes",
        recipient="joint",
    )
    db.add(departure)
    if not is_hers:
        side.ids["attended"] = make.attended(file, side.keeper).id
    db.flush()
    side.ids |= {
        "barred": barred.id,
        "departure": departure.id,
        "consent": consent.id,
        "file": file.id,
        "subject": subject.id,
        "note": note.id,
        "item": item.id,
        "entry": entry.id,
        "action": make.action(pair, side.keeper).id,
        "response": make.response(file, side.keeper).id,
    }


def _fill_rights(db: Session, make: Make, pair: Pair, side: Side, subject_id: UUID) -> None:
    """What a service keeps longer, was asked for, and a file that was opened; and a case whose erasure is asked for."""
    keeper, case_id = side.keeper, pair.case.id
    hold = holds.keep(
        db, keeper, case_id, part="own_file", ground=HoldGround.COURT, reason="A trial", until=None
    )
    asked = person_requests.record(
        db, keeper, subject_id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    choose_all(db, keeper, asked)
    asked.checked_by = keeper.person_id
    opener = make.actor(side.service_id)
    opening = break_glass.open_file(
        db, opener, typed=pair.case.code, ground=BreakGlassGround.OTHER, reason="She called"
    )
    side.ids |= {"hold": hold.id, "asked": asked.id, "opening_of_file": opening.id}


def _fill_erasures(db: Session, make: Make, world: World) -> None:
    """A closed case of the same two services, with an erasure asked for by each side, and one of what both hold."""
    other = make.pair_of(world.pair, is_agreed=False)
    for kind, file in ((HIS, other.pp_file), (HERS, other.vss_file)):
        make.note(file, world.sides[kind].keeper)
    meeting = make.meeting(other)
    meeting.planned_at = clock.now() - timedelta(days=9000)
    other.case.closed_on = clock.today() - timedelta(days=4000)
    db.flush()
    for side in world.sides.values():
        own = erasures.ask(
            db, side.keeper, other.case.id, parts=["own_file"], ground=ErasureGround.TIME_IS_OVER, reason="So"
        )
        lead = make.actor(side.service_id, Role.MANAGER)
        joint = erasures.ask(
            db, lead, other.case.id, parts=["meetings"], ground=ErasureGround.TIME_IS_OVER, reason="So"
        )
        leaving = service_exports.ask(
            db, make.actor(side.service_id, Role.MANAGER), ground=ExportGround.MOVES
        )
        side.ids |= {"erasure": own.id, "joint_erasure": joint.id, "leaving": leaving.id}
    world.ids["closed"] = other.case.id


def _ask_without_consent(db: Session, keeper: Actor, note_id: UUID, about_id: UUID) -> UUID:
    """Something that waits for a second person."""
    why = "He has a weapon and waits before her door."
    terms = Terms(about_id, "risk_assessment", Basis.DANGER, why)
    seen = joint_items.preview(db, keeper, note_id, text_="Waits", terms=terms).digest
    item = joint_items.share(db, keeper, note_id, text_="Waits", terms=terms, seen=seen)
    return db.scalars(select(Release.id).where(Release.item_id == item.id)).one()


def _name_managers(db: Session, pair: Pair) -> None:
    """The agreement of this world names every role that one can name."""
    for agreement in db.scalars(access.case_agreements_in_force().where(Agreement.case_id == pair.case.id)):
        db.add(AgreementRole(agreement_id=agreement.id, role=Role.MANAGER))
    db.flush()


def _end(db: Session, pair: Pair) -> None:
    for agreement in db.scalars(access.case_agreements_in_force().where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()


Try = Callable[[World, Actor, ServiceKind], object]


def _sees(statement: Callable[[Actor], Select[object]], key: str) -> Try:
    """The record of the side is among those that the statement shows."""

    def act(world: World, actor: Actor, side: ServiceKind) -> object:
        wanted = world.sides[side].ids.get(key) or world.ids.get(key)
        assert wanted is not None
        return access.find(world.db, statement(actor), wanted)

    return act


def _rows(statement: Callable[[Actor], Select[object]], column: Callable[[World], object]) -> Try:
    """The statement shows any record of the case."""

    def act(world: World, actor: Actor, side: ServiceKind) -> object:
        found = world.db.scalars(statement(actor).where(column(world))).first()  # type: ignore[arg-type]
        if found is None:
            raise NotFound
        return found

    return act


def _read_case(world: World, actor: Actor, _side: ServiceKind) -> object:
    """The case with all its frame, or for a guest what they see of it."""
    seen = [one for one in guest_cases.of_guest(world.db, actor) if one.id == _case(world)]
    return seen[0] if seen else cases.find(world.db, actor, _case(world))


def _read_assignments(world: World, actor: Actor, side: ServiceKind) -> object:
    found = world.db.scalars(access.visible_assignments(actor)).all()
    if not any(one.case_id == world.pair.case.id for one in found):
        raise NotFound
    return found


def _describe(world: World, actor: Actor, _side: ServiceKind) -> object:
    return cases.describe(
        world.db,
        actor,
        world.pair.case.id,
        living_together=Known.NO,
        children_count=1,
        is_in_target=True,
        target_reason="",
        exclusions=(),
        exclusions_reason="",
        version=world.pair.case.version,
    )


def _assign(world: World, actor: Actor, side: ServiceKind) -> object:
    colleague = world.make.actor(world.sides[side].service_id)
    if actor.service_id != world.sides[side].service_id:
        raise NotFound  # nobody can name a person of the other service
    return assignments.assign(world.db, actor, world.pair.case.id, person_id=colleague.person_id)


def _answer_draft(key: str, name: str) -> Try:
    def act(world: World, actor: Actor, _side: ServiceKind) -> object:
        agreement = world.db.get_one(Agreement, world.ids[key])
        was = {name: agreement.answers.get(name, "")}
        return agreement_drafts.answer(
            world.db, actor, agreement.id, answers={name: "Something else"}, was=was
        )

    return act


def _revise_subject(world: World, actor: Actor, side: ServiceKind) -> object:
    wanted = world.sides[side].ids["subject"]
    return files.revise_subject(world.db, actor, wanted, contacts=Contacts(name="Another"), version=1)


def _revise_note(world: World, actor: Actor, side: ServiceKind) -> object:
    return files.revise_note(
        world.db,
        actor,
        world.sides[side].ids["note"],
        topic="her_account" if actor.kind is HERS else "attendance",
        text_="Another text",
        source="",
        written_on=clock.today(),
        version=1,
    )


def _own_item(world: World, side: ServiceKind) -> UUID:
    """One that is shared still."""
    return world.sides[side].ids.get("own_item", world.sides[side].ids["item"])


def _version(meeting: Meeting | None) -> int:
    return meeting.version if meeting else 1


def _move_meeting(world: World, actor: Actor, _side: ServiceKind) -> object:
    return meetings.move(
        world.db,
        actor,
        world.ids["meeting"],
        planned_at=clock.now() + timedelta(days=9),
        reason="Another day",
        version=_version(world.db.get(Meeting, world.ids["meeting"])),
    )


def _invite_guest(world: World, actor: Actor, _side: ServiceKind) -> object:
    guest = world.make.actor(world.agency, Role.GUEST)
    return guests.invite(world.db, actor, world.pair.case.id, person_id=guest.person_id, until=clock.today())


def _case(world: World) -> UUID:
    return world.pair.case.id


def _cooperation(world: World) -> UUID:
    return world.pair.case.cooperation_id


def _action(world: World, actor: Actor, side: ServiceKind) -> UUID:
    return world.ids["police"] if actor.has(Role.GUEST) else world.sides[side].ids["action"]


def _read_request(world: World, actor: Actor, _side: ServiceKind) -> object:
    return access.find(world.db, access.visible_requests(actor), world.ids["request"])


def _set_reference(world: World, actor: Actor, side: ServiceKind) -> object:
    if actor.service_id != world.sides[side].service_id:
        raise NotFound  # the operation knows the own file only: there is no way to name the other's
    return files.set_reference(world.db, actor, _case(world), reference="TPM-1", version=1)


def _read_item(world: World, actor: Actor, side: ServiceKind) -> object:
    key = world.sides[side].ids["item"]
    if world.space is Space.OPEN and actor.service_id == world.sides[side].service_id:
        key = _own_item(world, side)
    return access.find(world.db, access.visible_joint_items(actor), key)


def _share_note(world: World, actor: Actor, side: ServiceKind) -> object:
    held = world.sides[side].ids
    agreed = Terms(held["subject"], "risk_assessment")
    seen = joint_items.preview(world.db, actor, held["note"], text_="X", terms=agreed).digest
    return joint_items.share(world.db, actor, held["note"], text_="X", terms=agreed, seen=seen)


def _share_entry(world: World, actor: Actor, side: ServiceKind) -> object:
    """His is shared by hand; something of hers is released."""
    held = world.sides[side].ids
    entry = world.db.get_one(PathEntry, held["entry"])
    if side is HIS:
        entry.is_shared = False
        world.db.flush()
        return path_entries.share(world.db, actor, entry.id, version=entry.version)
    for item_id in world.db.scalars(select(ReleasedEntry.item_id).where(ReleasedEntry.entry_id == entry.id)):
        world.db.get_one(JointItem, item_id).withdrawn_at = clock.now()
    world.db.flush()
    agreed = Terms(held["subject"], "risk_assessment")
    seen = path_releases.preview(world.db, actor, entry.id, text_="X", terms=agreed).digest
    return path_releases.release(world.db, actor, entry.id, text_="X", terms=agreed, seen=seen)


def _export_plan(world: World, actor: Actor, side: ServiceKind) -> object:
    """A plan that holds the action of this side."""
    plan = action_plans.list_of_case(world.db, actor, _case(world))
    if world.sides[side].ids["action"] not in {one.id for one in plan}:
        raise NotFound
    return plan_documents.document(world.db, actor, _case(world), words=world.words)


def _own_only(act: Try) -> Try:
    """For an operation that knows the own service's side alone: there is no way to name the other's."""

    def tried(world: World, actor: Actor, side: ServiceKind) -> object:
        if actor.service_id != world.sides[side].service_id:
            raise NotFound
        return act(world, actor, side)

    return tried


def _keep_longer(world: World, actor: Actor, _side: ServiceKind) -> object:
    ground = HoldGround.COURT
    return holds.keep(world.db, actor, world.ids["closed"], part="", ground=ground, reason="So", until=None)


def _ask_erasure(*parts: str) -> Try:
    def act(world: World, actor: Actor, _side: ServiceKind) -> object:
        ground = ErasureGround.TIME_IS_OVER
        return erasures.ask(world.db, actor, world.ids["closed"], parts=parts, ground=ground, reason="So")

    return act


def _refuse_erasure(key: str) -> Try:
    """The way to decide that leaves everything where it is."""
    return lambda w, a, s: erasures.refuse(w.db, a, w.sides[s].ids[key], reason="No", version=1)


def _ask_to_leave(world: World, actor: Actor, side: ServiceKind) -> object:
    world.db.get_one(ServiceExport, world.sides[side].ids["leaving"]).ended_at = clock.now()
    world.db.flush()
    return service_exports.ask(world.db, actor, ground=ExportGround.LEAVES)


def _take_everything(world: World, actor: Actor, side: ServiceKind) -> object:
    """The two who signed it take it: whoever tries is made one of them."""
    wanted = world.sides[side].ids["leaving"]
    if export := world.db.get(ServiceExport, wanted):
        export.confirmed_by = actor.person_id
        world.db.flush()
    with TemporaryDirectory() as folder:
        service_exports.make(world.db, actor, wanted, folder=Path(folder), words=world.words)
        return service_exports.document(world.db, actor, wanted, folder=Path(folder))


def _read_person_request(world: World, actor: Actor, side: ServiceKind) -> object:
    found = access.find(world.db, access.visible_person_requests(actor), world.sides[side].ids["asked"])
    assert found.id in {one.id for one in person_requests.register(world.db, actor)}
    return found


def _version_of(record: PersonRequest | BreakGlass | ServiceExport | None) -> int:
    return record.version if record else 1


def _asked(world: World, side: ServiceKind) -> tuple[UUID, int]:
    """The request of a side, and how often it was saved."""
    wanted = world.sides[side].ids["asked"]
    return wanted, _version_of(world.db.get(PersonRequest, wanted))


def _extend(world: World, actor: Actor, side: ServiceKind) -> object:
    wanted, version = _asked(world, side)
    return person_requests.extend(world.db, actor, wanted, reason="More time", version=version)


def _check_copy(world: World, actor: Actor, side: ServiceKind) -> object:
    wanted, version = _asked(world, side)
    return copy_choices.check(world.db, actor, wanted, version=version)


def _answer(world: World, actor: Actor, side: ServiceKind) -> object:
    wanted = world.sides[side].ids["response"]
    return responses.answer(world.db, actor, wanted, question="emotional", value="never", version=0)


def _open_file(world: World, actor: Actor, _side: ServiceKind) -> object:
    """Whoever works on the case already has nothing to open."""
    ground, code = BreakGlassGround.CHILD, world.pair.case.code
    try:
        return break_glass.open_file(world.db, actor, typed=code, ground=ground, reason="A child")
    except Conflict as refused:  # who works on it needs no emergency, and is told so
        raise NotAllowed(refused.key) from refused


def _review(world: World, actor: Actor, side: ServiceKind) -> object:
    wanted = world.sides[side].ids["opening_of_file"]
    version = _version_of(world.db.get(BreakGlass, wanted))
    return break_glass.review(world.db, actor, wanted, was_right=True, finding="", version=version)


def _close_alone(world: World, actor: Actor, side: ServiceKind) -> object:
    """What both confirmed they end together: that is the end's own kind."""
    wanted = world.sides[side].ids["alone"]
    case = world.db.get(Case, wanted)
    return cases.close(
        world.db,
        actor,
        wanted,
        reason=CloseReason.OTHER,
        closed_on=clock.today(),
        version=case.version if case else 1,
    )


def _send_invitation(world: World, actor: Actor, _side: ServiceKind) -> object:
    version = _version(world.db.get(Meeting, world.ids["meeting"]))
    return meetings.invite(world.db, actor, world.ids["meeting"], version=version)


def _approve_draft(key: str) -> Try:
    """A draft in which nothing is missing, by a side that has not approved it."""

    def act(world: World, actor: Actor, _side: ServiceKind) -> object:
        agreement, wanted = world.db.get(Agreement, world.ids[key]), world.ids[key]
        if agreement is not None:
            lead = world.make.actor(world.pair.pp.service_id, Role.MANAGER)
            steps.complete(world.db, world.pair.pp if agreement.case_id else lead, agreement)
        number = agreement_texts.newest_version(world.db, wanted)
        return agreement_approvals.approve(world.db, actor, wanted, number=number.number if number else 1)

    return act


def _export_draft(key: str) -> Try:
    return lambda w, a, _: agreement_texts.document(w.db, a, w.ids[key])


def _search_log(world: World, actor: Actor, _side: ServiceKind) -> object:
    found = access_log.search(world.db, actor, Asked(), wanted=Wanted())
    if not found.total:
        raise NotFound
    return found


def _take_log(world: World, actor: Actor, _side: ServiceKind) -> object:
    return exports.table(
        world.db,
        actor,
        partial(access_log.search, wanted=Wanted()),
        what="log",
        asked=Asked(),
        heads=["Act"],
        cells=lambda line: [line.act],
        form="csv",
    )


def _read_protocol(world: World, actor: Actor, _side: ServiceKind) -> object:
    """Administrators read the newest one on its page, workers the one in which they walk."""
    if actor.has(Role.ADMINISTRATOR):
        return protocols.newest(world.db, actor)
    return protocols.of_cooperation(world.db, cooperations.find(world.db, actor, _cooperation(world)))


#: (kind, act): the operation; kinds that each side holds are tried with a record of each.
TRIES: dict[tuple[str, Act], Try] = {
    ("case", Act.READ): _read_case,
    ("case", Act.WRITE): _describe,
    ("case", Act.APPROVE): _close_alone,
    ("phase", Act.READ): _rows(access.visible_phase_entries, lambda w: PhaseEntry.case_id == _case(w)),
    ("phase", Act.WRITE): lambda w, a, _: phases.enter(
        w.db, a, _case(w), phase="first_joint", reason="We go on", version=w.pair.case.version
    ),
    ("step", Act.READ): lambda w, a, _: phases.overview(w.db, a, _case(w)),
    ("step", Act.WRITE): lambda w, a, _: phases.mark_step(
        w.db, a, _case(w), phase="first_joint", step="risk_discussed", state=StepState.DONE, reason="So"
    ),
    ("t_point", Act.READ): lambda w, a, _: t_points.of_case(w.db, a, _case(w)),
    ("t_point", Act.WRITE): lambda w, a, _: t_points.set_dates(
        w.db, a, _case(w), dates={"T1": clock.today() + timedelta(days=9)}
    ),
    ("assignment", Act.READ): _read_assignments,
    ("assignment", Act.WRITE): _assign,
    ("file_request", Act.READ): _read_request,
    ("file_request", Act.WRITE): lambda w, a, _: requests.ask(w.db, a, w.alone, identification="C. D., 1991"),
    ("file_request", Act.APPROVE): lambda w, a, _: requests.answer(
        w.db, a, w.ids["request"], answer=Answer.NONE, version=1
    ),
    ("case_file", Act.READ): _sees(access.visible_files, "file"),
    ("case_file", Act.WRITE): _set_reference,
    ("his_identity", Act.READ): _sees(access.visible_subjects, "subject"),
    ("his_identity", Act.WRITE): _revise_subject,
    ("her_contacts", Act.READ): _sees(access.visible_subjects, "subject"),
    ("her_contacts", Act.WRITE): _revise_subject,
    ("his_note", Act.READ): _sees(access.visible_notes, "note"),
    ("his_note", Act.WRITE): _revise_note,
    ("his_note", Act.SHARE): _share_note,
    ("her_note", Act.READ): _sees(access.visible_notes, "note"),
    ("her_note", Act.WRITE): _revise_note,
    ("her_note", Act.SHARE): _share_note,
    ("consent", Act.READ): _sees(access.visible_consents, "consent"),
    ("consent", Act.WRITE): lambda w, a, s: consents.record(
        w.db, a, w.sides[s].ids["subject"], purpose="meetings", said=Said(asked_on=clock.today())
    ),
    ("release", Act.READ): _sees(access.visible_releases, "release"),
    ("release", Act.APPROVE): lambda w, a, s: releases.confirm(w.db, a, w.sides[s].ids["release"], version=1),
    ("must_not_receive", Act.READ): _sees(access.visible_must_not_receive, "barred"),
    ("must_not_receive", Act.WRITE): lambda w, a, s: registers.end(
        w.db, a, w.sides[s].ids["barred"], version=1
    ),
    ("attended_day", Act.READ): _sees(access.visible_attended_days, "attended"),
    ("attended_day", Act.WRITE): lambda w, a, s: attended_days.remove(w.db, a, w.sides[s].ids["attended"]),
    ("attended_day", Act.EXPORT): lambda w, a, _: papers_for_him.attendance(w.db, a, _case(w), words=w.words),
    ("departure", Act.READ): _sees(access.visible_departures, "departure"),
    ("his_answers", Act.READ): _sees(access.visible_responses, "response"),
    ("his_answers", Act.WRITE): _answer,
    ("her_answers", Act.READ): _sees(access.visible_responses, "response"),
    ("her_answers", Act.WRITE): _answer,
    ("joint_item", Act.READ): _read_item,
    ("joint_item", Act.WRITE): lambda w, a, s: joint_items.withdraw(w.db, a, _own_item(w, s)),
    ("path_entry", Act.READ): _sees(access.visible_path_entries, "entry"),
    ("path_entry", Act.WRITE): lambda w, a, s: path_entries.remove(
        w.db, a, w.sides[s].ids["entry"], reason="A slip", version=1
    ),
    ("path_entry", Act.SHARE): _share_entry,
    ("meeting", Act.READ): lambda w, a, _: invitations.find(w.db, a, w.ids["meeting"]),
    ("meeting", Act.WRITE): _move_meeting,
    ("meeting", Act.INVITE): _send_invitation,
    ("meeting", Act.EXPORT): lambda w, a, _: invitations.document(w.db, a, w.ids["meeting"], words=w.words),
    ("minutes", Act.READ): lambda w, a, _: minutes.of_meeting(w.db, a, w.ids["held"]),
    ("minutes", Act.WRITE): lambda w, a, _: tables.write_item(
        w.db, a, w.ids["item"], entry=Entry.FACTS, text="Seen on Friday", seen=""
    ),
    ("minutes", Act.APPROVE): lambda w, a, _: minutes.agree(w.db, a, w.ids["held"], number=1),
    ("minutes", Act.EXPORT): lambda w, a, _: minutes_documents.document(
        w.db, a, w.ids["held"], words=w.words
    ),
    ("action", Act.READ): lambda w, a, s: action_plans.find(w.db, a, _action(w, a, s)),
    ("action", Act.WRITE): lambda w, a, s: action_plans.set_state(
        w.db, a, w.sides[s].ids["action"], state=ActionState.DONE, version=1
    ),
    ("action", Act.EXPORT): _export_plan,
    ("case_agreement", Act.READ): lambda w, a, _: agreements.find(w.db, a, w.ids["draft"]),
    ("case_agreement", Act.WRITE): _answer_draft("draft", "channels"),
    ("case_agreement", Act.APPROVE): _approve_draft("draft"),
    ("case_agreement", Act.EXPORT): _export_draft("draft"),
    ("guest", Act.READ): _rows(access.visible_guests, lambda w: Guest.case_id == _case(w)),
    ("guest", Act.INVITE): _invite_guest,
    ("emergency_opening", Act.READ): _sees(access.visible_emergencies, "opening"),
    ("emergency_opening", Act.WRITE): lambda w, a, _: joint_spaces.close_emergency(
        w.db, a, w.ids["opening"], version=1
    ),
    ("emergency_opening", Act.APPROVE): lambda w, a, _: joint_spaces.see_emergency(
        w.db, a, w.ids["opening"], version=1
    ),
    ("cooperation", Act.READ): lambda w, a, _: cooperations.find(w.db, a, _cooperation(w)),
    ("cooperation", Act.WRITE): lambda w, a, _: glossary_terms.add(
        w.db, a, _cooperation(w), term="A word", meaning="What it means"
    ),
    ("organisation_agreement", Act.READ): lambda w, a, _: agreements.find(w.db, a, w.ids["of_managements"]),
    ("organisation_agreement", Act.WRITE): _answer_draft("of_managements", "territory"),
    ("organisation_agreement", Act.APPROVE): _approve_draft("of_managements"),
    ("organisation_agreement", Act.EXPORT): _export_draft("of_managements"),
    ("log", Act.READ): _search_log,
    ("log", Act.EXPORT): _take_log,
    ("retention", Act.READ): _sees(access.visible_holds, "hold"),
    ("retention", Act.WRITE): _own_only(_keep_longer),
    ("erasure", Act.READ): _sees(access.visible_erasures, "erasure"),
    ("erasure", Act.WRITE): _own_only(_ask_erasure("own_file")),
    ("erasure", Act.APPROVE): _refuse_erasure("erasure"),
    ("joint_erasure", Act.READ): lambda w, a, s: erasures.find(w.db, a, w.sides[s].ids["joint_erasure"]),
    ("joint_erasure", Act.WRITE): _ask_erasure("meetings"),
    ("joint_erasure", Act.APPROVE): _refuse_erasure("joint_erasure"),
    ("person_request", Act.READ): _read_person_request,
    ("person_request", Act.WRITE): _extend,
    ("person_request", Act.APPROVE): _check_copy,
    ("person_request", Act.EXPORT): lambda w, a, s: copies.document(
        w.db, a, w.sides[s].ids["asked"], words=w.words
    ),
    ("service_export", Act.READ): lambda w, a, s: service_exports.find(w.db, a, w.sides[s].ids["leaving"]),
    ("service_export", Act.WRITE): _ask_to_leave,
    ("service_export", Act.APPROVE): lambda w, a, s: service_exports.confirm(
        w.db,
        a,
        w.sides[s].ids["leaving"],
        version=_version_of(w.db.get(ServiceExport, w.sides[s].ids["leaving"])),
    ),
    ("service_export", Act.EXPORT): _take_everything,
    ("break_glass", Act.READ): _sees(access.visible_break_glass, "opening_of_file"),
    ("break_glass", Act.WRITE): _own_only(_open_file),
    ("break_glass", Act.APPROVE): _review,
    ("seal", Act.READ): _own_only(lambda w, a, _: seals.of_case(w.db, a, _case(w))),
    ("seal", Act.WRITE): _own_only(lambda w, a, _: seals.seal(w.db, a, _case(w), reason="A sister")),
    ("account", Act.READ): lambda w, a, _: people.members(w.db, a, a.service_id),
    ("account", Act.ADMINISTER): lambda w, a, _: services.add(
        w.db, a, name=f"Another agency {a.person_id}", kind=ServiceKind.HEALTH
    ),
    ("protocol", Act.READ): _read_protocol,
    ("protocol", Act.ADMINISTER): lambda w, a, _: protocols.begin_draft(w.db, a),
    **risk_world.TRIES,
    **digital_world.TRIES,
    **episode_world.TRIES,
    **notice_world.TRIES,
    **closing_world.TRIES,
}


def is_done(world: World, kind: str, act: Act, actor: Actor, side: ServiceKind) -> bool:
    """Try it, and undo it; a refusal is NotAllowed or NotFound and nothing else."""
    point = world.db.begin_nested()
    try:
        TRIES[kind, act](world, actor, side)
        world.db.flush()
    except (NotAllowed, NotFound):
        return False
    finally:
        point.rollback()
        world.db.expire_all()
    return True


def sides_of(held_by: str) -> Iterator[ServiceKind]:
    """The sides whose record is tried."""
    if held_by in {"pp", "vss"}:
        yield ServiceKind(held_by)
        return
    if held_by == "asker":
        yield HIS
        return
    yield from SIDES
