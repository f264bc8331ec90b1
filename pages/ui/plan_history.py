"""How an action of the plan became what it is, one line a change."""

from collections.abc import Sequence
from itertools import pairwise

import streamlit as st

from core.locale import Words
from core.operations import action_plans
from core.operations.action_plans import Action, ActionChange
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, action: Action) -> None:
    """Show the history of an action, the newest change first."""
    changes = ws.read(action_plans.history, action.id)
    if not changes:
        st.caption(ws.words("plan.history.none"))
        return
    st.markdown("\n".join(reversed(_lines(changes, ws.words))))


def _lines(changes: Sequence[ActionChange], t: Words) -> list[str]:
    first = changes[0]
    told = [_line(first, [t("plan.history.began", term=t.day(first.due_on), who=_who(first))], t)]
    told += [_line(new, _differences(old, new, t), t) for old, new in pairwise(changes)]
    return told


def _line(change: ActionChange, what: Sequence[str], t: Words) -> str:
    who = f"{plain(change.person.name)}, {plain(change.person.service.name)}"
    reason = f". {t('plan.history.reason', reason=_quoted(change.reason))}" if change.reason else ""
    return f"- **{t.moment(change.created_at)}** {who}: {'; '.join(what)}{reason}"


def _differences(old: ActionChange, new: ActionChange, t: Words) -> list[str]:
    told = []
    if old.state is not new.state:
        told.append(t("plan.history.state", state=t(f"action.state.{new.state}")))
    if old.due_on != new.due_on:
        told.append(t("plan.history.term", old=t.day(old.due_on), new=t.day(new.due_on)))
    if (old.service_id, old.responsible_id) != (new.service_id, new.responsible_id):
        told.append(t("plan.history.responsible", old=_who(old), new=_who(new)))
    if old.need != new.need:
        told.append(t("plan.history.need", old=_quoted(old.need), new=_quoted(new.need)))
    if old.text != new.text:
        told.append(t("plan.history.text", old=_quoted(old.text), new=_quoted(new.text)))
    return told or [t("plan.history.reason_only")]


def _who(change: ActionChange) -> str:
    service = plain(change.service.name)
    return f"{plain(change.responsible.name)}, {service}" if change.responsible else service


def _quoted(text: str) -> str:
    return plain(" / ".join(line.strip() for line in text.splitlines() if line.strip()))
