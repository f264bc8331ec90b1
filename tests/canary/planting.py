"""A case with everything in it, and a canary in every field of hers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import access, clock, keys
from core.access import Actor
from core.content import file_topics
from core.content.access_rules import HeldBy, Relation, Space
from core.content.meeting_kinds import Entry
from core.data_classes import CLASSES
from core.db import Base, Record
from core.models import (
    AgendaItem,
    Answer,
    Barred,
    Basis,
    BreakGlass,
    CaseFile,
    Consent,
    ConsentState,
    ContactField,
    ContactFlag,
    ContactMark,
    Cooperation,
    Departure,
    Erasure,
    FileRequest,
    Hold,
    JointItem,
    Known,
    Meeting,
    PathEntry,
    PersonRequest,
    PhaseEntry,
    Release,
    Role,
    Seal,
    ServiceKind,
    StepMark,
    StepState,
    StrikeGround,
    Subject,
    SubjectKind,
    TPoint,
    TPointMove,
)
from core.operations import joint_items, minutes, phases, strikes, tables, unsent
from core.sealing import KeyMissingError
from tests.canary import (
    finding,
    planting_change,
    planting_closing,
    planting_digital,
    planting_episodes,
    planting_notices,
    planting_risk,
)
from tests.copies import choose_all
from tests.core import access_world
from tests.core.access_world import World
from tests.make import Make, release_entry

#: Her own request to the programme is read there by whoever may answer it, and by nobody else.
ANSWERERS = frozenset({Role.CASE_MANAGER, Role.PARTNER_CONTACT})
#: What was struck out stands nowhere any more, not even on her side.
STRUCK = "struck"
#: What was taken back is read by nobody; the note that it came from stays where it was.
TAKEN_BACK = "taken back"
TAKEN_OUT = "taken out of her path"


@dataclass(frozen=True)
class Canary:
    word: str
    table: str
    column: str
    #: What its record is, for a message that a reader understands.
    what: str
    #: Roles at the programme that are meant to read it.
    open_to: frozenset[Role] = frozenset()


@dataclass
class Planted:
    """The world with the canaries in it."""

    world: World
    canaries: dict[str, Canary] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def word(self, table: str, column: str, what: str, *, open_to: frozenset[Role] = frozenset()) -> str:
        canary = Canary(finding.word(next(self.numbers)), table, column, what, open_to)
        self.canaries[canary.word] = canary
        return canary.word

    def mark(self, record: Record, what: str, *, open_to: frozenset[Role] = frozenset()) -> None:
        """A canary in each column of hers that this record has."""
        table = record.__tablename__
        for column, klass in CLASSES[table].items():
            if klass in {"C5", "C6"}:
                setattr(record, column, self.word(table, column, what, open_to=open_to))

    def forbidden_to(self, roles: frozenset[Role]) -> set[str]:
        return {word for word, canary in self.canaries.items() if not canary.open_to & roles}

    def person(self, role: Role, side: ServiceKind = ServiceKind.PP) -> Actor:
        """Somebody of a service who works on the case in this role."""
        relation = Relation.GUEST if role is Role.GUEST else Relation.OWN
        return self.world.actor(role, relation, side, HeldBy.EACH)


def plant(db: Session, make: Make) -> Planted:
    """Build the case as two services leave it after some months, and plant."""
    planted = Planted(access_world.build(db, make, Space.RELEASED))
    parts = (
        _file,
        _joint_space,
        _meetings,
        _case_of_her_own,
        _question,
        _unsent,
        _rights,
        planting_risk.plant,
        planting_digital.plant,
        planting_change.plant,
        planting_episodes.plant,
        planting_notices.plant,
        planting_closing.plant,
        _his_copy,
    )
    for part in parts:
        part(db, make, planted)
    for role in Role:
        planted.person(role)
    for role in (Role.CASE_MANAGER, Role.CHAIR, Role.MINUTE_TAKER):
        planted.person(role, ServiceKind.VSS)
    db.flush()
    return planted


def _file(db: Session, make: Make, planted: Planted) -> None:
    pair = planted.world.pair
    planted.mark(pair.vss_file, "her file")
    held = db.get_one(Subject, planted.world.sides[ServiceKind.VSS].ids["subject"])
    planted.mark(held, "her")
    planted.ids["her"] = held.id
    answer = Consent(
        subject_id=held.id,
        purpose="risk_assessment",
        state=ConsentState.GIVEN_EXCEPT,
        was_safe=Known.YES,
        asked_on=clock.today(),
        recorded_by=pair.vss.person_id,
    )
    planted.mark(answer, "her consent")
    db.add(answer)
    for whom in (SubjectKind.CHILD, SubjectKind.CHILD, SubjectKind.HIM):
        planted.mark(make.subject(pair.vss_file, whom), f"{whom} as her service knows them")
    for topic in _topics():
        note = make.note(pair.vss_file, pair.vss, topic)
        planted.mark(note, f"note on {topic}")
        planted.ids["note"] = note.id
    _flagged(db, make, planted, held)
    for kind in ("support_began", "episode"):
        planted.mark(make.path_entry(pair, pair.vss, kind), f"unshared {kind} on her path")
    for kind, words in (("moved", ""), ("court", "There is a hearing")):
        entry = make.path_entry(pair, pair.vss, kind)
        planted.mark(entry, f"note beside what was released of {kind} on her path")
        release_entry(db, pair.vss, entry, words)
    back = make.path_entry(pair, pair.vss, "support_paused")
    planted.mark(back, "note beside what was taken back of her path")
    item = release_entry(db, pair.vss, back, planted.word("joint_item", "text", TAKEN_BACK))
    joint_items.withdraw(db, pair.vss, item.id)
    removed = make.path_entry(pair, pair.vss, "episode")
    removed.removed_at = clock.now()
    planted.mark(removed, TAKEN_OUT)


def _flagged(db: Session, make: Make, planted: Planted, her: Subject) -> None:
    """A contact that she has no longer, who must not receive, and why something left all the same."""
    pair = planted.world.pair
    flag = ContactFlag(
        subject_id=her.id,
        field=ContactField.ADDRESS,
        value="",
        mark=ContactMark.OLD,
        flagged_on=clock.today(),
        flagged_by=pair.vss.person_id,
    )
    planted.mark(flag, "contact that she has no longer")
    planted.mark(
        make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT), "who must not receive, in her file"
    )
    departure = Departure(
        service_id=pair.vss.service_id,
        person_id=pair.vss.person_id,
        case_id=pair.case.id,
        kind="minutes",
        recipient="joint",
    )
    planted.mark(departure, "why it left though her register stopped it")
    db.add_all([flag, departure])
    db.flush()


def _topics() -> Iterator[str]:
    return (topic.id for topic in file_topics.load().topics if topic.side != "pp")


def _joint_space(db: Session, _make: Make, planted: Planted) -> None:
    """What she took back: shared once, and hers again."""
    pair = planted.world.pair
    item = JointItem(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        author_id=pair.vss.person_id,
        topic="her_account",
        text="",
        purpose="risk_assessment",
        withdrawn_at=clock.now(),
    )
    planted.mark(item, TAKEN_BACK)
    db.add(item)
    db.flush()
    release = Release(
        item_id=item.id,
        file_id=pair.vss_file.id,
        about_id=planted.ids["her"],
        basis=Basis.DANGER,
        asked_by=pair.vss.person_id,
    )
    planted.mark(release, "why it was shared without her consent")
    db.add(release)


def _meetings(db: Session, make: Make, planted: Planted) -> None:
    """Words that slipped into the record of a meeting and were struck out of all of it."""
    pair = planted.world.pair
    slipped = planted.word("agenda_item", "facts", STRUCK)
    meeting = make.table(pair)
    tables.write_item(
        db, pair.vss, meeting.items[0].id, entry=Entry.FACTS, text=f"She lives in {slipped} now", seen=""
    )
    tables.close(db, pair.pp, meeting.id)
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=1)
    places = strikes.preview(db, pair.vss, meeting.id, typed=slipped).total
    ground = StrikeGround.NAME_OR_PLACE
    strikes.strike(db, pair.vss, meeting.id, typed=slipped, ground=ground, places=places, mark="[struck]")
    planted.ids["struck"] = meeting.id


def _case_of_her_own(db: Session, make: Make, planted: Planted) -> None:
    """A case that her service opened and the programme knows nothing of."""
    pair = planted.world.pair
    case = make.case(db.get_one(Cooperation, pair.case.cooperation_id), pair.vss)
    phases.begin(db, pair.vss, case)
    planted.mark(case, "case that only her service knows")
    file = db.query(CaseFile).filter_by(case_id=case.id).one()
    planted.mark(file, "file of a case that only her service knows")
    subject = make.subject(file)
    planted.mark(subject, "her, in a case that only her service knows")
    here: dict[str, Any] = {"cooperation_id": case.cooperation_id, "case_id": case.id, "phase": case.phase}
    who = pair.vss.person_id
    point = TPoint(case_id=case.id, label="T1", due_on=clock.today())
    records = (
        PhaseEntry(**here, entered_by=who),
        StepMark(**here, step="her_wishes", state=StepState.NOT_APPLICABLE, marked_by=who),
        point,
    )
    db.add_all(records)
    db.flush()
    move = TPointMove(t_point_id=point.id, from_on=None, to_on=clock.today(), reason="", moved_by=who)
    db.add(move)
    for record in (*records, move):
        planted.mark(record, "own steps and days before the pair is confirmed")
    planted.ids |= {"her_case": case.id, "her_subject": subject.id}


def _question(db: Session, make: Make, planted: Planted) -> None:
    """Her service asks whether the programme holds the parallel file."""
    pair = planted.world.pair
    case = make.case(db.get_one(Cooperation, pair.case.cooperation_id), pair.vss)
    request = FileRequest(
        case_id=case.id,
        from_service_id=pair.vss.service_id,
        to_service_id=pair.pp.service_id,
        asked_by=pair.vss.person_id,
        identification="",
        answer=Answer.CANNOT_SAY,
    )
    planted.mark(request, "blind request of her service", open_to=ANSWERERS)
    db.add(request)
    db.flush()
    planted.ids["her_request"] = request.id


def _unsent(db: Session, _make: Make, planted: Planted) -> None:
    """What her worker typed and did not send: at the table, and in a note."""
    pair, world = planted.world.pair, planted.world
    meeting = db.get_one(AgendaItem, world.ids["item"]).meeting_id
    planted.ids["table"] = db.get_one(Meeting, meeting).id
    note = planted.ids["note"]
    for slot, what, case_id in (
        # As the program keeps them: a text at the table comes without its case.
        (unsent.slot(world.ids["item"], Entry.FACTS), "unsent text at the table", None),
        (f"note:{note}:text", "unsent text of a note", pair.case.id),
    ):
        kept = unsent.keep(db, pair.vss, slot, text="x", seen_version=1, case_id=case_id)
        planted.mark(kept, what)


def _rights(db: Session, _make: Make, planted: Planted) -> None:
    """What her service wrote about keeping, erasing, opening and answering; and his request for a copy."""
    pair, world = planted.world.pair, planted.world
    ids = world.sides[ServiceKind.VSS].ids
    for model, key in (
        (Hold, "hold"),
        (Erasure, "erasure"),
        (PersonRequest, "asked"),
        (BreakGlass, "opening_of_file"),
    ):
        planted.mark(db.get_one(model, ids[key]), f"{key} of her service")
    joint = db.get_one(Erasure, ids["joint_erasure"])
    joint.reason = planted.word("erasure", "reason", "why her service asks to erase what both hold")
    seal = Seal(file_id=_file_of(db, planted.ids["her_case"]), reason="", sealed_by=pair.vss.person_id)
    planted.mark(seal, "why a file of hers is sealed")
    db.add(seal)
    planted.ids |= {"her_asked": ids["asked"], "his_asked": world.sides[ServiceKind.PP].ids["asked"]}


def _his_copy(db: Session, _make: Make, planted: Planted) -> None:
    """He asked for a copy: everything that may go into it goes, and a second person has looked at it."""
    request = db.get_one(PersonRequest, planted.ids["his_asked"])
    second = request.checked_by
    choose_all(db, planted.world.pair.pp, request)
    request.checked_by = second


def _file_of(db: Session, case_id: UUID) -> UUID:
    return db.query(CaseFile).filter_by(case_id=case_id).one().id


def everything(db: Session) -> Iterator[tuple[str, bytes]]:
    """All that the database holds, row by row, as who has its key reads it, and no key of what lies sealed in it."""
    for name in Base.metadata.tables:
        for row in db.execute(text(f'SELECT * FROM "{name}"')):
            yield name, repr(tuple(row)).encode()


def everything_opened(db: Session) -> Iterator[tuple[str, bytes]]:
    """The same with every key: as the records say it."""
    keys.whole(db)
    for mapper in Base.registry.mappers:
        for row in db.scalars(select(mapper.class_)).unique():
            yield mapper.class_.__tablename__, repr(_values(row)).encode()


def seen_through_statements(db: Session, actor: Actor) -> Iterator[tuple[str, bytes]]:
    """Every column of every row that the statements of access show to somebody, whatever their pages make of it.

    All of it opens with the keys of their own service, but for the note of the other path: of that nothing opens it.
    """
    keys.of(db, actor)
    for name, statement in vars(access).items():
        if name.startswith("visible_"):
            for row in db.scalars(statement(actor)):
                closed = frozenset[str]()
                if isinstance(row, PathEntry) and row.service_id != actor.service_id:
                    closed = frozenset({"note", "removed_reason"})
                yield name, repr(_values(row, closed=closed)).encode()


def _values(row: object, *, closed: frozenset[str] = frozenset()) -> object:
    """What a record says; what must be closed is tried, and says nothing."""
    if not isinstance(row, Record):
        return row
    for name in closed:
        with pytest.raises(KeyMissingError):
            getattr(row, name)
    return [getattr(row, c.key) for c in row.__table__.columns if c.key not in closed]
