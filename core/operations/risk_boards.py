"""The meeting on a risk assessment: both first passes side by side, the differences first, settled item by item.

Everything here is read from what both services read: a screen on a wall shows the same, whoever opened it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, text
from core.access import Actor, Permission, require
from core.content.risk_checklists import Item
from core.errors import Conflict, Invalid
from core.models import (
    Action,
    ActionState,
    HandedAnswer,
    HandedIn,
    OutsideResult,
    RiskAction,
    RiskAssessment,
    RiskGrade,
    RiskLevel,
    Seen,
    ServiceKind,
    Settlement,
)
from core.operations import action_plans, cases, files, risk_assessments, risk_earlier, risk_lists, telling
from core.operations.risk_assessments import HER, Version

__all__ = ["HER", "OutsideResult", "Seen", "Settlement"]

LONGEST = 1000
Key = tuple[str, str]
_GIVEN_UP: Final = frozenset({ActionState.NOT_POSSIBLE, ActionState.NOT_DONE})


class Part(StrEnum):
    """Where an item stands in the meeting's order."""

    DIFFERS = "differs"
    SERIOUS = "serious"
    REST = "rest"
    #: Both said that it is not there, nobody wrote anything beside it, and so it was settled: it is talked through.
    ABSENT = "absent"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Line:
    """One item for one person: what each side said, and what both hold of it now."""

    about: str
    item: Item
    #: None where the side has handed nothing in, or took it back.
    pp: HandedAnswer | None
    vss: HandedAnswer | None
    #: What was settled, oldest first; the last holds.
    settled: tuple[Settlement, ...]
    #: What was held last in the version before.
    before: Settlement | None
    actions: tuple[Action, ...]

    @property
    def key(self) -> Key:
        return self.about, self.item.id

    @property
    def now(self) -> Settlement | None:
        return self.settled[-1] if self.settled else None

    @property
    def sides(self) -> tuple[HandedAnswer, ...]:
        return tuple(one for one in (self.pp, self.vss) if one is not None)

    @property
    def differs(self) -> bool:
        return self.pp is not None and self.vss is not None and _said(self.pp) != _said(self.vss)

    @property
    def is_same(self) -> bool:
        return self.pp is not None and self.vss is not None and not self.differs

    @property
    def is_alike(self) -> bool:
        """Both said the same of it: where neither knows, or one keeps back what it knows, nothing was said."""
        return self.is_same and all(one.seen is not Seen.NOT_KNOWN for one in self.sides)

    @property
    def was_there(self) -> bool:
        """The version before held that it is there, or was: nobody settles it among many others."""
        return self.before is not None and self.before.seen in {Seen.PRESENT, Seen.PAST}

    @property
    def is_unknown(self) -> bool:
        """Neither said that it knows anything of it, and the last version did not either."""
        return self.is_same and not self.is_alike and not self.was_there

    @property
    def is_present(self) -> bool:
        """As it was settled; before that, as either side says."""
        if self.now is not None:
            return self.now.seen is Seen.PRESENT
        return any(one.seen is Seen.PRESENT for one in self.sides)

    @property
    def is_serious(self) -> bool:
        """A serious item that is there: of the list for the woman, which alone has such a group."""
        return self.item.is_serious and self.is_present

    @property
    def is_said(self) -> bool:
        """A serious item that one of the two said is present, whatever both hold."""
        return self.item.is_serious and any(one.seen is Seen.PRESENT for one in self.sides)

    @property
    def is_overruled(self) -> bool:
        """A serious item that one of the two said is present, and that both hold otherwise."""
        return self.is_said and not self.is_present

    @property
    def is_wanted(self) -> bool:
        """To be settled before the version is finished: the two differ, or one of them said that it is serious."""
        return self.now is None and (self.differs or self.is_said)

    @property
    def part(self) -> Part:
        if self.differs:
            return Part.DIFFERS
        if self.is_said:
            return Part.SERIOUS
        is_empty = all(one.seen is Seen.NOT_KNOWN and not one.note for one in self.sides)
        is_settled = self.now is not None and self.now.seen is not Seen.NOT_KNOWN
        if is_empty and not is_settled and not self.was_there:
            return Part.NOTHING
        return Part.ABSENT if self._is_absent else Part.REST

    @property
    def _is_absent(self) -> bool:
        said: list[HandedAnswer | Settlement | None] = [self.pp, self.vss, self.now]
        is_said = all(one is not None and one.seen is Seen.NOT_PRESENT and not one.note for one in said)
        return is_said and not self.actions

    @property
    def lacks_action(self) -> bool:
        """It is there, and nothing is done about it or was: what was given up answers to nothing."""
        return self.is_present and all(one.state in _GIVEN_UP for one in self.actions)


class Pulse(NamedTuple):
    """Numbers that move with what both services know; what a side answers on its own moves none."""

    version: int
    pp_is_in: bool
    vss_is_in: bool
    settled: int
    links: int
    results: int
    #: Grows with each level that is chosen, and with each agreement to one.
    levels: int


@dataclass(frozen=True)
class HandIn:
    """When a side handed in what both read now: the day, and whether the other's answers lay open by then."""

    on: date
    is_after_opening: bool
    #: An earlier one was taken back when the other side could read it.
    is_again: bool


@dataclass(frozen=True)
class Board:
    """An assessment on the shared screen."""

    version: Version
    lines: tuple[Line, ...]
    #: How she herself sees it, where her service handed that in.
    her_grade: RiskGrade | None
    her_words: str
    #: None where nothing of the side is read.
    pp_in: HandIn | None
    vss_in: HandIn | None
    results: tuple[OutsideResult, ...]
    #: Who settled something, and who finished it, by name.
    people: Mapping[UUID, str]
    #: As `pulse` gave it when this was read.
    pulse: Pulse

    def of(self, about: str) -> list[Line]:
        """The items of one person in the meeting's order: differences, what is serious, the rest, what nobody knows."""
        order = list(Part)
        return sorted(
            (one for one in self.lines if one.about == about), key=lambda one: order.index(one.part)
        )

    def line(self, about: str, item: str) -> Line:
        return next(one for one in self.lines if one.key == (about, item))

    @property
    def serious(self) -> list[Line]:
        return [one for one in self.lines if one.is_serious]

    @property
    def overruled(self) -> list[Line]:
        return [one for one in self.lines if one.is_overruled]

    @property
    def gaps(self) -> list[Line]:
        """What is present and has no action in the plan."""
        return [one for one in self.lines if one.lacks_action]

    @property
    def wanted(self) -> list[Line]:
        """What is to be settled before the version is finished."""
        return [one for one in self.lines if one.is_wanted]

    def left(self, about: str) -> int:
        """How many items nobody has settled yet."""
        return sum(1 for one in self.lines if one.about == about and one.now is None)

    def differing(self, about: str) -> int:
        """On how many items the two first passes differ."""
        return sum(1 for one in self.lines if one.about == about and one.differs)


@access.of_case_of(RiskAssessment)
def of_assessment(db: Session, actor: Actor, assessment_id: UUID) -> Board:
    """The board of an assessment; before it is opened it holds no answer of either side."""
    version = risk_assessments.version(db, actor, assessment_id)
    found = version.assessment
    audit.look(db, version.case, "read_risk", case_id=version.case.id)
    sides, handed = _handed(db, actor, version)
    settled = _settled(db, actor, found)
    links = _links(db, actor, found)
    actions = _actions(db, actor, [*links, *_earlier_links(db, actor, version)], found)
    before = risk_earlier.settled_before(db, actor, version)
    cooperation = version.case.cooperation
    lines = tuple(
        Line(
            about=about,
            item=item,
            pp=sides.get(cooperation.pp_id, {}).get((about, item.id)),
            vss=sides.get(cooperation.vss_id, {}).get((about, item.id)),
            settled=tuple(settled.get((about, item.id), ())),
            before=before.get((about, item.id)),
            actions=tuple(actions.get((about, item.id), ())),
        )
        for about in version.about
        for item in version.list_of(about).items
    )
    hers = handed.get(cooperation.vss_id)
    hand_ins = _hand_ins(db, actor, found, handed)
    statement = access.joint_outside_results(actor).where(OutsideResult.assessment_id == found.id)
    results = tuple(db.scalars(statement.order_by(OutsideResult.done_on)))
    return Board(
        version=version,
        lines=lines,
        her_grade=hers.her_grade if hers else None,
        her_words=hers.her_words if hers else "",
        pp_in=hand_ins.get(cooperation.pp_id),
        vss_in=hand_ins.get(cooperation.vss_id),
        results=results,
        people=_people(db, found, settled.values()),
        pulse=_beat(
            version,
            sum(len(rows) for rows in settled.values()),
            len(links),
            len(results),
            levels=db.scalar(_levels(actor, found)),
        ),
    )


@access.of_case_of(RiskAssessment)
def pulse(db: Session, actor: Actor, assessment_id: UUID) -> Pulse:
    """The pulse of an assessment now."""
    version = risk_assessments.version(db, actor, assessment_id)
    counts = [
        statement.where(model.assessment_id == version.assessment.id)
        .with_only_columns(func.count())
        .scalar_subquery()
        for statement, model in (
            (access.visible_settlements(actor), Settlement),
            (access.visible_risk_actions(actor), RiskAction),
            (access.joint_outside_results(actor), OutsideResult),
        )
    ]
    levels = _levels(actor, version.assessment).scalar_subquery()
    *others, chosen = db.execute(select(*counts, levels)).one()
    return _beat(version, *others, levels=chosen)


def _levels(actor: Actor, found: RiskAssessment) -> Select[int | None]:
    levels = access.visible_risk_levels(actor).where(RiskLevel.assessment_id == found.id)
    return levels.with_only_columns(func.sum(RiskLevel.version))


@access.of_case_of(RiskAssessment)
def left(db: Session, actor: Actor, assessment_id: UUID) -> dict[str, int]:
    """For each person how many items nobody has settled yet."""
    version = risk_assessments.version(db, actor, assessment_id)
    rows = (
        access.visible_settlements(actor)
        .where(Settlement.assessment_id == version.assessment.id)
        .group_by(Settlement.about)
        .with_only_columns(Settlement.about, func.count(Settlement.item.distinct()))
    )
    settled = {row[0]: row[1] for row in db.execute(rows)}
    return {one: len(version.list_of(one).items) - settled.get(one, 0) for one in version.about}


def _beat(version: Version, settled: int, links: int, results: int, *, levels: int | None) -> Pulse:
    found = version.assessment.version, version.pp_is_in, version.vss_is_in
    return Pulse(*found, settled, links, results, levels or 0)


def settle(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    about: str,
    item: str,
    seen: Seen | None,
    past_on: date | None = None,
    note: str = "",
    number: int,
    meant: Collection[str] | None = None,
) -> Settlement:
    """Say what both services hold of an item now; what each said before stays as it was.

    `number` is that of the settlement that the actor saw, 0 for none; `meant` is what its author was asked about
    (telling.require_meant). Raises Conflict where somebody settled it meanwhile.
    """
    require(actor, Permission.ASSESS_RISK)
    found = risk_assessments.require_opened(db, actor, assessment_id)
    risk_assessments.require_about(db, actor, found, about, item)
    if seen is None:
        raise Invalid("error.cooperation.choose", field="seen")
    known = _settled(db, actor, found).get((about, item), [])
    if len(known) != number:
        raise Conflict("error.risk.settled_meanwhile")
    on = _day(past_on) if seen is Seen.PAST else None
    said = text.text(note, field="note", required=False, longest=LONGEST)
    files.require_nameless(db, actor, found.case_id, note=said)
    before = known[-1].note if known else ""
    is_meant = telling.require_meant(db, actor, found.case_id, meant, note=(said, before))
    row = Settlement(
        assessment_id=found.id,
        about=about,
        item=item,
        number=number + 1,
        seen=seen,
        past_on=on,
        note=said,
        settled_by=actor.person_id,
    )
    db.add(row)
    db.flush()
    audit.record(db, actor, "settle", found, case_id=found.case_id)
    if is_meant:
        audit.record(db, actor, "meant", found, case_id=found.case_id)
    return row


def settle_same(db: Session, actor: Actor, assessment_id: UUID, *, about: str) -> int:
    """Settle at once what both sides answered alike and nobody has settled; how much that was."""
    return _settle_all(db, actor, assessment_id, about, lambda line: line.is_alike)


def settle_unknown(db: Session, actor: Actor, assessment_id: UUID, *, about: str) -> int:
    """Settle at once as not known what neither side knows, nobody has settled and the last version did not hold.

    How much that was.
    """
    return _settle_all(db, actor, assessment_id, about, lambda line: line.is_unknown)


def _settle_all(
    db: Session, actor: Actor, assessment_id: UUID, about: str, is_meant: Callable[[Line], bool]
) -> int:
    require(actor, Permission.ASSESS_RISK)
    found = risk_assessments.require_opened(db, actor, assessment_id)
    board = of_assessment(db, actor, found.id)
    alike = [one for one in board.of(about) if is_meant(one) and one.now is None]
    for line in alike:
        said = line.sides[0]
        db.add(
            Settlement(
                assessment_id=found.id,
                about=about,
                item=line.item.id,
                number=1,
                seen=said.seen,
                past_on=said.past_on,
                settled_by=actor.person_id,
            )
        )
    if alike:
        db.flush()
        audit.record(db, actor, "settle", found, case_id=found.case_id)
    return len(alike)


def add_action(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    about: str,
    item: str,
    need: str,
    text: str,
    due_on: date | None,
    service_id: UUID | None,
    person_id: UUID | None = None,
    meant: Collection[str] | None = None,
) -> Action:
    """Put an action into the joint plan that answers to an item."""
    found = risk_assessments.find(db, actor, assessment_id)
    risk_assessments.require_about(db, actor, found, about, item)
    action = action_plans.add(
        db,
        actor,
        found.case_id,
        need=need,
        text=text,
        due_on=due_on,
        service_id=service_id,
        person_id=person_id,
        meant=meant,
    )
    return _link(db, actor, found, about, item, action)


def link_action(
    db: Session, actor: Actor, assessment_id: UUID, *, about: str, item: str, action_id: UUID | None
) -> Action:
    """Say that an action of the plan answers to an item."""
    require(actor, Permission.WRITE_PLAN)
    found = risk_assessments.find(db, actor, assessment_id)
    risk_assessments.require_about(db, actor, found, about, item)
    if action_id is None:
        raise Invalid("error.cooperation.choose", field="action")
    action = action_plans.find(db, actor, action_id)
    if action.case_id != found.case_id:
        raise Invalid("error.cooperation.choose", field="action")
    return _link(db, actor, found, about, item, action)


def add_result(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    instrument: str,
    done_on: date | None,
    done_by: str,
    result: str,
    meant: Collection[str] | None = None,
) -> OutsideResult:
    """Record what an instrument said that is no part of this product: never its questions.

    Both services read it once the two first passes are open, and what her service records as long as it has handed in;
    until then its own service alone. `meant` is what its author was asked about (telling.require_meant).
    """
    require(actor, Permission.ASSESS_RISK)
    found = risk_assessments.require_running(db, actor, assessment_id)
    row = OutsideResult(
        assessment_id=found.id,
        service_id=actor.service_id,
        instrument=text.line(instrument, field="instrument", longest=200),
        done_on=_day(done_on, field="done_on"),
        done_by=text.line(done_by, field="done_by", longest=200),
        result=text.text(result, field="result", longest=LONGEST),
        recorded_by=actor.person_id,
    )
    said = {"instrument": row.instrument, "done_by": row.done_by, "result": row.result}
    files.require_nameless(db, actor, found.case_id, **said)
    new = {name: (words, "") for name, words in said.items()}
    is_meant = telling.require_meant(db, actor, found.case_id, meant, **new)
    db.add(row)
    db.flush()
    audit.record(db, actor, "outside_result", found, case_id=found.case_id)
    if is_meant:
        audit.record(db, actor, "meant", found, case_id=found.case_id)
    return row


@access.of_case_of(RiskAssessment)
def own_results(db: Session, actor: Actor, assessment_id: UUID) -> Sequence[OutsideResult]:
    """The results that the actor's own service recorded in an assessment, whether the other reads them or not."""
    statement = access.visible_outside_results(actor).where(
        OutsideResult.assessment_id == assessment_id, OutsideResult.service_id == actor.service_id
    )
    return db.scalars(statement.order_by(OutsideResult.done_on)).all()


def drop_result(db: Session, actor: Actor, result_id: UUID) -> None:
    """Take out a result of one's own service: hers always, while the version runs.

    Raises Conflict for the programme's once the first passes are open: the other service has read it.
    """
    require(actor, Permission.ASSESS_RISK)
    own = access.visible_outside_results(actor).where(OutsideResult.service_id == actor.service_id)
    row = access.find(db, own, result_id)
    found = risk_assessments.require_running(db, actor, row.assessment_id)
    if found.is_open and actor.kind is not ServiceKind.VSS:
        raise Conflict("error.risk.result_read")
    db.delete(row)
    audit.record(db, actor, "outside_result_dropped", found, case_id=found.case_id)
    db.flush()


@dataclass(frozen=True)
class Compared:
    """An item in two versions; None where a version did not ask it."""

    line: Line
    here: Line | None
    there: Line | None

    @property
    def is_asked_twice(self) -> bool:
        return self.here is not None and self.there is not None

    @property
    def has_changed(self) -> bool:
        return (
            self.here is not None and self.there is not None and state_of(self.here) != state_of(self.there)
        )


def compare(db: Session, actor: Actor, assessment_id: UUID, other_id: UUID) -> list[Compared]:
    """Two versions side by side: what changed first, then what both asked, then what one of them alone asked.

    An item is the same where it has the same id or, in another list, the same words.
    """
    here, there = (of_assessment(db, actor, one) for one in (assessment_id, other_id))
    if here.version.case.id != there.version.case.id:
        raise Invalid("error.cooperation.choose", field="other")
    by_id = {line.key: line for line in there.lines}
    by_words = {(line.about, line.item.title): line for line in there.lines}
    pairs = [
        Compared(line, line, by_id.get(line.key) or by_words.get((line.about, line.item.title)))
        for line in here.lines
    ]
    paired = {pair.there.key for pair in pairs if pair.there is not None}
    pairs += [Compared(line, None, line) for line in there.lines if line.key not in paired]
    return sorted(pairs, key=lambda pair: (not pair.has_changed, not pair.is_asked_twice))


def state_of(line: Line) -> Seen | None:
    """What was settled; None where nobody did."""
    return line.now.seen if line.now else None


def _said(row: HandedAnswer) -> tuple[Seen, date | None]:
    return row.seen, row.past_on


def _handed(
    db: Session, actor: Actor, version: Version
) -> tuple[Mapping[UUID, Mapping[Key, HandedAnswer]], Mapping[UUID, HandedIn]]:
    """What each service handed in last and both read now."""
    statement = access.joint_handed_in(actor).where(HandedIn.assessment_id == version.assessment.id)
    handed = {one.service_id: one for one in db.scalars(statement.order_by(HandedIn.created_at))}
    services = {one.id: service_id for service_id, one in handed.items()}
    found: dict[UUID, dict[Key, HandedAnswer]] = {}
    rows = access.visible_handed_answers(actor).where(HandedAnswer.handed_in_id.in_(services))
    for row in db.scalars(rows):
        found.setdefault(services[row.handed_in_id], {})[row.about, row.item] = row
    return found, handed


def _hand_ins(db: Session, actor: Actor, found: RiskAssessment, handed: Iterable[UUID]) -> dict[UUID, HandIn]:
    """By service, when it handed in what both read now."""
    times: dict[UUID, list[datetime]] = {}  # the last of them is that of what both read now
    statement = access.handed_in_times(actor).where(HandedIn.assessment_id == found.id)
    for service_id, at in db.execute(statement):
        times.setdefault(service_id, []).append(at)
    return {
        service_id: HandIn(
            on=clock.day(times[service_id][-1]),
            is_after_opening=found.opened_at is not None and times[service_id][-1] > found.opened_at,
            is_again=len(times[service_id]) > 1,
        )
        for service_id in handed
    }


def _settled(db: Session, actor: Actor, found: RiskAssessment) -> dict[Key, list[Settlement]]:
    rows: dict[Key, list[Settlement]] = {}
    statement = access.visible_settlements(actor).where(Settlement.assessment_id == found.id)
    for row in db.scalars(statement.order_by(Settlement.number)):
        rows.setdefault((row.about, row.item), []).append(row)
    return rows


def _people(
    db: Session, found: RiskAssessment, settled: Iterable[Sequence[Settlement]]
) -> Mapping[UUID, str]:
    by = [rows[-1].settled_by for rows in settled]
    return risk_assessments.names_of(db, [found.finished_by, *by])


def _links(db: Session, actor: Actor, found: RiskAssessment) -> list[tuple[Key, RiskAction]]:
    """What was linked in this assessment, each with its item."""
    own = access.visible_risk_actions(actor).where(RiskAction.assessment_id == found.id)
    return [((link.about, link.item), link) for link in db.scalars(own)]


def _earlier_links(db: Session, actor: Actor, version: Version) -> Iterator[tuple[Key, RiskAction]]:
    """What earlier assessments of the case linked, each with the item of this one's list that asks the same."""
    found = version.assessment
    statement = (
        access.visible_risk_actions(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskAction.assessment_id)
        .where(RiskAssessment.case_id == found.case_id, RiskAssessment.number < found.number)
        .add_columns(RiskAssessment.woman_list, RiskAssessment.children_list)
    )
    lists = {found.woman_list: version.woman}
    for link, woman, of_children in db.execute(statement):
        if woman not in lists:
            lists[woman] = risk_lists.load(db, woman)
        asked = lists[woman] if link.about == HER else risk_lists.children(of_children)
        same = version.list_of(link.about).same(asked.item(link.item))
        if same is not None:
            yield (link.about, same.id), link


def _actions(
    db: Session, actor: Actor, links: Sequence[tuple[Key, RiskAction]], found: RiskAssessment
) -> dict[Key, list[Action]]:
    """By item the actions that answer to it; of earlier assessments those that are open, or were done since this began."""
    began = clock.day(found.created_at)
    wanted = access.visible_actions(actor).where(Action.id.in_([link.action_id for _, link in links]))
    known = {one.id: one for one in db.scalars(wanted.options(joinedload(Action.service)))}
    rows: dict[Key, dict[UUID, Action]] = {}
    for key, link in links:
        action = known.get(link.action_id)
        if action is None:
            continue
        is_done_since = action.done_on is not None and action.done_on >= began
        if link.assessment_id == found.id or action.state.is_open or is_done_since:
            rows.setdefault(key, {})[action.id] = action
    return {key: list(those.values()) for key, those in rows.items()}


def _link(  # noqa: PLR0917
    db: Session, actor: Actor, found: RiskAssessment, about: str, item: str, action: Action
) -> Action:
    cases.find_open(db, actor, found.case_id)
    known = access.visible_risk_actions(actor).where(
        RiskAction.assessment_id == found.id,
        RiskAction.about == about,
        RiskAction.item == item,
        RiskAction.action_id == action.id,
    )
    if db.scalar(known) is None:
        db.add(
            RiskAction(
                assessment_id=found.id, about=about, item=item, action_id=action.id, linked_by=actor.person_id
            )
        )
        audit.record(db, actor, "link_action", found, case_id=found.case_id)
        db.flush()
    return action


def _day(value: date | None, *, field: str = "past_on") -> date:
    on = text.day(value, field=field)
    if on > clock.today():
        raise Invalid("error.in_the_future", field=field)
    return on


def unlinked(actions: Sequence[Action], line: Line) -> list[Action]:
    """The open actions of the plan that do not answer to this item yet."""
    linked = {one.id for one in line.actions}
    return [one for one in actions if one.state.is_open and one.id not in linked]
