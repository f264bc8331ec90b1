"""When a joint risk assessment is due: the first at the first time, then at each repeated time, after what calls a meeting or a notice that both read, at the end of the programme.

Computed from what the viewer sees: an entry that one side keeps to itself asks that side alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Exists, Select, and_, exists, false, func, or_, select
from sqlalchemy import case as whichever
from sqlalchemy.orm import Session, aliased

from core import access, clock
from core.access import Actor, Permission
from core.content import protocols
from core.content.immediate_notices import Trigger
from core.content.protocols import Protocol
from core.models import (
    Case,
    Closing,
    HandedIn,
    ImmediateNotice,
    JointItem,
    PathEntry,
    ReleasedEntry,
    ReleasedEpisode,
    RiskAssessment,
    RiskLevel,
    TPoint,
)
from core.operations import agreed_ends, case_times, notice_texts
from core.operations.case_times import CaseTimes
from core.operations.known_times import Out, by_hand, was_known
from core.operations.rules import Rules
from core.operations.t_dates import TDate
from core.operations.timeline_asks import Ask

_MOST = 20
#: What may wait: a key of the words, and the page where it is done.
_WAITS: Final = (
    ("first_pass", "first_pass"),
    ("agree_level", "risk"),
    ("again", "risk"),
    ("finish_again", "risk"),
    ("finish", "risk"),
    ("first", "risk"),
)
#: The end of the programme, as the protocol calls its time.
END = "T3"


@dataclass(frozen=True)
class Waits:
    """Something of an assessment that waits for a person: a key of the words, and the case where it is done."""

    key: str
    page: str
    case: Case


@dataclass(frozen=True)
class Notice:
    """A notice that both services read: its trigger, and the day on which it reached the other side."""

    trigger: Trigger
    on: date


def of_case(db: Session, actor: Actor, case: Case) -> Sequence[RiskAssessment] | None:
    """The assessments that the timeline counts from, oldest first; None where none can be begun, for want of a joint space."""
    statement = (
        access.visible_cases(actor)
        .where(Case.id == case.id, Case.id.in_(access.joint_case_ids(actor)))
        .outerjoin(RiskAssessment, RiskAssessment.case_id == Case.id)
        .order_by(RiskAssessment.number)
        .with_only_columns(RiskAssessment)
    )
    rows = db.scalars(statement).all()
    return [one for one in rows if one is not None] if rows else None


def notices_of(
    db: Session,
    actor: Actor,
    found: Sequence[RiskAssessment] | None,
    case: Case,
    *,
    ended_at: datetime | None = None,
) -> list[Notice]:
    """The notices that both read, that call for an assessment, and since which none was begun; the oldest first.

    Those that came before both agreed on the end of the case call for none any more.
    """
    if found is None:
        return []
    statement = access.joint_notices(actor).join(JointItem, JointItem.id == ImmediateNotice.item_id)
    if found:
        statement = statement.where(JointItem.released_at > found[-1].created_at)
    if ended_at is not None:
        statement = statement.where(JointItem.released_at > ended_at)
    items = db.scalars(
        statement.where(JointItem.case_id == case.id)
        .order_by(JointItem.released_at)
        .with_only_columns(JointItem)
    )
    told = [(item, notice_texts.trigger_of(notice_texts.read(item.text))) for item in items]
    return [
        Notice(trigger, clock.day(item.released_at))
        for item, trigger in told
        if trigger.calls_assessment and item.released_at is not None
    ]


def asks(
    found: Sequence[RiskAssessment] | None,
    path: Mapping[PathEntry, bool],
    times: Sequence[TDate],
    *,
    case_id: UUID,
    protocol: Protocol,
    rules: Rules,
    today: date,
    known: Mapping[UUID, Sequence[Out]],
    notices: Sequence[Notice] = (),
) -> Iterator[Ask]:
    """What the timeline asks for: the end of an assessment that runs, and a new one since it, or the last one, began.

    The path says of each entry whether both services see it; `known` when they could read of it.
    """
    if found is None:
        return
    last = found[-1] if found else None
    # What was recorded, or released, after the assessment began was not on its table, even if it had happened before.
    after = _unknown(path, protocol, known, last)
    if last is not None and not last.is_finished:
        causes = _unknown(path, protocol, known, found[-2] if len(found) > 1 else None)
        yield _running(last, {one: causes[one] for one in causes if one not in after}, rules)
    kinds = {one.kind for one in after}
    # What the path tells already is not told twice.
    told = [one for one in notices if not kinds & set(one.trigger.path_kinds)]
    yield from _after(after, case_id, rules, is_first=last is None)
    yield from _after_notice(told, case_id, rules, is_first=last is None)
    due = (
        _first_time(times, rules, today)
        if last is None
        else _time(times, rules, today, clock.day(last.created_at))
    )
    # Before the first one, something that happened asks for the same thing already.
    if due is not None and (last is not None or not (after or told)):
        key = "risk_first" if last is None else "risk_at_time"
        yield Ask(key, on=due.on, labels=(due.label,), page="risk", page_id=case_id)


def _unknown(
    path: Mapping[PathEntry, bool],
    protocol: Protocol,
    known: Mapping[UUID, Sequence[Out]],
    found: RiskAssessment | None,
) -> dict[PathEntry, bool]:
    """What calls for an assessment and was not known when this one began; all of it where there was none."""
    return {
        one: is_shared
        for one, is_shared in path.items()
        if protocol.path_kind(one.kind).calls_meeting
        and (found is None or not was_known(known.get(one.id, [by_hand(one)]), found.created_at))
    }


def _running(last: RiskAssessment, causes: Mapping[PathEntry, bool], rules: Rules) -> Ask:
    """That it is to be finished; by when, where something on the path called for it."""
    began = clock.day(last.created_at)
    if not causes:
        return Ask("risk_running", on=began, page="risk", page_id=last.case_id)
    first = min(causes, key=lambda one: one.happened_on)
    return Ask(
        "risk_running_by",
        on=first.happened_on + timedelta(days=rules.episode_meeting_days),
        since=began,
        what=first.kind,
        is_ours_only=not causes[first],
        page="risk",
        page_id=last.case_id,
    )


def _after(after: Mapping[PathEntry, bool], case_id: UUID, rules: Rules, *, is_first: bool) -> Iterator[Ask]:
    """The first of each kind: what happens anew gives no more time, and takes no other kind off the page that shows it.

    What the own service alone knows of stands beside what both know of, where it came before.
    """
    order = sorted(after, key=lambda one: (one.happened_on, not after[one]))
    first = {one.kind: one for one in reversed(order)}
    shared = {one.kind: one for one in reversed(order) if after[one]}
    for one in (one for one in order if one in (first[one.kind], shared.get(one.kind))):
        yield Ask(
            "risk_first_after" if is_first else "risk_after",
            on=one.happened_on + timedelta(days=rules.episode_meeting_days),
            since=one.happened_on,
            what=one.kind,
            is_urgent=True,
            is_ours_only=not after[one],
            page="risk",
            page_id=case_id,
        )


def _after_notice(notices: Sequence[Notice], case_id: UUID, rules: Rules, *, is_first: bool) -> Iterator[Ask]:
    """The first of each trigger; `notices` come in the order of their days."""
    for one in {one.trigger.id: one for one in reversed(notices)}.values():
        yield Ask(
            "risk_first_after_notice" if is_first else "risk_after_notice",
            on=one.on + timedelta(days=rules.episode_meeting_days),
            since=one.on,
            what=one.trigger.id,
            is_urgent=True,
            page="risk",
            page_id=case_id,
        )


def _first_time(times: Sequence[TDate], rules: Rules, today: date) -> TDate | None:
    """The first time of the protocol, where it has come or comes soon: the first assessment belongs to it."""
    first = times[0] if times else None
    if first is None or first.on is None or first.on > today + timedelta(days=rules.t_meeting_days):
        return None
    return first


def _time(times: Sequence[TDate], rules: Rules, today: date, began: date) -> TDate | None:
    """The last repeated time, or the end, that has come or comes soon and that no assessment belongs to."""
    reach = timedelta(days=rules.t_meeting_days)
    due = [one for one in times if _is_occasion(one) and one.on is not None and one.on <= today + reach]
    if not due or due[-1].on is None or began >= due[-1].on - reach:
        return None
    return due[-1]


def _is_occasion(one: TDate) -> bool:
    return one.rule.repeats or one.rule.id == END


def waiting(db: Session, actor: Actor, times: Sequence[CaseTimes] | None = None) -> list[Waits]:
    """What of the assessments waits for this person today; `times` where somebody computed them already.

    A fixed number of statements, whatever waits.
    """
    found = {
        (key, case.id): Waits(key, page, case)
        for case, *asked in db.execute(_waiting(actor))
        for (key, page), is_asked in zip(_WAITS, asked, strict=True)
        if is_asked
    }
    if access.may(actor, Permission.ASSESS_RISK):
        for key, case in _after_notices(db, actor):
            found.setdefault((key, case.id), Waits(key, "risk", case))
        for case in _at_times(db, actor, case_times.of_actor(db, actor) if times is None else times):
            if not {("again", case.id), ("finish_again", case.id)} & found.keys():
                found["at_time", case.id] = Waits("at_time", "risk", case)
    # That it is to be finished is said once.
    return [
        one
        for (key, case_id), one in found.items()
        if key != "finish" or ("finish_again", case_id) not in found
    ][:_MOST]


def _after_notices(db: Session, actor: Actor) -> Iterator[tuple[str, Case]]:
    """The cases in which both read a notice that calls for an assessment, and none was begun since."""
    for item, case, is_first, is_running in db.execute(_untaken(actor)):
        if notice_texts.trigger_of(notice_texts.read(item.text)).calls_assessment:
            yield "first" if is_first else "finish_again" if is_running else "again", case


@access.kept
def _untaken(actor: Actor) -> Select[JointItem, Case, bool, bool]:
    assessed = select(RiskAssessment.id).where(RiskAssessment.case_id == JointItem.case_id)
    since = RiskAssessment.created_at >= JointItem.released_at
    ended = exists().where(agreed_ends.is_of_case(), Closing.agreed_at >= JointItem.released_at)
    return (
        access.joint_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .join(Case, Case.id == JointItem.case_id)
        .where(
            Case.closed_on.is_(None),
            # Where the joint space is only asked for, notices are read and nothing can be assessed.
            Case.id.in_(access.joint_case_ids(actor)),
            ~assessed.where(since).exists(),
            ~ended,
        )
        .order_by(JointItem.released_at.desc())
        .limit(3 * _MOST)
        .with_only_columns(
            JointItem,
            Case,
            ~assessed.exists(),
            assessed.where(RiskAssessment.finished_at.is_(None)).exists(),
        )
    )


def _at_times(db: Session, actor: Actor, times: Sequence[CaseTimes]) -> list[Case]:
    """The cases whose repeated time, or end, has come or comes soon and that no assessment belongs to."""
    due = {
        one.case.id: one for one in times if _time(one.times, one.rules, clock.today(), date.min) is not None
    }
    if not due:
        return []
    last = (
        access.visible_assessments(actor)
        .where(RiskAssessment.case_id.in_(due))
        .order_by(RiskAssessment.number)
        .with_only_columns(RiskAssessment.case_id, RiskAssessment.created_at)
    )
    newest = {row[0]: row[1] for row in db.execute(last)}
    return [
        due[case_id].case
        for case_id, began in newest.items()
        if _time(due[case_id].times, due[case_id].rules, clock.today(), clock.day(began)) is not None
    ]


@access.kept
def _waiting(actor: Actor) -> Select[Case, bool, bool, bool, bool, bool, bool]:
    """Each case in which something of the newest assessment waits, or the first one, with what of _WAITS it is."""
    seen = _seen(actor)
    waits = (
        seen.c.is_unanswered,
        seen.c.is_to_agree,
        and_(seen.c.is_finished, seen.c.has_happened),
        and_(seen.c.runs, seen.c.has_happened),
        seen.c.is_to_finish,
        and_(seen.c.is_none, or_(seen.c.is_first_time, seen.c.has_happened)),
    )
    return (
        select(Case, *waits)
        .join(seen, seen.c.id == Case.id)
        .where(or_(*waits))
        .order_by(Case.code)
        .limit(_MOST)
    )


def _seen(actor: Actor) -> CTE:
    """The newest assessment of each case, where one can be begun, and what can be asked of it: each looked up once."""
    later = aliased(RiskAssessment)
    is_newest = ~exists().where(later.case_id == RiskAssessment.case_id, later.number > RiskAssessment.number)
    columns = {
        "runs": _runs(),
        "is_none": RiskAssessment.id.is_(None),
        "is_finished": RiskAssessment.finished_at.is_not(None),
        "is_unanswered": _unanswered(actor),
        "is_to_agree": _to_agree(actor),
        "is_to_finish": _finish(actor),
        "is_first_time": and_(Closing.id.is_(None), _first_time_comes(actor)),
        "has_happened": _has_happened(actor),
    }
    found = (
        access.visible_cases(actor)
        .where(Case.closed_on.is_(None), Case.id.in_(access.joint_case_ids(actor)))
        .outerjoin(RiskAssessment, and_(RiskAssessment.case_id == Case.id, is_newest))
        .outerjoin(Closing, agreed_ends.is_of_case())
        .with_only_columns(Case.id, *(column.label(name) for name, column in columns.items()))
    )
    # Left to itself, a database puts each question wherever it is named, six times the longest one.
    return found.cte("seen").prefix_with("MATERIALIZED")


def _runs() -> ColumnElement[bool]:
    return and_(RiskAssessment.id.is_not(None), RiskAssessment.finished_at.is_(None))


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
            # Before the opening, one whose consent has ended opens nothing: it is handed in anew.
            or_(~JointItem.has_ended, RiskAssessment.opened_at.is_not(None)),
        )
        .correlate(RiskAssessment)
    )
    return and_(_runs(), ~handed.exists())


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
    return and_(_runs(), asked)


def _finish(actor: Actor) -> ColumnElement[bool]:
    """It was opened on an earlier day and runs still: what nobody finishes is no assessment."""
    if not access.may(actor, Permission.ASSESS_RISK):
        return false()
    return and_(_runs(), RiskAssessment.opened_at < clock.moment(clock.today()))


def _first_time_comes(actor: Actor) -> ColumnElement[bool]:
    """The first time of the protocol has come, or comes soon: the first assessment belongs to it."""
    if not access.may(actor, Permission.ASSESS_RISK):
        return false()
    protocol = protocols.load()
    soon = clock.today() + timedelta(days=protocol.rules.t_meeting_days)
    time = access.visible_t_points(actor).where(
        TPoint.case_id == Case.id, TPoint.label == protocol.t_points[0].id, TPoint.due_on <= soon
    )
    return time.correlate(Case).exists()


def _has_happened(actor: Actor) -> ColumnElement[bool]:
    """Something that calls a meeting, and is the actor's to know, came after the newest assessment, or the agreed end."""
    if not access.may(actor, Permission.ASSESS_RISK):
        return false()
    kinds = [kind.id for kind in protocols.load().path_kinds if kind.calls_meeting]
    since = _since()
    told = (
        access.visible_released_episodes(actor)
        .join(JointItem, JointItem.id == ReleasedEpisode.item_id)
        .where(ReleasedEpisode.entry_id == PathEntry.id, JointItem.released_at > since)
        .correlate(PathEntry, RiskAssessment, Closing)
    )
    released = (
        access.visible_released_entries(actor)
        .join(JointItem, JointItem.id == ReleasedEntry.item_id)
        .where(
            ReleasedEntry.entry_id == PathEntry.id,
            PathEntry.is_shared.is_(False),
            JointItem.released_at > since,
        )
        .correlate(PathEntry, RiskAssessment, Closing)
    )
    by_hand = and_(PathEntry.is_shared.is_(True), PathEntry.shared_at > since)
    came = or_(told.exists(), released.exists(), by_hand)
    after = access.visible_path_entries(actor).where(
        PathEntry.kind.in_(kinds),
        PathEntry.case_id == Case.id,
        or_(
            since.is_(None),
            PathEntry.created_at > since,
            and_(came, ~_was_on_the_table(actor)),
        ),
    )
    return after.correlate(Case, RiskAssessment, Closing).exists()


def _since() -> ColumnElement[datetime]:
    """When the newest assessment began or, where that is later or there is none, when both agreed on the end."""
    began = RiskAssessment.created_at
    return whichever((or_(began.is_(None), Closing.agreed_at > began), Closing.agreed_at), else_=began)


def _was_on_the_table(actor: Actor) -> Exists:
    """It could be read then, though that release has ended since and another took its place."""
    times = access.times_of_releases(actor)
    entry_id = times.selected_columns.entry_id
    began = _since()
    return (
        times.where(
            entry_id == PathEntry.id,
            JointItem.released_at <= began,
            or_(JointItem.withdrawn_at.is_(None), JointItem.withdrawn_at >= began),
            or_(JointItem.ends_on.is_(None), JointItem.ends_on >= func.date(began)),
        )
        .correlate(PathEntry, RiskAssessment, Closing)
        .exists()
    )
