"""When a joint risk assessment is due again: at each repeated time, after what calls a meeting, at the end of the programme.

Computed from what the viewer sees: an entry that one side keeps to itself asks that side alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from core import access
from core.access import Actor, Permission
from core.content import protocols
from core.content.protocols import Protocol
from core.models import Case, HandedIn, JointItem, PathEntry, ReleasedEpisode, RiskAssessment, RiskLevel
from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_asks import Ask

_MOST = 20
#: What may wait: a key of the words, and the page where it is done.
_WAITS: Final = (("first_pass", "first_pass"), ("agree_level", "risk"), ("again", "risk"))
#: The end of the programme, as the protocol calls its time.
END = "T3"


@dataclass(frozen=True)
class Waits:
    """Something of an assessment that waits for a person: a key of the words, and the case where it is done."""

    key: str
    page: str
    case: Case


def of_case(db: Session, actor: Actor, case: Case) -> Sequence[RiskAssessment]:
    """The assessments that the timeline counts from, oldest first."""
    statement = access.visible_assessments(actor).where(RiskAssessment.case_id == case.id)
    return db.scalars(statement.order_by(RiskAssessment.number)).all()


def asks(
    found: Sequence[RiskAssessment],
    path: Mapping[PathEntry, bool],
    times: Sequence[TDate],
    *,
    protocol: Protocol,
    rules: Rules,
    today: date,
    known: Mapping[UUID, datetime],
) -> Iterator[Ask]:
    """What the timeline asks for; while an assessment runs, its end and nothing else.

    The path says of each entry whether both services see it; `known` since when, where it was released.
    """
    if not found:
        return
    last = found[-1]
    case_id, began = last.case_id, last.created_at.date()
    if not last.is_finished:
        yield Ask("risk_running", on=began, page="risk", page_id=case_id)
        return
    # What was recorded, or released, after the assessment began was not on its table, even if it had happened before.
    after = [
        one
        for one in path
        if protocol.path_kind(one.kind).calls_meeting and known.get(one.id, one.created_at) > last.created_at
    ]
    if after:
        newest = max(after, key=lambda one: one.happened_on)
        yield Ask(
            "risk_after",
            on=newest.happened_on + timedelta(days=rules.episode_meeting_days),
            since=newest.happened_on,
            what=newest.kind,
            is_urgent=True,
            is_ours_only=not any(path[one] for one in after),
            page="risk",
            page_id=case_id,
        )
    reach = timedelta(days=rules.t_meeting_days)
    due = [one for one in times if _is_occasion(one) and one.on is not None and one.on <= today + reach]
    if due and due[-1].on is not None and began < due[-1].on - reach:
        yield Ask("risk_at_time", on=due[-1].on, labels=(due[-1].label,), page="risk", page_id=case_id)


def _is_occasion(one: TDate) -> bool:
    return one.rule.repeats or one.label == END


def waiting(db: Session, actor: Actor) -> list[Waits]:
    """What of the assessments waits for this person today: in one statement, whatever waits."""
    return [
        Waits(key, page, case)
        for case, *asked in db.execute(_waiting(actor))
        for (key, page), is_asked in zip(_WAITS, asked, strict=True)
        if is_asked
    ]


@access.kept
def _waiting(actor: Actor) -> Select[Case, bool, bool, bool]:
    """The case of each assessment of which something waits, with what of _WAITS it is."""
    later = aliased(RiskAssessment)
    is_newest = ~exists().where(later.case_id == RiskAssessment.case_id, later.number > RiskAssessment.number)
    waits = (_unanswered(actor), _to_agree(actor), _after_something(actor))
    return (
        access.visible_assessments(actor)
        .join(Case, Case.id == RiskAssessment.case_id)
        .where(Case.closed_on.is_(None), is_newest, or_(*waits))
        .order_by(RiskAssessment.created_at)
        .limit(_MOST)
        .with_only_columns(Case, *waits)
    )


def _unanswered(actor: Actor) -> ColumnElement[bool]:
    """It runs, and the actor's service has not handed in its first pass."""
    if not access.may(actor, Permission.ANSWER_RISK):
        return false()
    handed = (
        select(HandedIn.id)
        .join(JointItem, JointItem.id == HandedIn.item_id)
        .where(
            HandedIn.assessment_id == RiskAssessment.id,
            HandedIn.service_id == actor.service_id,
            JointItem.withdrawn_at.is_(None),
        )
        .correlate(RiskAssessment)
    )
    return and_(RiskAssessment.finished_at.is_(None), ~handed.exists())


def _to_agree(actor: Actor) -> ColumnElement[bool]:
    """It runs, and a level of the other side, chosen last, holds only when the actor's side agrees."""
    if not access.may(actor, Permission.CHOOSE_LEVEL):
        return false()
    later = aliased(RiskLevel)
    is_last = ~exists().where(later.assessment_id == RiskLevel.assessment_id, later.number > RiskLevel.number)
    asked = exists().where(
        RiskLevel.assessment_id == RiskAssessment.id,
        RiskLevel.needs_both.is_(True),
        RiskLevel.agreed_by.is_(None),
        RiskLevel.service_id != actor.service_id,
        is_last,
    )
    return and_(RiskAssessment.finished_at.is_(None), asked)


def _after_something(actor: Actor) -> ColumnElement[bool]:
    """It is finished, and something that calls a meeting came after it and is the actor's to know."""
    if not access.may(actor, Permission.ASSESS_RISK):
        return false()
    kinds = [kind.id for kind in protocols.load().path_kinds if kind.calls_meeting]
    released = (
        access.visible_released_episodes(actor)
        .join(JointItem, JointItem.id == ReleasedEpisode.item_id)
        .where(ReleasedEpisode.entry_id == PathEntry.id, JointItem.released_at > RiskAssessment.created_at)
        .correlate(PathEntry, RiskAssessment)
    )
    after = access.visible_path_entries(actor).where(
        PathEntry.kind.in_(kinds),
        PathEntry.case_id == RiskAssessment.case_id,
        or_(PathEntry.created_at > RiskAssessment.created_at, released.exists()),
    )
    return and_(RiskAssessment.finished_at.is_not(None), after.correlate(RiskAssessment).exists())
