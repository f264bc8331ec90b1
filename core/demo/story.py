"""The walk of two fictional services through Phase 1 and one case, done by its people through the operations."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.demo import (
    people,
    story_case,
    story_change,
    story_cooperation,
    story_digital,
    story_ending,
    story_later,
    story_risk,
    story_younger,
)
from core.demo.stage import Stage

#: How long the two services of the example have existed in it.
FOUNDED = timedelta(days=420)


def write(db: Session) -> None:
    """Write the services, their people and all that they did."""
    with clock.at(clock.now() - FOUNDED):
        people.write(db)
    stage = Stage(db)
    story_cooperation.write(stage)
    case = story_case.write(stage)
    story_risk.write(stage, case)
    story_case.go_on(stage, case)
    story_digital.write(stage, case)
    story_change.share(stage, case, stage.weekday(story_case.FIRST_JOINT) + 4)
    story_later.write(stage, case)
    story_ending.write(stage)
    story_younger.write(stage)
