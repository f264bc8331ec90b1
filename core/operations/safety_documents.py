"""The IT safety plan in Word: for the workers of the victim support service, or for her."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor, Permission, require
from core.content import digital_violence, reporting_routes
from core.content.digital_violence import DigitalViolence, titled
from core.content.protocols import Side
from core.documents import safety_plan as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.models import DigitalMedium, Evidence, SafetyAction, SafetyState, Seen
from core.operations import (
    cases,
    contact_changes,
    contact_flags,
    digital_findings,
    digital_maps,
    digital_shares,
    digital_steps,
    digital_words,
    evidence,
    outgoing,
    own_files,
    registers,
    safety_actions,
    safety_plans,
    stops,
)
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings


@outgoing.document
def document(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The plan as it stands in the file now."""
    require(actor, Permission.PRINT_SAFETY_PLAN)
    file = own_files.hers(db, actor, case_id)
    recipient, choices = outgoing.to_whom(DocumentKind.SAFETY_PLAN, sending, Recipient.VSS)
    return Paper(
        kind=DocumentKind.SAFETY_PLAN,
        recipient=recipient,
        content=word.make(_plan(db, actor, case_id, words), recipient, words),
        record=file,
        act="print_plan",
        case_id=case_id,
        choices=choices,
    )


def _plan(db: Session, actor: Actor, case_id: UUID, words: Words) -> word.SafetyPlan:
    content = digital_violence.load(language=words.language)
    standing = safety_plans.of_case(db, actor, case_id)
    going = safety_actions.of_case(db, actor, case_id)
    plan, names = standing.plan, stops.people_of(db, actor)
    steps = digital_steps.mine(db, actor, case_id)
    return word.SafetyPlan(
        case_code=cases.find(db, actor, case_id).code,
        approach=content.approach,
        review_on=words.day(plan.review_on if plan else None),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        route=_route(plan.route if plan else "", words),
        safe_device=standing.says("safe_device"),
        account_use=standing.says("account_use"),
        escalation=standing.says("escalation"),
        areas=tuple(
            word.PlannedArea(
                area.title, tuple(_action(one, names, words) for one in going if one.area == area.id)
            )
            for area in content.areas_with(Side.VSS, (one.area for one in going))
        ),
        warnings=_warnings(content, going),
        media=tuple(_medium(one, content, words) for one in digital_maps.of_case(db, actor, case_id)),
        forms=tuple(
            word.FoundForm(titled(content.forms, form), words(f"risk.seen.{row.seen}"), row.note)
            for form, row in digital_findings.of_case(db, actor, case_id).items()
            if row.seen in {Seen.PRESENT, Seen.PAST}
        ),
        evidence=tuple(_kept(one, content, words) for one in evidence.of_case(db, actor, case_id)),
        cares=tuple(one.text for one in content.cares),
        reached=_reached(db, actor, standing, words),
        steps=tuple(
            word.AnsweredStep(step.title, digital_words.answer(words, step, steps.get(step.id)))
            for step in content.steps
        ),
        shared="\n\n".join(one.text for one in digital_shares.of_other(db, actor, case_id)),
        language=settings().language,
    )


def _action(one: SafetyAction, names: Sequence[str], words: Words) -> word.PlannedAction:
    first = [one.first] if one.first else []
    if one.not_before is not None:
        first.append(words("digital.not_before_day", day=words.day(one.not_before)))
    state = words(f"digital.state.{one.state}")
    return word.PlannedAction(
        text=one.text,
        who=one.who,
        is_ours=any(registers.is_named(name, one.who) for name in names),
        until=words.day(one.until),
        first="\n".join(first),
        state=state,
    )


def _warnings(content: DigitalViolence, going: Sequence[SafetyAction]) -> tuple[str, ...]:
    """What to think of before each change that is still ahead."""
    ahead = {one.change for one in going if one.state is SafetyState.OPEN}
    return tuple(f"{one.title}. {one.warning}" for one in content.changes if one.id in ahead)


def _medium(one: DigitalMedium, content: DigitalViolence, words: Words) -> word.MappedMedium:
    said = [f"{titled(content.media, one.kind)} · {words(f'digital.whose.{one.whose}')}"]
    said += [one.name] if one.name else []
    said += [words("digital.gone_since", day=words.day(one.gone_on))] if one.gone_on else []
    said += [one.note] if one.note else []
    columns = {
        aspect.id: "\n".join(
            f"{'▲ ' if option.opens else ''}{option.title}"
            for option in aspect.options
            if f"{aspect.id}.{option.id}" in one.marked
        )
        for aspect in content.aspects
    }
    return word.MappedMedium(medium="\n".join(said), **columns)


def _kept(one: Evidence, content: DigitalViolence, words: Words) -> word.KeptEvidence:
    how = [titled(content.keepings, key) for key in one.kept_how.split()]
    reported = ", ".join(digital_words.stations(words, one))
    if one.reported_on is not None:
        reported = f"{reported}\n{words.day(one.reported_on)}"
    kept = "\n".join([one.kept_where, *how])
    return word.KeptEvidence(one.what, words.day(one.happened_on), kept, reported)


def _route(route_id: str, words: Words) -> word.Route:
    content = reporting_routes.load(language=words.language)
    route = content.route(route_id)
    stations = tuple(f"{one.title}: {one.help}" for one in route.stations)
    return word.Route(route.title, content.note, route.source, stations)


def _reached(db: Session, actor: Actor, standing: safety_plans.Standing, words: Words) -> word.Reached | None:
    her = standing.her
    if her is None:
        return None
    flags = contact_flags.holding(db, actor, standing.case_id)
    # The phrase itself is on no paper.
    known = words("digital.code_phrase_known") if her.code_phrase else ""
    return word.Reached(
        her.safe_channel,
        her.safe_times,
        known,
        messages=words("emergency.no_messages") if not her.messages_allowed else "",
        warning=contact_changes.warning(db, actor, her, flags, words),
    )
