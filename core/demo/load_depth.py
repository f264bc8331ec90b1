"""Five years of one case in each kind of record: what the two services asked, told, shared, judged and agreed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from core.db import Record
from core.demo import (
    load_deep,
    load_depth_change,
    load_depth_digital,
    load_depth_file,
    load_depth_notices,
    load_depth_risk,
    load_depth_told,
    story_ending,
)
from core.demo.load_deep import Deep
from core.demo.stage import Stage, say
from core.models import Case, Closing, ClosingStep, ClosingText, Settled

#: What is written into the case, in the order in which services do it.
PARTS: Final = (
    load_depth_file.lay,
    load_depth_change.lay,
    load_depth_digital.lay,
    load_depth_told.lay,
    load_depth_notices.lay,
    load_depth_risk.lay,
)


def of(stage: Stage, case: Case, made: Sequence[Record]) -> Iterator[Record]:
    """All of it, for a case that was made with its files, its people and its meetings."""
    deep = load_deep.of(stage, case, made)
    for lay in PARTS:
        lay(deep)
    _end(deep)
    yield from deep.records


def _end(deep: Deep) -> None:
    """The end has been begun, each side writes its part, and nobody has proposed it yet."""
    with deep.on(deep.today - timedelta(days=3)):
        closing = Closing(case_id=deep.case.id, begun_by=deep.his.actor.person_id)
        deep.add(closing)
        for who, own in deep.sides.items():
            deep.add(
                *(
                    ClosingStep(
                        closing_id=closing.id,
                        file_id=own.file.id,
                        step=step,
                        settled=Settled.DONE,
                        text=say(f"ending.step.{step}"),
                        recorded_by=own.actor.person_id,
                    )
                    for step in story_ending.STEPS[who]
                ),
                *(
                    ClosingText(
                        closing_id=closing.id,
                        case_id=deep.case.id,
                        service_id=own.actor.service_id,
                        key=key,
                        text=say(f"ending.{who}.{key}"),
                        written_by=own.actor.person_id,
                    )
                    for key in story_ending.SECTIONS[who]
                ),
            )
