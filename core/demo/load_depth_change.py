"""He and she are asked at every time of five years, T0 to T3, and what they agreed to is read by both services."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from core import clock
from core.content.questionnaires import Change
from core.demo import story_change
from core.demo.load_deep import PERIODIC, Deep
from core.demo.stage import say
from core.models import Mode, QuestionnaireAnswer, QuestionnaireResponse, TPoint
from core.operations import change_summaries, changes, joint_items
from core.operations.t_dates import months_later

#: By which questionnaire each is asked.
ASKED: Final = {"ivo": "summary_him", "elena": "summary_her"}
#: Of the times T2.1, T2.2 …: at these she says that it got worse; he always says that it got better.
WORSE: Final = range(6, 11)


def lay(deep: Deep) -> None:
    for number, (label, on) in enumerate(_times(deep)):
        with deep.on(on, 11):
            if label not in {"T0", "T1"}:  # those two every case of the load has
                due_on = on if label == "T3" else None
                deep.add(
                    TPoint(case_id=deep.case.id, label=label, due_on=due_on, pp_done_on=on, vss_done_on=on)
                )
            for who in ASKED:
                _ask(deep, who, label, number)


def _times(deep: Deep) -> Iterator[tuple[str, date]]:
    first = deep.began + timedelta(days=14)
    yield "T0", deep.began
    yield "T1", first
    for number in range(1, PERIODIC + 1):
        yield f"T2.{number}", months_later(first, 3 * number)
    yield "T3", deep.today - timedelta(days=6)


def _ask(deep: Deep, who: str, label: str, number: int) -> None:
    own = deep.sides[who]
    response = QuestionnaireResponse(
        file_id=own.file.id,
        label=label,
        questionnaire=ASKED[who],
        number=1,
        asked_on=clock.today(),
        asked_by=own.actor.person_id,
        mode=list(Mode)[number % len(Mode)],
    )
    time = "T0" if label == "T0" else "T1"
    said = {**story_change.SAID[who, time], "own_words": say(f"change.{who}_{time.lower()}")}
    since = _since(who, number)
    if time == "T1":
        said |= {"violence_since": str(since)}
    deep.add(
        response,
        *(
            QuestionnaireAnswer(
                response_id=response.id, question=question, value=value, answered_by=own.actor.person_id
            )
            for question, value in said.items()
        ),
    )
    deep.done(own, "answer", response)
    if label.startswith("T2"):
        lines = dict.fromkeys(story_change.AGREED[who], Change.SAME) | {"violence": since}
        deep.share(
            own,
            joint_items.CHANGE_SUMMARY,
            changes.write(label, lines),
            purpose=change_summaries.PURPOSE,
        )


def _since(who: str, number: int) -> Change:
    if who == "ivo":
        return Change.BETTER
    return Change.WORSE if number - 1 in WORSE else Change.SAME
