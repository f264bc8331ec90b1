"""Episodes as people record, release and join them."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Episode, EpisodeJoin, EpisodeSource, JointItem
from core.operations import episode_boards, episode_joins, episode_releases, episodes
from core.operations.episode_boards import Told
from core.operations.episode_releases import Chosen
from core.operations.episodes import Given
from core.operations.releases import Basis, Terms
from tests import risk
from tests.make import Pair, consented

TODAY = clock.today()
WHY = "He has a weapon and waits before her door."
PURPOSE = "risk_assessment"


def days(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def told(
    db: Session,
    pair: Pair,
    source: EpisodeSource,
    on: date | None = None,
    *,
    actor: Actor | None = None,
    severity: str = "Shouted and threw a chair",
    **given: object,
) -> Episode:
    """What a source told: he to the programme, everybody else to the victim support service."""
    keeper = actor or (pair.pp if source is EpisodeSource.HIM else pair.vss)
    typed = Given(source, on or TODAY, severity, **given)  # type: ignore[arg-type]
    return episodes.record(db, keeper, pair.case.id, given=typed)


def terms(db: Session, pair: Pair, actor: Actor, *, basis: Basis = Basis.CONSENT) -> Terms:
    """The ground of a release: the consent of whom the own file is about, or a named one."""
    whom = risk.about(db, pair, actor)
    if basis is Basis.CONSENT:
        consented(db, actor, whom, PURPOSE)
    return Terms(whom.id, PURPOSE, basis, "" if basis is Basis.CONSENT else WHY)


def released(
    db: Session,
    pair: Pair,
    episode: Episode,
    *,
    actor: Actor | None = None,
    chosen: Chosen | None = None,
    basis: Basis = Basis.CONSENT,
    meant: bool = False,
) -> JointItem:
    """Release as somebody does who has looked at the preview."""
    keeper = actor or (pair.pp if episode.source is EpisodeSource.HIM else pair.vss)
    what = chosen or Chosen("New violence was told of.")
    ground = terms(db, pair, keeper, basis=basis)
    seen = episode_releases.preview(db, keeper, episode.id, chosen=what, terms=ground).digest
    return episode_releases.release(
        db, keeper, episode.id, chosen=what, terms=ground, seen=seen, names_are_meant=meant
    )


def read_by(db: Session, pair: Pair, actor: Actor, *, joint_only: bool = False) -> list[Told]:
    """What somebody reads, the newest event first."""
    return list(episode_boards.of_case(db, actor, pair.case.id, joint_only=joint_only).told)


def joined(db: Session, pair: Pair, *found: Episode) -> list[EpisodeJoin]:
    """Her service says that they tell of one event."""
    first, *others = found
    return [episode_joins.join(db, pair.vss, first.entry_id, one.entry_id) for one in others]
