"""Which rows a service takes along: what the statements of core.access show to it as a whole, and nothing beside.

A row that cannot be without one that is not shown stays behind with it; one that can forgets it. Only names of people
and services, and the frame of an assessment that an own first pass answers, are added because something points there.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from core import access, by_id, clock
from core.access import Actor
from core.db import Base, Record
from core.models import (
    Action,
    ActionChange,
    Addendum,
    AgendaItem,
    Agreement,
    AgreementClause,
    AgreementRole,
    AgreementVersion,
    Approval,
    Assignment,
    Attendance,
    AttendedDay,
    BreakGlass,
    Case,
    CaseFile,
    ChallengeRating,
    ChildPart,
    Closing,
    ClosingStep,
    ClosingText,
    Consent,
    ContactFlag,
    ContactUse,
    Cooperation,
    Departure,
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Duty,
    EmergencyOpening,
    Episode,
    EpisodeJoin,
    Erasure,
    Evidence,
    FileNote,
    FileRequest,
    FirstAnswer,
    FirstPass,
    GlossaryTerm,
    Guest,
    HandedAnswer,
    HandedIn,
    Hold,
    ImmediateNotice,
    JointItem,
    KeyAspect,
    Lesson,
    Meeting,
    MeetingMove,
    Minutes,
    MinutesApproval,
    MustNotReceive,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    OutsideResult,
    PathEntry,
    Person,
    PersonRequest,
    PersonRole,
    PhaseEntry,
    PhasePoint,
    Proposal,
    ProtocolVersion,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    Reentry,
    Release,
    ReleasedEntry,
    ReleasedEpisode,
    RetentionPeriod,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskLevel,
    RiskList,
    SafetyAction,
    SafetyPlan,
    Seal,
    Service,
    Settlement,
    SignedCopy,
    StepMark,
    Strike,
    Subject,
    Talk,
    TPoint,
    TPointMove,
    TrainingMark,
)

#: Ids of rows by table.
Rows: TypeAlias = dict[str, set[UUID]]
Statement: TypeAlias = Callable[[Actor], Select[Any]]

#: What the service reads, by the statements that every page starts from.
_VISIBLE: dict[type[Record], tuple[Statement, ...]] = {
    Service: (access.visible_services,),
    Cooperation: (access.own_cooperations,),
    Duty: (access.visible_duties,),
    GlossaryTerm: (access.visible_terms,),
    Proposal: (access.visible_proposals,),
    RiskList: (access.visible_risk_lists,),
    Case: (access.visible_cases,),
    CaseFile: (access.visible_files,),
    Seal: (access.visible_seals,),
    Assignment: (access.visible_assignments,),
    BreakGlass: (access.visible_break_glass,),
    PhaseEntry: (access.visible_phase_entries, access.phase_1_entries),
    StepMark: (access.visible_step_marks,),
    TPoint: (access.visible_t_points,),
    Closing: (access.visible_closings,),
    ClosingText: (access.visible_closing_texts,),
    ClosingStep: (access.visible_closing_steps,),
    Lesson: (access.visible_lessons,),
    FileRequest: (access.visible_requests,),
    EmergencyOpening: (access.visible_emergencies,),
    Guest: (access.visible_guests,),
    Hold: (access.visible_holds,),
    Subject: (access.visible_subjects,),
    FileNote: (access.visible_notes,),
    Consent: (access.visible_consents,),
    Release: (access.visible_releases,),
    ContactFlag: (access.visible_contact_flags,),
    MustNotReceive: (access.visible_must_not_receive,),
    AttendedDay: (access.visible_attended_days,),
    Departure: (access.visible_departures,),
    PathEntry: (access.visible_path_entries,),
    JointItem: (access.visible_joint_items, access.own_joint_items),
    FirstPass: (access.visible_first_passes,),
    FirstAnswer: (access.visible_first_answers,),
    ChildPart: (access.visible_child_parts,),
    RiskAssessment: (access.visible_assessments,),
    RiskChild: (access.visible_risk_children,),
    Settlement: (access.visible_settlements,),
    RiskLevel: (access.visible_risk_levels,),
    RiskAction: (access.visible_risk_actions,),
    OutsideResult: (access.visible_outside_results,),
    HandedIn: (access.visible_handed_in,),
    HandedAnswer: (access.visible_handed_answers,),
    ContactUse: (access.visible_contact_uses,),
    DigitalStep: (access.visible_digital_steps,),
    DigitalMedium: (access.visible_digital_media,),
    DigitalFinding: (access.visible_digital_findings,),
    SafetyPlan: (access.visible_safety_plans,),
    SafetyAction: (access.visible_safety_actions,),
    Evidence: (access.visible_evidence,),
    Questionnaire: (access.visible_questionnaires,),
    QuestionnaireResponse: (access.visible_responses,),
    QuestionnaireAnswer: (access.visible_questionnaire_answers,),
    Episode: (access.visible_episodes,),
    ReleasedEntry: (access.visible_released_entries, access.own_released_entries),
    ReleasedEpisode: (access.visible_released_episodes, access.own_released_episodes),
    EpisodeJoin: (access.visible_episode_joins,),
    ImmediateNotice: (access.visible_immediate_notices,),
    NoticeReceipt: (access.visible_notice_receipts,),
    NoticeAnswer: (access.visible_notice_answers,),
    NoticeCall: (access.visible_notice_calls,),
    NoticeTalk: (access.visible_notice_talks,),
    Reentry: (access.visible_reentries,),
    Meeting: (access.joint_meetings,),
    Action: (access.visible_actions,),
    Agreement: (access.visible_agreements,),
    PersonRequest: (access.visible_person_requests,),
    Erasure: (access.visible_erasures, access.joint_erasures),
    RetentionPeriod: (lambda actor: select(RetentionPeriod).where(RetentionPeriod.service_id == actor.service_id),),
    ProtocolVersion: (lambda _actor: select(ProtocolVersion).where(ProtocolVersion.released_at.is_not(None)),),
    Person: (lambda actor: select(Person).where(Person.service_id == actor.service_id),),
    PersonRole: (
        lambda actor: select(PersonRole).join(Person, Person.id == PersonRole.person_id).where(
            Person.service_id == actor.service_id
        ),
    ),
}  # fmt: skip
#: What belongs to another record and is read with it.
_WITH: tuple[tuple[type[Record], str, type[Record]], ...] = (
    (AgendaItem, "meeting_id", Meeting),
    (Attendance, "meeting_id", Meeting),
    (MeetingMove, "meeting_id", Meeting),
    (Minutes, "meeting_id", Meeting),
    (MinutesApproval, "minutes_id", Minutes),
    (Addendum, "meeting_id", Meeting),
    (Strike, "meeting_id", Meeting),
    (ActionChange, "action_id", Action),
    (AgreementClause, "agreement_id", Agreement),
    (AgreementVersion, "agreement_id", Agreement),
    (AgreementRole, "agreement_id", Agreement),
    (Approval, "version_id", AgreementVersion),
    (SignedCopy, "agreement_id", Agreement),
    (TPointMove, "t_point_id", TPoint),
    (PhasePoint, "cooperation_id", Cooperation),
    (Talk, "cooperation_id", Cooperation),
    (ChallengeRating, "cooperation_id", Cooperation),
    (KeyAspect, "cooperation_id", Cooperation),
    (TrainingMark, "cooperation_id", Cooperation),
)
#: Tables of which nothing goes along: what a person alone reads, ways in, and what only this installation needs.
LEFT_OUT = frozenset(
    {
        "account", "arrival", "data_key", "device", "entry_code", "event", "factor_removal", "identity",
        "identity_proof", "log_cut", "notice", "recovery_code", "service_export", "set_up_code", "sign_in", "sign_in_failure",
        "ticket", "unsent_text",
    }
)  # fmt: skip
#: What goes along because something of the service points at it.
_ADDED = frozenset({"person", "service", "risk_assessment"})
#: Whether and when anybody looked at a blind question is not told to the service that asked it.
UNTOLD_TO_WHO_ASKED = ("answered_by", "answered_at")
#: Without the record that it names, such a row would say more than it did.
_NEVER_FORGETS = frozenset({("guest", "meeting_id")})


def models() -> dict[str, type[Record]]:
    """Every record that can go along, by its table, those first at which others point.

    The files come as early as they can: with their keys what hangs on them is sealed.
    """
    known = {model.__tablename__: model for model in (*_VISIBLE, *(model for model, _, _ in _WITH))}
    names = [table.name for table in Base.metadata.sorted_tables if table.name in known]
    names.remove("case_file")
    names.insert(max(names.index(name) for name in ("case", "person")) + 1, "case_file")
    return {name: known[name] for name in names}


def rows(db: Session, actor: Actor) -> Rows:
    """The rows of `whole_service`, with nothing in them that points into the void."""
    found: Rows = {}
    for model, statements in _VISIBLE.items():
        ids = found.setdefault(model.__tablename__, set())
        for statement in statements:
            ids |= set(db.scalars(statement(actor).with_only_columns(model.id)))
    for model, column, parent in _WITH:
        held = model.__table__.c
        found[model.__tablename__] = set(_of(db, model, held[column], found[parent.__tablename__]))
    found["assignment"] -= set(_never_told(db, actor, found["assignment"]))
    _close(db, found, _asked_blindly(db, actor))
    return found


def _of(db: Session, model: type[Record], column: ColumnElement[Any], ids: set[UUID]) -> Iterable[UUID]:
    for chunk in by_id.chunks(ids):
        yield from db.scalars(select(model.id).where(column.in_(chunk)))


def _never_told(db: Session, actor: Actor, assignments: set[UUID]) -> Iterable[UUID]:
    """Whose work on a case is the other service's to know: for some hours in an emergency, or over before the pair."""
    theirs = (
        select(Assignment.id, Assignment.ends_at, Assignment.until, Case.paired_at)
        .join(Person, Person.id == Assignment.person_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Person.service_id != actor.service_id)
    )
    for chunk in by_id.chunks(assignments):
        for one in db.execute(theirs.where(Assignment.id.in_(chunk))):
            is_before = one.until is not None and (
                one.paired_at is None or one.until < clock.day(one.paired_at)
            )
            if one.ends_at is not None or is_before:
                yield one.id


def _asked_blindly(db: Session, actor: Actor) -> set[UUID]:
    own = access.visible_requests(actor).where(FileRequest.from_service_id == actor.service_id)
    return set(db.scalars(own.with_only_columns(FileRequest.id)))


def _close(db: Session, found: Rows, asked_blindly: set[UUID]) -> None:
    """Add what may be added, and leave behind what cannot be without something that stays.

    Nobody is added because they answered a question of these: their name would say that somebody looked.
    """
    again = True
    while again:
        again = False
        for name, ids in list(found.items()):
            for pointing, columns in _pointers(db, name, ids).items():
                for column, target in columns.items():
                    if pointing in asked_blindly and column in UNTOLD_TO_WHO_ASKED:
                        continue
                    if target in found[_target(name, column)]:
                        continue
                    if _target(name, column) in _ADDED:
                        found[_target(name, column)].add(target)
                        again = True
                    elif not may_forget(name, column) and pointing in ids:
                        ids.discard(pointing)
                        again = True


def may_forget(table: str, column: str) -> bool:
    """Can the row be without what this column points at?"""
    return bool(Base.metadata.tables[table].c[column].nullable) and (table, column) not in _NEVER_FORGETS


def _pointers(db: Session, table: str, ids: set[UUID]) -> Mapping[UUID, dict[str, UUID]]:
    """What each row points at, by column."""
    held = Base.metadata.tables[table].c
    names = [column.name for column in held if column.foreign_keys]
    found: dict[UUID, dict[str, UUID]] = {}
    if not names:
        return found
    for chunk in by_id.chunks(ids):
        statement = select(held.id, *(held[name] for name in names)).where(held.id.in_(chunk))
        for row in db.execute(statement):
            found[row[0]] = {
                name: value for name, value in zip(names, row[1:], strict=True) if value is not None
            }
    return found


def _target(table: str, column: str) -> str:
    key = next(iter(Base.metadata.tables[table].c[column].foreign_keys))
    return str(key.column.table.name)


def targets(table: str) -> dict[str, str]:
    """At which table each column of a table points."""
    held = Base.metadata.tables[table].c
    return {column.name: _target(table, column.name) for column in held if column.foreign_keys}
