"""Steps of asking about change, as the people of two services take them."""

from datetime import date

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import JointItem, QuestionnaireResponse, Subject
from core.operations import change_summaries, responses, t_dates, t_points
from core.operations.releases import Basis, Terms
from core.operations.responses import Mode
from tests import risk
from tests.make import Pair, consented

#: A questionnaire of a service's own, as its two files.
STRUCTURE = """id = "ours_her"
version = 1
respondent = "her"
times = ["T0", "T1"]

[[scale]]
id = "often"
option = [{ id = "no" }, { id = "some" }, { id = "much" }, { id = "unsaid", is_unsaid = true }]

[[scale]]
id = "since"
option = [{ id = "worse" }, { id = "same" }, { id = "better" }]

[[question]]
id = "lives"
domain = "safety"
kind = "choice"
scale = "often"

[[question]]
id = "shouts"
domain = "violence"
kind = "choice"
scale = "often"
better = "less"
show_if = { question = "lives", is = ["some", "much"] }

[[question]]
id = "calls"
domain = "violence"
kind = "number"
better = "less"
most = 9

[[question]]
id = "since"
domain = "violence"
kind = "change"
scale = "since"
times = ["T1"]

[[question]]
id = "words"
domain = "safety"
kind = "text"
"""
WORDS = """title = "Ours for her"
banner = "Held by our service"
source = "Used with leave"

[scale.often.option.no]
title = "No"
[scale.often.option.some]
title = "Some"
[scale.often.option.much]
title = "Much"
[scale.often.option.unsaid]
title = "Not said"
[scale.since.option.worse]
title = "Worse"
[scale.since.option.same]
title = "Same"
[scale.since.option.better]
title = "Better"
[question.lives]
title = "Does he live with you?"
[question.shouts]
title = "Does he shout?"
[question.calls]
title = "How many calls?"
[question.since]
title = "Since the last time?"
[question.words]
title = "In your words"
"""


def dated(db: Session, pair: Pair, *, months: int = 4) -> date:
    """T0 and T1 are entered, so many months ago: T2.1 was due three months after T1. Returns T1."""
    t1 = t_dates.months_later(clock.today(), -months)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": t1, "T1": t1})
    return t1


def begun(
    db: Session, pair: Pair, actor: Actor, label: str, *, version: int | None = None
) -> QuestionnaireResponse:
    """Begin to ask as somebody does who has what stands there before them; `version` is what they had instead."""
    known = {one.label: one.version for one in responses.of_case(db, actor, pair.case.id)}
    return responses.begin(
        db,
        actor,
        pair.case.id,
        label=label,
        mode=Mode.IN_PERSON,
        asked_on=clock.today(),
        version=known.get(label, 0) if version is None else version,
    )


def asked(
    db: Session, pair: Pair, actor: Actor, label: str, *, is_done: bool = True, **answers: str
) -> QuestionnaireResponse:
    """Somebody is asked at a time, answers so, and the time is done."""
    found = begun(db, pair, actor, label)
    for question, value in answers.items():
        responses.answer(db, actor, found.id, question=question, value=value, version=0)
    if is_done:
        responses.finish(db, actor, found.id)
    return found


def person(db: Session, pair: Pair, actor: Actor) -> Subject:
    """Her or him in the actor's own file, who agreed that their answers are used."""
    found = risk.about(db, pair, actor)
    consented(db, actor, found, change_summaries.PURPOSE)
    return found


def shared(
    db: Session,
    pair: Pair,
    actor: Actor,
    label: str,
    *domains: str,
    about: Subject | None = None,
    basis: Basis = Basis.CONSENT,
    reason: str = "",
) -> JointItem:
    """A summary leaves as somebody shares who has looked at what both will read."""
    whom = about or person(db, pair, actor)
    terms = Terms(whom.id, basis=basis, reason=reason)
    seen = change_summaries.preview(db, actor, pair.case.id, label=label, domains=domains, terms=terms).digest
    return change_summaries.share(
        db, actor, pair.case.id, label=label, domains=domains, terms=terms, seen=seen
    )
