"""The end of preparing a version of the protocol: it is released, or thrown away."""

import streamlit as st

from core.content.protocol_revisions import Changes
from core.locale import Words
from core.operations import protocols
from pages.ui.draft import Draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, opened: Draft) -> None:
    t, draft = ws.words, open_new("release")
    with st.container(border=True, key="card_release"):
        st.markdown(t("protocol.release_help"))
        changes = ws.read(protocols.changes)
        _say(t, changes)
        with st.form("release", border=False):
            is_read = changes.are_there and st.checkbox(t("protocol.changes_read"), key=draft.key("is_read"))
            note = st.text_input(t("protocol.note"), key=draft.key("note"), help=t("protocol.note_help"))
            ws.slot("note")
            release = st.form_submit_button(t("protocol.release"), type="primary")
        if release and ws.do(protocols.release, note=note, version=opened.version, is_read=is_read):
            opened.close()
            draft.close()
            st.rerun()
        with st.popover(t("protocol.discard")):
            st.markdown(t("protocol.discard_help"))
            if st.button(t("protocol.discard_sure")) and ws.do(protocols.discard, version=opened.version):
                opened.close()
                st.rerun()


def _say(t: Words, changes: Changes) -> None:
    """What changes of the work itself: it is easily overlooked on a page on which one moved through many forms."""
    lines = []
    if changes.order:
        lines.append(t("protocol.changes_order", phases=" → ".join(map(plain, changes.order))))
    lines += [
        t("protocol.changes_left_out", phase=plain(phase), step=plain(step))
        for phase, step in changes.left_out
    ]
    lines += [
        t("protocol.changes_without", phase=plain(phase), side=t(f"side.{side}"))
        for phase, side in changes.without
    ]
    if lines:
        said = "\n".join(f"- {line}" for line in lines)
        st.warning(f"{t('protocol.changes_work')}\n\n{said}", icon=":material/difference:")
