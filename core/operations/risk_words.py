"""How an answer, a settlement and a level are said: the same on the screen and in Word."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from core import clock
from core.locale import Words
from core.models import Action, HandedAnswer, RiskLevel, Seen, Settlement
from core.models.first_pass import HER
from core.operations.risk_boards import Board, HandIn


def about(words: Words, whom: str) -> str:
    """Whom an item is about: her, or a child by its code."""
    return words("risk.her") if whom == HER else words("risk.child", code=whom)


def state(words: Words, seen: Seen, past_on: date | None) -> str:
    if seen is Seen.PAST and past_on is not None:
        return words("risk.past_on", day=words.day(past_on))
    return words(f"risk.seen.{seen}")


def answer(words: Words, row: HandedAnswer | None) -> list[str]:
    """What a side said of an item: the answer, how it is known, and the note."""
    if row is None:
        return [words("risk.nothing_handed_in")]
    if row.seen is Seen.NOT_KNOWN:
        # Not answered, not known and kept back read the same.
        said = [words("risk.no_information")]
    else:
        said = [state(words, row.seen, row.past_on)]
        if row.how is not None or row.told_by:
            how = words(f"risk.how.{row.how}") if row.how else ""
            said.append(
                words("risk.how_by", how=how, by=row.told_by) if how and row.told_by else how or row.told_by
            )
    return [*said, row.note] if row.note else said


def action(words: Words, one: Action) -> str:
    """What is to be done, and what became of it where it is not open any more."""
    if one.state.is_open:
        return one.text
    return words("risk.action_settled", action=one.text, state=words(f"action.state.{one.state}"))


def handed_in(words: Words, board: Board) -> list[str]:
    """When each side handed in, and whether it had read the other's answers by then: a line a side."""
    cooperation = board.version.case.cooperation
    return [
        _handed_in(words, service.name, one)
        for service, one in ((cooperation.pp, board.pp_in), (cooperation.vss, board.vss_in))
    ]


def _handed_in(words: Words, service: str, one: HandIn | None) -> str:
    if one is None:
        return words("risk.in_none", service=service)
    key = "risk.in_again" if one.is_again else "risk.in_on"
    said = words(key, service=service, day=words.day(one.on))
    return words("risk.in_after", said=said) if one.is_after_opening else said


def settlement(words: Words, row: Settlement | None) -> list[str]:
    if row is None:
        return [words("risk.not_settled")]
    said = [state(words, row.seen, row.past_on)]
    return [*said, row.note] if row.note else said


def settled_by(words: Words, row: Settlement | None, people: Mapping[UUID, str]) -> str:
    """Who said for both what they hold, and when; empty where nobody has."""
    if row is None:
        return ""
    return words(
        "risk.settled_by", person=people.get(row.settled_by, ""), day=words.day(clock.day(row.created_at))
    )


def why(words: Words, level: RiskLevel) -> list[str]:
    """The reason of a level, and why it is not higher where that was asked."""
    below = [words("risk.level_below_said", why=level.below_reason)] if level.below_reason else []
    return [level.reason, *below]


def level_by(
    words: Words,
    level: RiskLevel,
    names: Mapping[UUID, str],
    sides: Mapping[UUID, str],
    *,
    is_last: bool = True,
) -> str:
    """Who chose a level and when, and who agreed, or that it was left behind by another choice."""
    said = words(
        "risk.chosen",
        person=names.get(level.chosen_by, ""),
        service=sides.get(level.service_id, ""),
        day=words.moment(level.created_at),
    )
    if level.agreed_by is not None and level.agreed_at is not None:
        person, day = names.get(level.agreed_by, ""), words.moment(level.agreed_at)
        said += "\n" + words("risk.agreed", person=person, day=day)
    elif level.needs_both:
        said += "\n" + words("risk.waits_for_other" if is_last else "risk.not_agreed")
    return said
