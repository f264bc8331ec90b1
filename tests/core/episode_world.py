"""New violence in the world in which the table of access is tried: each side holds one that it released, and one more."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content.access_rules import Act, Space
from core.models import Episode, EpisodeSource, JointItem, PathEntry, ReleasedEpisode, ServiceKind
from core.operations import episode_releases, episodes
from core.operations.episode_releases import Chosen
from core.operations.releases import Terms
from tests import risk
from tests.make import Pair, consented

Try = Callable[[Any, Actor, ServiceKind], object]


def build(db: Session, pair: Pair, keeper: Actor, space: Space) -> dict[str, UUID]:
    """One episode that stays in the file, and one that was released; with `OPEN` that was taken back."""
    kept, told = (_episode(db, pair, keeper) for _ in range(2))
    item = JointItem(
        case_id=pair.case.id,
        service_id=keeper.service_id,
        author_id=keeper.person_id,
        topic=episode_releases.TOPIC,
        text="Shouted",
        purpose="risk_assessment",
        released_at=clock.now(),
        withdrawn_at=clock.now() if space is Space.OPEN else None,
    )
    db.add(item)
    db.flush()
    released = ReleasedEpisode(item_id=item.id, entry_id=told.entry_id, happened_on=clock.today())
    db.add(released)
    db.flush()
    return {"episode": kept.id, "released_episode": released.id}


def _episode(db: Session, pair: Pair, keeper: Actor) -> Episode:
    entry = PathEntry(
        case_id=pair.case.id, service_id=keeper.service_id, kind="episode", happened_on=clock.today()
    )
    db.add(entry)
    db.flush()
    source = EpisodeSource.HER if keeper.kind is ServiceKind.VSS else EpisodeSource.HIM
    found = Episode(
        entry_id=entry.id,
        source=source,
        told_on=clock.today(),
        severity="Shouted",
        recorded_by=keeper.person_id,
    )
    db.add(found)
    db.flush()
    return found


def _sees(statement: Callable[[Actor], Any], key: str) -> Try:
    def act(world: Any, actor: Actor, side: ServiceKind) -> object:
        return access.find(world.db, statement(actor), world.sides[side].ids[key])

    return act


def _remove(world: Any, actor: Actor, side: ServiceKind) -> object:
    return episodes.remove(world.db, actor, world.sides[side].ids["episode"], reason="A slip", version=1)


def _release(world: Any, actor: Actor, side: ServiceKind) -> object:
    keeper, wanted = world.sides[side].keeper, world.sides[side].ids["episode"]
    whom = risk.about(world.db, world.pair, keeper)
    consented(world.db, keeper, whom)
    chosen, terms = Chosen("He shouted"), Terms(whom.id, "risk_assessment")
    seen = episode_releases.preview(world.db, actor, wanted, chosen=chosen, terms=terms).digest
    return episode_releases.release(world.db, actor, wanted, chosen=chosen, terms=terms, seen=seen)


TRIES: dict[tuple[str, Act], Try] = {
    ("episode", Act.READ): _sees(access.visible_episodes, "episode"),
    ("episode", Act.WRITE): _remove,
    ("episode", Act.SHARE): _release,
    ("released_episode", Act.READ): _sees(access.visible_released_episodes, "released_episode"),
}
