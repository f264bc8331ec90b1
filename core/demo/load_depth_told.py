"""Forty accounts of new violence over five years, as she, he and others told of them, and which tell of one event."""

from datetime import date, timedelta
from itertools import combinations, cycle
from typing import Final

from core.demo.load_deep import Deep, Own
from core.demo.stage import say
from core.models import Episode, EpisodeJoin, EpisodeSource, Known, PathEntry, ReleasedEpisode
from core.operations import first_passes, joint_items, path_entries

HIM, HER, OTHER = EpisodeSource.HIM, EpisodeSource.HER, EpisodeSource.OTHER
ACCOUNTS: Final = 40
#: Who tells of one event after the other, again and again: twelve accounts of eight events.
TOLD: Final = ((HER,), (HER, OTHER), (HIM, HER), (OTHER,), (HER,), (HIM,), (HER, OTHER, HIM), (HER,))
#: What each tells, by its key in the story, with the kinds of violence in it.
SAID: Final = {
    HIM: (("quarrel", ("verbal",)),),
    HER: (
        ("before", ("stalking", "psychological")),
        ("waited", ("stalking",)),
        ("threats", ("psychological", "digital")),
    ),
    OTHER: (("police", ("digital", "physical")),),
}
#: Between two events, and how long before the first meeting the first of them lies.
APART, BEFORE = timedelta(days=71), timedelta(days=40)
#: Of every second of her accounts something is released, at every second of those without its source.
RELEASED, SHOWN = 2, 4


def lay(deep: Deep) -> None:
    made: dict[EpisodeSource, int] = dict.fromkeys(EpisodeSource, 0)
    on = deep.began - BEFORE
    for sources in cycle(TOLD):
        of_one = []
        for source in sources[: ACCOUNTS - sum(made.values())]:
            made[source] += 1
            of_one.append(_tell(deep, source, on, made[source]))
        _join(deep, of_one, on)
        on += APART
        if sum(made.values()) == ACCOUNTS:
            return


def _tell(deep: Deep, source: EpisodeSource, on: date, number: int) -> PathEntry:
    own = deep.his if source is HIM else deep.hers
    key, kinds = SAID[source][number % len(SAID[source])]
    told_on = on + timedelta(days=2)
    with deep.on(told_on, 18):
        entry = PathEntry(
            case_id=deep.case.id,
            service_id=own.actor.service_id,
            kind=path_entries.EPISODE,
            happened_on=on,
        )
        episode = Episode(
            entry_id=entry.id,
            source=source,
            until_on=on + timedelta(days=9) if number % 9 == 0 else None,
            told_on=told_on,
            told_by=say("episode.police_by") if source is OTHER else "",
            kinds="\n".join(kinds),
            severity=say(f"episode.{key}.severity"),
            is_injured=Known.YES if number % 7 == 0 else Known.NO,
            with_children=Known.YES if number % 5 == 0 else Known.UNKNOWN,
            children="\n".join(deep.children[:1]) if number % 5 == 0 and own is deep.hers else "",
            action_taken=say(f"episode.{key}.action"),
            recorded_by=own.actor.person_id,
        )
        deep.add(entry, episode)
        deep.done(own, "add", episode)
    if source is HIM or (source is HER and number % RELEASED == 0):
        shows = source is HIM or number % SHOWN == 0
        _release(deep, own, episode, entry, source if shows else None)
    return entry


def _release(deep: Deep, own: Own, episode: Episode, entry: PathEntry, source: EpisodeSource | None) -> None:
    words = say("episode.quarrel.severity") if own is deep.his else say("episode.threats.released")
    with deep.on(episode.told_on + timedelta(days=1)):
        item = deep.share(own, joint_items.EPISODE, words, purpose=first_passes.PURPOSE)
        deep.add(
            ReleasedEpisode(
                item_id=item.id,
                entry_id=entry.id,
                happened_on=entry.happened_on,
                until_on=episode.until_on,
                source=source,
                kinds="psychological" if own is deep.hers else "verbal",
            )
        )
        deep.done(own, "release", episode)


def _join(deep: Deep, entries: list[PathEntry], on: date) -> None:
    with deep.on(on + timedelta(days=5)):
        for one, other in combinations(entries, 2):
            first, second = sorted((one.id, other.id))
            deep.add(
                EpisodeJoin(
                    first_id=first,
                    second_id=second,
                    service_id=deep.hers.actor.service_id,
                    joined_by=deep.hers.actor.person_id,
                )
            )
