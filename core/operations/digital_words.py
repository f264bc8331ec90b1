"""What is said of digital violence, in words: on the page, in what the programme shares, and on paper."""

from collections.abc import Mapping, Sequence

from core.content import digital_violence, reporting_routes
from core.content.digital_violence import Step
from core.locale import Words
from core.models import DigitalStep, Evidence, SafetyAction, SafetyState


def answer(words: Words, step: Step, row: DigitalStep | None) -> str:
    """What was answered to a step: known, not known, yes, no; and the note."""
    if row is None:
        return words("digital.not_asked")
    said = words(f"digital.answer.{step.kind}.{row.seen}")
    return f"{said}: {row.note}" if row.note else said


def action(words: Words, one: SafetyAction) -> str:
    """An action with who does it, until when, and how it stands."""
    parts = [one.who]
    if one.until is not None:
        parts.append(words("digital.until", day=words.day(one.until)))
    if one.state is not SafetyState.OPEN:
        parts.append(words(f"digital.state.{one.state}"))
    return f"{one.text} ({', '.join(parts)})"


def stations(words: Words, one: Evidence) -> list[str]:
    """To whom something was reported."""
    routes = reporting_routes.load(language=words.language).routes
    known = {station.id: station.title for route in routes for station in route.stations}
    return [known.get(key, key) for key in one.reported_to.split()]


def his_part(words: Words, steps: Mapping[str, DigitalStep], actions: Sequence[SafetyAction]) -> str:
    """All that the programme has written about digital violence, as the other service would read it."""
    content = digital_violence.load(language=words.language)
    known = [step for step in content.steps if step.id in steps]
    lines = [f"{step.title}: {answer(words, step, steps[step.id])}" for step in known]
    going = [one for one in actions if one.state is not SafetyState.DROPPED]
    if going:
        lines += [words("digital.his_measures"), *(f"- {action(words, one)}" for one in going)]
    return "\n".join(lines)
