"""The questions of an agreement as fields, and saving their answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from core.content.agreements import COUNTED, Ask
from core.errors import CoreError, Invalid
from core.operations import agreement_drafts
from core.operations.agreement_reading import Opened
from pages.ui import agreement_words, kept, pickers
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.typed import Typed
from pages.ui.workspace import Workspace


def prefix(opened: Opened) -> str:
    """The beginning of the keys of all that is typed about an agreement."""
    return f"typed:{opened.agreement.id}:"


def text_slot(opened: Opened) -> str:
    """The beginning of the places in which the typed texts of the answers are kept."""
    return f"answers:{opened.agreement.id}"


def show(ws: Workspace, opened: Opened, asks: Iterable[Ask], *, here: str) -> None:
    """Show questions with their answers; `here` tells this group of questions from others."""
    form = Kept(ws, text_slot(opened), opened.agreement.case_id)
    fields = _ask(ws, opened, form, asks)
    _save(ws, opened, form, fields, here)


def parties(ws: Workspace, opened: Opened) -> None:
    """The questions of both parties are one form: one click saves what is typed under either of them."""
    sides = opened.content.parties
    form = Kept(ws, text_slot(opened), opened.agreement.case_id)
    fields: dict[str, Typed] = {}
    titles: dict[str, str] = {}
    for tab, party in zip(st.tabs([one.title for one in sides]), sides, strict=True):
        with tab:
            asks = opened.asks_of([*party.asks, *party.signs])
            fields |= _ask(ws, opened, form, asks, is_short=True)
            titles |= {ask.id: party.title for ask in asks}
    refused = _save(ws, opened, form, fields, "parties")
    if isinstance(refused, Invalid) and refused.field in titles:
        # What is said beside the field may stand behind the other tab.
        label = opened.content.ask(refused.field).long_label
        st.error(ws.words("agreement_draft.refused_at", party=titles[refused.field], label=label))


def _ask(
    ws: Workspace, opened: Opened, form: Kept, asks: Iterable[Ask], *, is_short: bool = False
) -> dict[str, Typed]:
    """Show the questions; the fields of those that are answered here."""
    shown = list(asks)
    fields = {ask.id: _open(opened, ask) for ask in shown if ask.kind != "given"}
    for ask in shown:
        if ask.kind == "given":
            _given(ws, opened, ask)
        else:
            _field(ws, form, ask, fields[ask.id], is_short=is_short)
            ws.slot(ask.id)
    return fields


def _save(ws: Workspace, opened: Opened, form: Kept, fields: dict[str, Typed], here: str) -> CoreError | None:
    """The button under the questions, and what a colleague saved meanwhile; the error that kept them from being saved."""
    if not fields:
        return None
    t = ws.words
    refused = None
    overtaken = {name: field for name, field in fields.items() if field.is_overtaken}
    if st.button(t("agreement_draft.save_answers"), type="primary", key=f"save_answers:{here}"):
        changed = {name: field for name, field in fields.items() if field.is_changed}
        if changed:
            refused = _send(ws, opened, form, changed)
        else:
            st.toast(t("agreement_draft.nothing_changed"))
    if overtaken:
        _theirs(ws, opened, overtaken, form, here)
    return refused


def _send(ws: Workspace, opened: Opened, form: Kept, changed: dict[str, Typed]) -> CoreError:
    """Save all that is changed, or nothing; ends the run where it is saved."""
    refused = ws.attempt(
        agreement_drafts.answer,
        opened.agreement.id,
        answers={name: field.value for name, field in changed.items()},
        was={name: field.base for name, field in changed.items()},
    )
    if refused is None:
        form.close()
        for field in changed.values():
            field.close()
        st.toast(ws.words("agreement_draft.saved"))
        st.rerun()
    ws.show(refused)
    return refused


def unsaved(opened: Opened) -> dict[str, Any]:
    """What is typed into questions of this agreement, on any of its clauses, and not saved."""
    begun = set(st.session_state)
    fields = {ask.id: _open(opened, ask) for ask in opened.content.asks if _slot(opened, ask) in begun}
    return {name: field.value for name, field in fields.items() if field.is_changed}


def offer_saved(ws: Workspace, opened: Opened, names: Iterable[str]) -> None:
    """Offer to go back to the saved answers; a long text is let go where it stands, and is read before."""
    asks = [opened.content.ask(name) for name in names]
    fields = {ask.id: _open(opened, ask) for ask in asks if ask.kind != "long_text"}
    if fields:
        label = ws.words("agreement_draft.back_to_saved")
        st.button(
            label,
            type="tertiary",
            icon=":material/undo:",
            key="back_to_saved",
            on_click=_go_back,
            args=(ws, opened, fields),
        )


def _go_back(ws: Workspace, opened: Opened, fields: Mapping[str, Typed]) -> None:
    kept.forget(ws, {f"{text_slot(opened)}:{name}": field.key for name, field in fields.items()})
    for field in fields.values():
        field.close()


def _slot(opened: Opened, ask: Ask) -> str:
    return f"{prefix(opened)}answer:{ask.id}"


def _open(opened: Opened, ask: Ask) -> Typed:
    return Typed(_slot(opened, ask), _kept(opened, ask))


def _kept(opened: Opened, ask: Ask) -> Any:
    """The answer in the form that its field holds."""
    value = opened.agreement.answers.get(ask.id)
    if ask.kind == "date":
        return date.fromisoformat(str(value)) if value else None
    if ask.kind == "choices":
        return str(value or "").split()
    if ask.kind in COUNTED or ask.kind == "choice":
        return value
    return value or ""


def _field(ws: Workspace, form: Kept, ask: Ask, field: Typed, *, is_short: bool) -> None:
    label, key = agreement_words.question(ws.words, ask, is_short=is_short), field.key
    if ask.kind in COUNTED:
        st.number_input(
            label,
            min_value=ask.least,
            max_value=ask.most,
            value=None,
            step=1,
            key=key,
            help=ask.help or None,
        )
    elif ask.kind == "date":
        pickers.day(ws.words, label, value=None, key=key, explained=ask.help or None)
    elif ask.kind == "choice":
        labels = {option.id: option.label for option in ask.options}
        st.selectbox(label, list(labels), index=None, format_func=lambda one: labels[one], key=key)
    elif ask.kind == "choices":
        labels = {option.id: option.label for option in ask.options}
        st.multiselect(
            label, list(labels), format_func=lambda one: labels[one], key=key, help=ask.help or None
        )
    else:
        _text(form, ask, label, field)


def _text(form: Kept, ask: Ask, label: str, field: Typed) -> None:
    value, help_ = str(field.base or ""), ask.help or None
    if ask.kind == "long_text":
        form.area(
            ask.id, label, key=field.key, value=value, called=ask.long_label, height=100, placeholder=help_
        )
    else:
        form.line(ask.id, label, key=field.key, value=value, called=ask.long_label, placeholder=help_)


def _given(ws: Workspace, opened: Opened, ask: Ask) -> None:
    value = opened.agreement.answers.get(ask.id)
    shown = plain(str(value)) if value else ws.words(f"agreement_draft.not_yet.{ask.id}")
    st.markdown(ws.words("agreement_draft.given", label=ask.long_label, value=shown))


def _theirs(ws: Workspace, opened: Opened, overtaken: dict[str, Typed], form: Kept, here: str) -> None:
    """What somebody else answered meanwhile, beside what is typed."""
    t = ws.words
    lines = [
        f"- {opened.content.ask(name).long_label}: **{_said(ws, opened.content.ask(name), field.theirs)}**"
        for name, field in overtaken.items()
    ]
    st.warning(t("agreement_draft.theirs") + "\n\n" + "\n".join(lines))
    _choice(ws, list(overtaken.values()), form, here, 0, only=list(overtaken))


def _said(ws: Workspace, ask: Ask, value: Any) -> str:
    """An answer as people read it."""
    labels = {option.id: option.label for option in ask.options}
    said = ", ".join(labels[one] for one in value) if isinstance(value, list) else labels.get(value, value)
    return plain(str(said)) if said else ws.words("agreement_draft.empty")


def _choice(
    ws: Workspace,
    fields: list[Typed],
    form: Kept,
    here: str,
    version: int,
    *,
    only: Sequence[str] | None = None,
) -> None:
    """Both ways to go on; what the other questions hold, which are not in `only`, is decided by neither."""
    with st.container(horizontal=True):
        st.button(
            ws.words("agreement_draft.take_theirs"),
            key=f"take:{here}",
            on_click=_take_theirs,
            args=(fields, form, only),
        )
        st.button(
            ws.words("agreement_draft.keep_mine"),
            key=f"mine:{here}",
            on_click=_keep_mine,
            args=(fields, version),
        )


def choose_between(
    ws: Workspace, fields: list[Typed], form: Kept, theirs: str, *, here: str, version: int
) -> None:
    """Show what somebody else saved meanwhile, and let the person decide which of the two stays."""
    st.warning(ws.words("agreement_draft.theirs") + "\n\n" + theirs)
    _choice(ws, fields, form, here, version)


def _take_theirs(fields: list[Typed], form: Kept, only: Sequence[str] | None) -> None:
    form.close(only=only)
    for field in fields:
        field.close()


def _keep_mine(fields: list[Typed], version: int) -> None:
    for field in fields:
        field.keep_mine(version)
