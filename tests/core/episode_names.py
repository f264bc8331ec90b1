"""What is released of new violence is read by both services; test_names tries it with a name in it."""

from sqlalchemy.orm import Session

from core.models import EpisodeSource
from core.operations.episode_releases import Chosen
from tests import episodes
from tests.make import Make, Pair


def release_episode(db: Session, make: Make, pair: Pair, words: str) -> object:
    found = episodes.told(db, pair, EpisodeSource.HER)
    return episodes.released(db, pair, found, chosen=Chosen(words))


ACTS = (release_episode,)
