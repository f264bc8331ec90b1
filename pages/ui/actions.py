"""An action in words: its state, and who is responsible for it. The page shows them; typed text stays as typed."""

from core import clock
from core.locale import Words
from core.models import Action


def state(action: Action, t: Words) -> str:
    """The state of an action; for one whose term has passed, how long ago."""
    if action.is_overdue:
        return t.count("action.overdue", (clock.today() - action.due_on).days)
    return t(f"action.state.{action.state}")


def responsible(action: Action) -> str:
    """The service or agency, with the person where one is named (both loaded)."""
    if action.person is None:
        return action.service.name
    return f"{action.person.name}, {action.service.name}"
