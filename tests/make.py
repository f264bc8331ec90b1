"""Records for tests; a test names only what it is about."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from uuid import UUID

import bcrypt
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, keys, sign_in
from core.access import Actor
from core.models import (
    Account,
    Action,
    AgendaItem,
    Agreement,
    AgreementLevel,
    AgreementRole,
    AgreementState,
    Assignment,
    Attendance,
    AttendedDay,
    Barred,
    Case,
    CaseFile,
    Consent,
    ConsentState,
    Cooperation,
    FileNote,
    Guest,
    JointItem,
    Known,
    Meeting,
    MeetingState,
    Mode,
    MustNotReceive,
    PathEntry,
    Person,
    PersonRole,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    Role,
    Service,
    ServiceKind,
    SignIn,
    Subject,
    SubjectKind,
    TPoint,
)
from core.operations import joint_items, path_releases
from core.operations.releases import Terms
from core.sign_in import factors, passwords

#: To whom an agreement of these tests opens the joint space.
OPEN_TO = (Role.CASE_MANAGER, Role.PARTNER_CONTACT, Role.CHILD_PROTECTION, Role.CHAIR, Role.MINUTE_TAKER)


@dataclass
class Pair:
    """A case that both services have confirmed, with a case manager of each side."""

    case: Case
    pp: Actor
    vss: Actor
    pp_file: CaseFile
    vss_file: CaseFile


def hold_keys_of(db: Session, actor: Actor) -> None:
    """From here on the session reads everything anew, and opens what the keys of this person open."""
    db.flush()
    db.expire_all()
    keys.of(db, actor)


def share(
    db: Session, actor: Actor, note_id: UUID, text: str, *, source: str = "", meant: bool = False
) -> JointItem:
    """Share from a note as somebody does who has consent and has looked at the preview."""
    agreed = terms(db, actor, note_id)
    seen = joint_items.preview(db, actor, note_id, text_=text, source=source, terms=agreed).digest
    return joint_items.share(
        db, actor, note_id, text_=text, source=source, terms=agreed, names_are_meant=meant, seen=seen
    )


def release_entry(
    db: Session, actor: Actor, entry: PathEntry, text: str = "", *, meant: bool = False
) -> JointItem:
    """Release an entry of the own path as somebody does who has consent and has looked at the preview."""
    file_id = db.scalars(
        select(CaseFile.id).where(CaseFile.case_id == entry.case_id, CaseFile.service_id == actor.service_id)
    ).one()
    agreed = borne(db, actor, file_id)
    seen = path_releases.preview(db, actor, entry.id, text_=text, terms=agreed).digest
    return path_releases.release(
        db, actor, entry.id, text_=text, terms=agreed, seen=seen, names_are_meant=meant
    )


def terms(db: Session, actor: Actor, note_id: UUID, purpose: str = "risk_assessment") -> Terms:
    """What bears sharing from a note: a person of its file, entered where there is none, and their consent."""
    return borne(db, actor, db.get_one(FileNote, note_id).file_id, purpose)


def borne(db: Session, actor: Actor, file_id: UUID, purpose: str = "risk_assessment") -> Terms:
    """A person of the file, entered where there is none, and their consent."""
    about = db.scalar(select(Subject).where(Subject.file_id == file_id).order_by(Subject.created_at))
    if about is None:
        kind = SubjectKind.HER if actor.kind is ServiceKind.VSS else SubjectKind.HIM
        about = Subject(file_id=file_id, kind=kind, code="X-01")
        db.add(about)
        db.flush()
    consented(db, actor, about, purpose)
    return Terms(about.id, purpose)


def consented(
    db: Session,
    actor: Actor,
    about: Subject,
    purpose: str = "risk_assessment",
    *,
    until: date | None = None,
    state: ConsentState = ConsentState.GIVEN,
) -> Consent:
    """What a person said, as it stands in the file."""
    consent = Consent(
        subject_id=about.id,
        purpose=purpose,
        state=state,
        was_safe=Known.YES,
        asked_on=clock.today(),
        valid_until=until,
        recorded_by=actor.person_id,
    )
    db.add(consent)
    db.flush()
    return consent


#: The password of people who come in without one.
UNTYPED = "nobody ever types this"


@cache
def hashed(password: str) -> str:
    """What stands for a password in the database, with as few rounds as bcrypt takes: who signs in is tested often."""
    return bcrypt.hashpw(passwords.prepared(password).encode(), bcrypt.gensalt(4)).decode()


def id_of(db: Session, token: str) -> UUID:
    """The session of a token, whether it lives or not."""
    return db.scalars(select(SignIn.id).where(SignIn.digest == sign_in.digest(token))).one()


@dataclass
class Make:
    db: Session
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def service(self, kind: ServiceKind = ServiceKind.PP) -> Service:
        service = Service(name=f"{kind} {next(self.numbers)}", kind=kind)
        self.db.add(service)
        self.db.flush()
        return service

    def cooperation(self) -> Cooperation:
        cooperation = Cooperation(
            pp_id=self.service(ServiceKind.PP).id, vss_id=self.service(ServiceKind.VSS).id
        )
        self.db.add(cooperation)
        self.db.flush()
        return cooperation

    def actor(self, service: Service | UUID, *roles: Role) -> Actor:
        """A person of a service; a case manager where no role is given."""
        found = service if isinstance(service, Service) else self.db.get_one(Service, service)
        held = roles or (Role.CASE_MANAGER,)
        person = Person(
            name=f"Person {next(self.numbers)}",
            service_id=found.id,
            roles=[PersonRole(role=role) for role in held],
        )
        self.db.add(person)
        self.db.flush()
        return Actor(
            person_id=person.id,
            service_id=found.id,
            kind=found.kind,
            roles=frozenset(held),
            name=person.name,
            service_name=found.name,
            is_fresh=True,
            is_certain=True,
        )

    def assign(self, case: Case, actor: Actor, *, until: date | None = None) -> Assignment:
        assignment = Assignment(
            case_id=case.id,
            person_id=actor.person_id,
            since=clock.today() - timedelta(days=30),
            until=until,
        )
        self.db.add(assignment)
        self.db.flush()
        return assignment

    def file(self, case: Case, actor: Actor) -> CaseFile:
        file = CaseFile(case_id=case.id, service_id=actor.service_id)
        self.db.add(file)
        self.db.flush()
        return file

    def case(self, cooperation: Cooperation, opened_by: Actor) -> Case:
        """A case that one service opened and the other does not know of."""
        case = Case(
            cooperation_id=cooperation.id,
            code=f"K-{next(self.numbers):03}",
            opened_on=clock.today(),
            opened_by=opened_by.service_id,
        )
        self.db.add(case)
        self.db.flush()
        self.file(case, opened_by)
        self.assign(case, opened_by)
        return case

    def pair(self, *, is_agreed: bool = True) -> Pair:
        """A confirmed case with a case manager on each side, its joint space opened by an agreement."""
        cooperation = self.cooperation()
        pp, vss = self.actor(cooperation.pp_id), self.actor(cooperation.vss_id)
        case = self.case(cooperation, pp)
        vss_file = self.file(case, vss)
        self.assign(case, vss)
        case.paired_at = clock.now()
        pp_file = self.db.scalars(
            select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.service_id == pp.service_id)
        ).one()
        self.db.flush()
        pair = Pair(case, pp, vss, pp_file, vss_file)
        if is_agreed:
            self.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=365))
        return pair

    def subject(
        self, file: CaseFile, kind: SubjectKind = SubjectKind.HER, *, name: str = "", address: str = ""
    ) -> Subject:
        subject = Subject(
            file_id=file.id, kind=kind, code=f"W-{next(self.numbers):02}", name=name, address=address
        )
        self.db.add(subject)
        self.db.flush()
        return subject

    def barred(
        self, file: CaseFile, by: Actor, about: Subject, *, kind: Barred = Barred.HIM, whom: str = ""
    ) -> MustNotReceive:
        """An entry of the must-not-receive register that holds from today."""
        entry = MustNotReceive(
            file_id=file.id,
            about_id=about.id,
            kind=kind,
            whom=whom,
            why="They talk to him",
            since=clock.today(),
            recorded_by=by.person_id,
        )
        self.db.add(entry)
        self.db.flush()
        return entry

    def attended(self, file: CaseFile, by: Actor, on: date | None = None) -> AttendedDay:
        """A day on which he was there."""
        day = AttendedDay(file_id=file.id, attended_on=on or clock.today(), recorded_by=by.person_id)
        self.db.add(day)
        self.db.flush()
        return day

    def chair(self, pair: Pair) -> Actor:
        """Somebody of the victim support service who leads meetings of the case and reads no file."""
        actor = self.actor(pair.vss.service_id, Role.CHAIR)
        self.assign(pair.case, actor)
        return actor

    @staticmethod
    def stale(actor: Actor) -> Actor:
        """The same person, some time after they proved that it is them."""
        return replace(actor, is_fresh=False, is_certain=False)

    def note(self, file: CaseFile, author: Actor, topic: str = "other", text: str = "A note") -> FileNote:
        note = FileNote(
            file_id=file.id,
            author_id=author.person_id,
            topic=topic,
            text=text,
            written_on=clock.today(),
        )
        self.db.add(note)
        self.db.flush()
        return note

    def account(self, actor: Actor, *, password: str = "", seed: str = "", new: bool = False) -> Account:
        """How this person signs in; with a seed the second factor is set up; a new one was never used."""
        account = Account(
            person_id=actor.person_id,
            username=f"user{next(self.numbers)}",
            password_hash=hashed(password or UNTYPED),
            signed_in_at=None if new else clock.now(),
        )
        account.totp_secret = factors.seal_for(account, seed) if seed else None
        self.db.add(account)
        self.db.flush()
        return account

    def meeting(self, pair: Pair, kind: str = "periodic") -> Meeting:
        meeting = Meeting(
            cooperation_id=pair.case.cooperation_id,
            case_id=pair.case.id,
            kind=kind,
            planned_at=clock.now() + timedelta(days=7),
            duration=timedelta(minutes=45),
            created_by=pair.pp.person_id,
        )
        self.db.add(meeting)
        self.db.flush()
        return meeting

    def action(self, pair: Pair, actor: Actor | None = None, *, due_on: date | None = None) -> Action:
        doer = actor or pair.pp
        action = Action(
            case_id=pair.case.id,
            need="A need",
            text="An action",
            due_on=due_on or clock.today() + timedelta(days=7),
            service_id=doer.service_id,
            person_id=doer.person_id,
            created_by=pair.pp.person_id,
        )
        self.db.add(action)
        self.db.flush()
        return action

    def guest(self, case: Case, until: date | None = None, meeting: Meeting | None = None) -> Actor:
        """A person of the police who was let into a case or one of its meetings."""
        actor = self.actor(self.service(ServiceKind.POLICE), Role.GUEST)
        self.db.add(
            Guest(
                person_id=actor.person_id,
                case_id=case.id,
                meeting_id=meeting.id if meeting else None,
                until=until or clock.today() + timedelta(days=1),
                granted_by=actor.person_id,
            )
        )
        self.db.flush()
        return actor

    def table(self, pair: Pair, kind: str = "periodic", *, present: bool = True) -> Meeting:
        """A meeting in progress with three items, and the two case managers at the table."""
        titles = ("risk", "Risk", 7), ("", "The school", 5), ("closing", "Next meeting and close", 2)
        meeting = Meeting(
            cooperation_id=pair.case.cooperation_id,
            case_id=pair.case.id,
            kind=kind,
            state=MeetingState.IN_PROGRESS,
            planned_at=clock.now(),
            started_at=clock.now(),
            item_since=clock.now(),
            duration=timedelta(minutes=45),
            place="The town hall",
            created_by=pair.pp.person_id,
            items=[
                AgendaItem(position=place, key=key, title=title, minutes=minutes, is_reached=place == 0)
                for place, (key, title, minutes) in enumerate(titles)
            ],
            attendances=[
                Attendance(person_id=actor.person_id, service_id=actor.service_id, is_present=present)
                for actor in (pair.pp, pair.vss)
            ],
        )
        self.db.add(meeting)
        self.db.flush()
        return meeting

    def t_point(self, pair: Pair, label: str, due_on: date | None = None) -> TPoint:
        point = TPoint(case_id=pair.case.id, label=label, due_on=due_on)
        self.db.add(point)
        self.db.flush()
        return point

    def response(self, file: CaseFile, by: Actor, label: str = "T0", **answers: str) -> QuestionnaireResponse:
        """Somebody is being asked at a time, by the short form of the product."""
        response = QuestionnaireResponse(
            file_id=file.id,
            label=label,
            questionnaire="summary_her" if by.kind is ServiceKind.VSS else "summary_him",
            number=1,
            asked_on=clock.today(),
            asked_by=by.person_id,
            mode=Mode.IN_PERSON,
        )
        self.db.add(response)
        self.db.flush()
        self.db.add_all(
            QuestionnaireAnswer(
                response_id=response.id, question=question, value=value, answered_by=by.person_id
            )
            for question, value in answers.items()
        )
        self.db.flush()
        return response

    def path_entry(
        self, pair: Pair, actor: Actor, kind: str, on: date | None = None, *, is_shared: bool = False
    ) -> PathEntry:
        entry = PathEntry(
            case_id=pair.case.id,
            service_id=actor.service_id,
            kind=kind,
            happened_on=on or clock.today(),
            is_shared=is_shared,
        )
        self.db.add(entry)
        self.db.flush()
        return entry

    def agreement_in_force(
        self, pair: Pair, *, ends_on: date | None = None, answers: dict[str, object] | None = None
    ) -> Agreement:
        """A case-level agreement with an end; without one the organisation-level agreement."""
        is_case = ends_on is not None
        agreement = Agreement(
            level=AgreementLevel.CASE if is_case else AgreementLevel.ORGANISATION,
            cooperation_id=pair.case.cooperation_id,
            case_id=pair.case.id if is_case else None,
            state=AgreementState.IN_FORCE,
            answers=answers or {},
            ends_on=ends_on,
            in_force_from=clock.today() - timedelta(days=60),
            created_by=pair.pp.person_id,
        )
        self.db.add(agreement)
        self.db.flush()
        if is_case:
            self.db.add_all([AgreementRole(agreement_id=agreement.id, role=role) for role in OPEN_TO])
            self.db.flush()
        return agreement

    def pair_of(self, pair: Pair, *, is_agreed: bool = True) -> Pair:
        """Another confirmed case of the same two case managers."""
        case = Case(
            cooperation_id=pair.case.cooperation_id,
            code=f"K-{next(self.numbers):03}",
            opened_on=clock.today(),
            opened_by=pair.pp.service_id,
            paired_at=clock.now(),
        )
        self.db.add(case)
        self.db.flush()
        files = [self.file(case, actor) for actor in (pair.pp, pair.vss)]
        for actor in (pair.pp, pair.vss):
            self.assign(case, actor)
        other = Pair(case, pair.pp, pair.vss, files[0], files[1])
        if is_agreed:
            self.agreement_in_force(other, ends_on=clock.today() + timedelta(days=365))
        return other
