"""What I typed and did not send: it stands again in its form, and here too, for the form may be gone meanwhile."""

import streamlit as st

from core.operations import unsent
from core.operations.unsent import Unsent
from pages.ui import step_up, typed_where
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace) -> None:
    texts = ws.read(unsent.mine)
    if not texts:
        return
    st.subheader(ws.words("me.texts"))
    st.caption(ws.words("me.texts_help"))
    # What was typed may be how she is reached.
    wants = not ws.actor.is_fresh and st.button(ws.words("me.texts_show"), icon=":material/visibility:")
    if not ws.actor.is_fresh and not step_up.confirmed(ws, wants, key="my_texts"):
        return
    for text in texts:
        _one(ws, text)


def _one(ws: Workspace, text: Unsent) -> None:
    t, kept = ws.words, text.kept
    at = t.moment(kept.kept_at)
    where = (plain(text.code), typed_where.page(t, kept.slot), typed_where.field(t, kept.slot))
    what = " · ".join(filter(None, where))
    # Folded: whoever stands beside sees that there is something, and no word of it.
    with st.expander(t("me.text_of", what=what, at=at) if what else at):
        st.code(kept.text, language=None, wrap_lines=True)
        gone = st.button(t("kept.let_go"), key=f"let_go:{kept.id}")
    if gone and ws.attempt(unsent.let_go, {kept.slot: [kept.text]}) is None:
        st.rerun()
