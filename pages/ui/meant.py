"""What the check found in a text that both services will read: each name or contact must be meant."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.errors import CoreError, LooksTelling
from core.operations.identifying import Found
from pages.ui.draft import Draft
from pages.ui.plain import in_label
from pages.ui.workspace import Workspace


def ask(ws: Workspace, found: Sequence[Found], draft: Draft, *, with_help: bool = True) -> bool:
    """Show each hit with a box to tick; True where something was found and all of it is meant."""
    if not found:
        return False
    t = ws.words
    st.warning(t("share.found"), icon=":material/person_alert:")
    if with_help:
        st.caption(t("share.meant_help"))
    ticks = [
        st.checkbox(
            in_label(f"{one.value} ({', '.join(filter(None, (t(f'subject.{one.field}'), one.code)))})"),
            key=draft.key(f"meant:{one.field}:{one.value}:{one.code}"),
        )
        for one in found
    ]
    ws.slot("names_are_meant")
    return all(ticks)


def do(
    ws: Workspace, slot_of: str, operation: Callable[..., object], *given: object, **typed: object
) -> bool:
    """Like `ws.do`. What looks telling is shown beside its field once; sent again as it stands, it is meant."""
    slot = f"meant:{slot_of}"
    error = _attempt(ws, slot, operation, *given, **typed)
    if error is None:
        return True
    if isinstance(error, LooksTelling):
        _mean(slot, error.hits)
    ws.show(error)
    return False


def do_by_itself(
    ws: Workspace, slot_of: str, operation: Callable[..., object], *given: object, **typed: object
) -> bool:
    """Like `do`, for fields that send themselves: they are sent again at any run, so a click of its own says it is meant."""
    slot = f"meant:{slot_of}"
    error = _attempt(ws, slot, operation, *given, **typed)
    if error is None:
        return True
    ws.show(error)
    if isinstance(error, LooksTelling):
        label, key = ws.words("share.as_it_stands"), f"as_it_stands:{slot_of}"
        st.button(label, type="tertiary", key=key, on_click=_mean, args=(slot, error.hits))
    return False


def _attempt(
    ws: Workspace, slot: str, operation: Callable[..., object], *given: object, **typed: object
) -> CoreError | None:
    shown: frozenset[str] = st.session_state.get(slot, frozenset())
    # On a shared screen the question itself would say what stands in the file.
    error = ws.attempt(operation, *given, meant=None if ws.shared is not None else shown, **typed)
    if error is None:
        st.session_state.pop(slot, None)
    return error


def _mean(slot: str, hits: Sequence[str]) -> None:
    st.session_state[slot] = st.session_state.get(slot, frozenset()) | set(hits)
