"""The talk of two managements before any clause is written: challenges rated by each side, solutions, key aspects."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor, Permission, require
from core.content import talks as content
from core.content.files import by_id
from core.content.talks import Solution, Topic
from core.db import Record
from core.errors import Conflict, Invalid
from core.models import ChallengeRating, Cooperation, KeyAspect, Proposal, Talk, Weight
from core.operations import cooperations

__all__ = ["Weight"]

LONGEST: Final = 2000
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Rating:
    """What one side says of a challenge."""

    weight: Weight | None = None
    note: str = ""


@dataclass(frozen=True)
class Challenge:
    """A challenge, as both sides rated it so far."""

    topic: Topic
    pp: Rating
    vss: Rating

    @property
    def apart(self) -> int | None:
        """How many steps lie between the two; None while one of them is missing."""
        if self.pp.weight is None or self.vss.weight is None:
            return None
        steps = list(Weight)
        return abs(steps.index(self.pp.weight) - steps.index(self.vss.weight))


@dataclass(frozen=True)
class Remedy:
    """A solution, and what was drafted from it for the agreement."""

    topic: Solution
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True)
class Aspect:
    """A key aspect, what both mean by it here, and the objectives that came of it."""

    topic: Topic
    text: str
    proposals: tuple[Proposal, ...]

    @property
    def is_waiting(self) -> bool:
        """Something is written that is no objective yet."""
        return bool(self.text) and self.text not in {one.text for one in self.proposals}


@dataclass(frozen=True)
class Held:
    """When the managements talked, and who took part, one function a line."""

    held_on: date | None = None
    pp_present: str = ""
    vss_present: str = ""


@dataclass(frozen=True)
class Standing:
    """The talk as it stands: what the page and the record show."""

    cooperation: Cooperation
    content: content.Talk
    challenges: tuple[Challenge, ...]
    remedies: tuple[Remedy, ...]
    aspects: tuple[Aspect, ...]
    held: Held

    @property
    def rated(self) -> int:
        """How many challenges both sides have rated."""
        return sum(one.apart is not None for one in self.challenges)


def find(db: Session, actor: Actor, cooperation_id: UUID) -> Standing:
    """All that was said so far; both services read all of it."""
    cooperation = cooperations.find(db, actor, cooperation_id)
    made = content.load()
    proposals = cooperations.proposals(db, actor, cooperation_id)
    ratings = {
        (row.service_id, row.challenge): Rating(row.weight, row.note)
        for row in db.scalars(select(ChallengeRating).where(ChallengeRating.cooperation_id == cooperation.id))
    }
    written = {
        row.aspect: row.text
        for row in db.scalars(select(KeyAspect).where(KeyAspect.cooperation_id == cooperation.id))
    }
    talk = db.scalars(select(Talk).where(Talk.cooperation_id == cooperation.id)).one_or_none()
    return Standing(
        cooperation=cooperation,
        content=made,
        challenges=tuple(
            Challenge(
                topic,
                pp=ratings.get((cooperation.pp_id, topic.id), Rating()),
                vss=ratings.get((cooperation.vss_id, topic.id), Rating()),
            )
            for topic in made.challenges
        ),
        remedies=tuple(Remedy(topic, _from(proposals, topic.id)) for topic in made.solutions),
        aspects=tuple(
            Aspect(topic, written.get(topic.id, ""), _from(proposals, topic.id)) for topic in made.aspects
        ),
        held=Held(talk.held_on, talk.pp_present, talk.vss_present) if talk else Held(),
    )


def pulse(db: Session, actor: Actor, cooperation_id: UUID) -> int:
    """A number that moves with each rating, so that a screen can show the other side's."""
    own = access.own_cooperations(actor).with_only_columns(Cooperation.id)
    saves = select(func.sum(ChallengeRating.version)).where(
        ChallengeRating.cooperation_id == cooperation_id, ChallengeRating.cooperation_id.in_(own)
    )
    return db.scalar(saves) or 0


def rate(
    db: Session, actor: Actor, cooperation_id: UUID, *, challenge: str, rating: Rating, seen: Rating
) -> ChallengeRating:
    """Say how much a challenge weighs for the actor's own service; nobody can say it for the other one.

    Raises Conflict where a colleague has changed the same since the actor opened it (`seen`).
    """
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = cooperations.find(db, actor, cooperation_id)
    _known(content.load().challenges, challenge, field="challenge")
    if rating.weight is None:
        raise Invalid("error.cooperation.choose", field="weight")
    note = text.text(rating.note, field="note", required=False, longest=LONGEST)
    own = {"service_id": actor.service_id, "challenge": challenge}
    record = _record(db, ChallengeRating, cooperation.id, own)
    _merge(record, {"weight": rating.weight, "note": note}, {"weight": seen.weight, "note": seen.note})
    audit.record(db, actor, "rated", record)
    return record


def write_aspects(
    db: Session, actor: Actor, cooperation_id: UUID, *, texts: Mapping[str, str], seen: Mapping[str, str]
) -> None:
    """Write what both services mean by the key aspects; only what the actor changed is saved.

    Raises Conflict, and saves nothing, where a text was changed by somebody else too.
    """
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = cooperations.find(db, actor, cooperation_id)
    for aspect, given in texts.items():
        _known(content.load().aspects, aspect, field="aspect")
        typed = text.text(given, field=aspect, required=False, longest=LONGEST)
        if typed == seen.get(aspect, ""):
            continue
        record = _record(db, KeyAspect, cooperation.id, {"aspect": aspect})
        _merge(record, {"text": typed}, {"text": seen.get(aspect, "")})
        audit.record(db, actor, "written", record)


def commit(
    db: Session,
    actor: Actor,
    cooperation_id: UUID,
    *,
    solution: str,
    wording: str,
    side: str,
    due_on: date | None,
) -> Proposal:
    """Turn a solution into a commitment that the draft of the agreement can take over."""
    _known(content.load().solutions, solution, field="solution")
    return cooperations.propose(
        db,
        actor,
        cooperation_id,
        chapter="commitments",
        wording=wording,
        side=side,
        point=solution,
        due_on=due_on,
    )


def aim_at(db: Session, actor: Actor, cooperation_id: UUID, *, aspect: str) -> Proposal:
    """Make an objective of what is written on a key aspect. Raises Conflict where there is nothing new to make one of."""
    require(actor, Permission.WRITE_COOPERATION)
    _known(content.load().aspects, aspect, field="aspect")
    standing = find(db, actor, cooperation_id)
    found = next(one for one in standing.aspects if one.topic.id == aspect)
    if not found.is_waiting:
        raise Conflict("error.talk.no_new_objective")
    return cooperations.propose(
        db, actor, cooperation_id, chapter="objectives", wording=found.text, point=aspect
    )


def record_held(db: Session, actor: Actor, cooperation_id: UUID, *, held: Held, seen: Held) -> Talk:
    """Write down when the managements talked and who took part, by function. Raises Conflict like `rate`."""
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = cooperations.find(db, actor, cooperation_id)
    if held.held_on is not None and text.day(held.held_on, field="held_on") > clock.today():
        raise Invalid("error.talk.day_ahead", field="held_on")
    typed = {
        "held_on": held.held_on,
        "pp_present": _functions(held.pp_present, field="pp_present"),
        "vss_present": _functions(held.vss_present, field="vss_present"),
    }
    record = _record(db, Talk, cooperation.id, {})
    _merge(record, typed, vars(seen))
    audit.record(db, actor, "held", record)
    return record


def _functions(typed: str, *, field: str) -> str:
    return text.text(typed, field=field, required=False, longest=500)


def _from(proposals: Collection[Proposal], point: str) -> tuple[Proposal, ...]:
    return tuple(one for one in proposals if one.point == point)


def _known(topics: tuple[Topic, ...] | tuple[Solution, ...], given: str, *, field: str) -> Topic:
    try:
        return by_id(topics, given)
    except KeyError:
        raise Invalid("error.cooperation.choose", field=field) from None


def _record(db: Session, model: type[R], cooperation_id: UUID, own: Mapping[str, Any]) -> R:
    """The record of this cooperation that these values name; a new one where there is none yet."""
    values: dict[str, Any] = {"cooperation_id": cooperation_id, **own}
    found = db.scalars(select(model).filter_by(**values)).one_or_none()
    if found is None:
        found = model(**values)
        db.add(found)
    return found


def _merge(record: Record, typed: Mapping[str, object], seen: Mapping[str, object]) -> None:
    """Save what was changed since the form was opened. Raises Conflict where somebody else changed the same."""
    changed = {name: value for name, value in typed.items() if value != seen[name]}
    for name, value in changed.items():
        if getattr(record, name) not in {seen[name], value}:
            raise Conflict
    for name, value in changed.items():
        setattr(record, name, value)
