"""Before anybody writes a clause: the two directors rate what stands between them, and say what they will do about it."""

from typing import Final

from core.demo.stage import Stage, say, words
from core.models import Weight
from core.operations import talks
from core.operations.talks import Held, Rating

NO, SOME, SERIOUS = Weight
#: Days from the day of the talk: each director rates alone before it, and the record is written after it.
RATED, WRITTEN = -2, 1
#: What Mira says for the programme, and Lea for the victim support service.
RATINGS: Final = {
    "no_rules": (SERIOUS, SERIOUS),
    "roles": (SOME, SERIOUS),
    "little_trust": (NO, SERIOUS),
    "identity": (NO, SOME),
    "skill": (SOME, SOME),
    "competition": (SERIOUS, SOME),
}
#: Solution, who commits, days after the talk until it is done.
COMMITMENTS: Final = (("information", "pp", None), ("methods", "both", 120), ("pooling", "both", 60))
OBJECTIVES: Final = ("goals",)


def write(stage: Stage, *, held_on: int) -> None:
    """The talk is held at one table: both directors, and the two case managers who will live with it."""
    db, here = stage.db, stage.cooperation_id
    for place, key in enumerate(("mira", "lea")):
        with stage.on(held_on + RATED, 9 + place):
            for challenge, weights in RATINGS.items():
                note = words().get(f"talk.{key}.{challenge}", "")
                rating = Rating(weights[place], note)
                talks.rate(db, stage.actors[key], here, challenge=challenge, rating=rating, seen=Rating())
    _outcome(stage, held_on)
    with stage.on(held_on + WRITTEN):
        held = Held(stage.day(held_on), say("talk.pp_present"), say("talk.vss_present"))
        talks.record_held(db, stage.actors["mira"], here, held=held, seen=Held())
    db.flush()


def _outcome(stage: Stage, held_on: int) -> None:
    db, lea, here = stage.db, stage.actors["lea"], stage.cooperation_id
    with stage.on(held_on, 14):
        for solution, side, days in COMMITMENTS:
            talks.commit(
                db,
                lea,
                here,
                solution=solution,
                wording=say(f"talk.commitment.{solution}"),
                side=side,
                due_on=None if days is None else stage.day(held_on + days),
            )
        prefix = "talk.aspect."
        texts = {key.removeprefix(prefix): text for key, text in words().items() if key.startswith(prefix)}
        talks.write_aspects(db, lea, here, texts=texts, seen={})
        db.flush()
        for aspect in OBJECTIVES:
            talks.aim_at(db, lea, here, aspect=aspect)
