"""New violence, as she, the police and he tell of it; of the older ones only she has told."""

from typing import Final, NamedTuple

from core.demo.stage import Stage, say
from core.models import Case, Episode, EpisodeSource, Known
from core.operations import episode_joins, episode_releases, episodes, files
from core.operations.episode_releases import Chosen
from core.operations.episodes import Given
from core.operations.releases import Terms


class Story(NamedTuple):
    """Who writes down what whom told, on which days from today."""

    key: str
    author: str
    source: EpisodeSource
    happened: int
    told: int
    kinds: tuple[str, ...]
    until: int | None = None
    told_by: str = ""
    children: Known = Known.UNKNOWN


BEFORE: Final = Story(
    "before", "elena", EpisodeSource.HER, -131, -96, ("stalking", "psychological"), until=-112
)
WAITED: Final = Story("waited", "nina", EpisodeSource.HER, -24, -22, ("stalking",), children=Known.NO)


def older(stage: Stage, case: Case) -> None:
    """Before the programme, and in its first months: nobody else has told of it, and none of it is released."""
    for story in (BEFORE, WAITED):
        _write(stage, case, story)


def threats(stage: Stage, case: Case, day: int) -> None:
    """She tells of threats on the evening, and lets the programme know of them; the police write on the next day."""
    hers = _write(
        stage, case, Story("threats", "elena", EpisodeSource.HER, day, day, ("psychological", "digital"))
    )
    _release(stage, case, hers, "elena", day, Chosen(say("episode.threats.released"), with_kinds=True))
    police = _write(
        stage,
        case,
        Story(
            "police",
            "elena",
            EpisodeSource.OTHER,
            day,
            day + 1,
            ("digital",),
            told_by=say("episode.police_by"),
        ),
        hour=17,
    )
    with stage.on(day + 1, 18):
        episode_joins.join(stage.db, stage.actors["elena"], hers.entry_id, police.entry_id)
    his = _write(stage, case, Story("quarrel", "ivo", EpisodeSource.HIM, day, day + 3, ("verbal",)))
    told = Chosen(say("episode.quarrel.severity"), with_kinds=True, with_source=True)
    _release(stage, case, his, "ivo", day + 3, told)
    with stage.on(day + 4, 9):
        episode_joins.join(stage.db, stage.actors["elena"], hers.entry_id, his.entry_id)


def _write(stage: Stage, case: Case, story: Story, *, hour: int = 20) -> Episode:
    with stage.on(story.told, hour):
        given = Given(
            source=story.source,
            happened_on=stage.day(story.happened),
            until_on=stage.day(story.until) if story.until else None,
            severity=say(f"episode.{story.key}.severity"),
            told_on=stage.day(story.told),
            told_by=story.told_by,
            kinds=story.kinds,
            with_children=story.children,
            action_taken=say(f"episode.{story.key}.action"),
        )
        return episodes.record(stage.db, stage.actors[story.author], case.id, given=given)


def _release(  # noqa: PLR0917
    stage: Stage, case: Case, episode: Episode, who: str, day: int, chosen: Chosen
) -> None:
    db, actor = stage.db, stage.actors[who]
    with stage.on(day, 21):
        terms = Terms(files.mine(db, actor, case.id).subjects[0].id, "risk_assessment")
        seen = episode_releases.preview(db, actor, episode.id, chosen=chosen, terms=terms).digest
        episode_releases.release(db, actor, episode.id, chosen=chosen, terms=terms, seen=seen)
