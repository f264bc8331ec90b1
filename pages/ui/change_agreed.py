"""What he and she agreed that both services read on change: at the table, beside the item that speaks of it."""

import streamlit as st

from core.content.questionnaires import load_domains
from core.operations import look_backs
from core.operations.sittings import Sitting
from pages.ui import change_words
from pages.ui.workspace import Workspace


def show(ws: Workspace, sitting: Sitting) -> None:
    """The shared summaries side by side; nothing that one side alone reads, or on a shared screen one of those there."""
    t = ws.words
    if sitting.meeting.case_id is None:
        return
    found = ws.read(look_backs.change, sitting.meeting.id, is_shared=ws.shared is not None)
    if not found:
        st.caption(t("change.none_agreed"))
        return
    head = [t("change.domain")]
    head += [
        t("change.who_at", who=t(f"change.{change_words.WHO[one.side]}"), label=one.label) for one in found
    ]
    rows = [
        [domain.title, *(change_words.said(t, one.lines.get(domain.id)) for one in found)]
        for domain in load_domains(language=t.language).domains
    ]
    st.markdown(change_words.table(head, rows))
