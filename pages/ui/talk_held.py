"""When the managements talked and who took part, the record in Word, and the way on to the agreement."""

from datetime import date
from typing import Any

import streamlit as st

from core.operations import talk_records, talks
from core.operations.phases import Link
from core.operations.talks import Held, Standing
from pages.ui import last_look, pickers
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.opened import Opened, open_form
from pages.ui.plain import in_label
from pages.ui.workspace import Workspace


def show(ws: Workspace, standing: Standing) -> None:
    """What the head of the record says, and the record itself."""
    t, cooperation = ws.words, standing.cooperation
    names = {"pp_present": cooperation.pp.name, "vss_present": cooperation.vss.name}
    form: Opened[Any] = open_form(f"talk:{cooperation.id}:held", vars(standing.held))
    kept = Kept(ws, f"talk:{cooperation.id}:held")
    with st.container():
        held_on: date | None = pickers.day(
            t, t("talk.held_on"), value=None, key=form.key("held_on"), width=260
        )
        form.show_theirs(ws, "held_on", t.day)
        present = {}
        for column, (field, name) in zip(st.columns(2), names.items(), strict=True):
            with column:
                present[field] = kept.area(
                    field,
                    t("talk.present", service=in_label(name)),
                    key=form.key(field),
                    value=form.seen[field],
                    help=t("talk.present_help"),
                    height=100,
                )
                form.show_theirs(ws, field, str)
        save = st.button(t("phase_1.save"), type="primary", icon=":material/save:")
    if save and ws.do(
        talks.record_held, cooperation.id, held=Held(held_on, **present), seen=Held(**form.seen)
    ):
        kept.close()
        form.close()
        st.toast(t("phase_1.saved"))
        st.rerun()
    form.show_ways(ws, kept)
    last_look.offer(
        ws,
        t("talk.word"),
        talk_records.document.of(cooperation.id, words=t),
        file_name="talk.docx",
        key="talk:word",
    )
    st.caption(t("phase_1.word_note"))
    st.markdown(t("talk.go_on"))
    link_to(Link("agreements"), t("talk.to_agreements"), icon=":material/contract:")
