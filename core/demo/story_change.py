"""He and she are asked at T0 and T1, each by their own service; what they agreed that both read of T1 is shared."""

from collections.abc import Mapping
from typing import Final

from core.content.questionnaires import Respondent
from core.demo.stage import Stage, say
from core.models import Case, Known, Mode
from core.operations import change_summaries, consents, files, responses
from core.operations.consents import ConsentState, Said
from core.operations.releases import Terms

#: Who asks whom.
WHO: Final = {"ivo": Respondent.HIM, "elena": Respondent.HER}
#: What each says at each time, by question; what is not here was not answered.
SAID: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("ivo", "T0"): {
        "emotional": "several", "physical": "once", "sexual": "never", "economic": "never", "digital": "unsaid",
        "weighs_on_her": "a_little", "children": "yes", "children_hear": "once", "safe_with_him": "clearly",
        "owns_it": "a_little", "wants_change": "a_little", "called_out": "1",
    },
    ("ivo", "T1"): {
        "emotional": "once", "physical": "never", "sexual": "never", "economic": "never", "digital": "once",
        "violence_since": "better", "weighs_on_her": "clearly", "impact_since": "better", "children": "yes",
        "children_hear": "once", "children_since": "same", "safe_with_him": "very", "safety_since": "better",
        "owns_it": "a_little", "responsibility_since": "better", "wants_change": "clearly",
        "motivation_since": "better", "called_out": "0",
    },
    ("elena", "T0"): {
        "emotional": "often", "physical": "several", "sexual": "unsaid", "economic": "several", "digital": "several",
        "fear": "very", "daily_life": "clearly", "children": "yes", "children_hear": "several",
        "children_weigh": "clearly", "feels_safe": "not_at_all", "knows_help": "yes", "owns_it": "not_at_all",
        "acts_differently": "not_at_all", "called_out": "2",
    },
    ("elena", "T1"): {
        "emotional": "often", "physical": "never", "sexual": "unsaid", "economic": "several", "digital": "often",
        "violence_since": "same", "fear": "very", "daily_life": "clearly", "impact_since": "same", "children": "yes",
        "children_hear": "once", "children_weigh": "clearly", "children_since": "better", "feels_safe": "a_little",
        "knows_help": "yes", "safety_since": "unsaid", "owns_it": "not_at_all", "responsibility_since": "same",
        "acts_differently": "not_at_all", "motivation_since": "same", "called_out": "1",
    },
}  # fmt: skip
#: What each agreed that both services read of T1.
AGREED: Final = {
    "ivo": ("violence", "impact_on_her", "impact_on_children", "safety", "responsibility", "motivation"),
    "elena": ("violence", "impact_on_children", "responsibility", "motivation"),
}


def ask(stage: Stage, case: Case, who: str, label: str, days: int) -> None:
    """One person is asked, and the time is done."""
    db, actor = stage.db, stage.actors[who]
    with stage.on(days, 11):
        found = responses.begin(
            db, actor, case.id, label=label, mode=Mode.IN_PERSON, asked_on=stage.day(days), version=0
        )
        said = {**SAID[who, label], "own_words": say(f"change.{who}_{label.lower()}")}
        for question, value in said.items():
            responses.answer(db, actor, found.id, question=question, value=value, version=0)
        responses.finish(db, actor, found.id)


def share(stage: Stage, case: Case, days: int) -> None:
    """Each is asked what may be shared; she keeps what it does to her."""
    db = stage.db
    for who in WHO:
        actor = stage.actors[who]
        with stage.on(days, 14):
            about = files.mine(db, actor, case.id).subjects[0]
            said = Said(
                ConsentState.GIVEN,
                how_asked=say("consent.how_woman" if who == "elena" else "consent.how_man"),
                was_safe=Known.YES,
                asked_on=stage.day(days),
                language=say("consent.language"),
            )
            consents.record(db, actor, about.id, purpose=change_summaries.PURPOSE, said=said)
            terms = Terms(about.id, change_summaries.PURPOSE)
            seen = change_summaries.preview(
                db, actor, case.id, label="T1", domains=AGREED[who], terms=terms
            ).digest
            change_summaries.share(
                db, actor, case.id, label="T1", domains=AGREED[who], terms=terms, seen=seen
            )
