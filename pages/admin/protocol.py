"""A new version of the protocol, prepared piece by piece and released: other words, another order, a step more or less."""

import streamlit as st

from core.operations import protocols
from pages.ui import protocol_phase, protocol_release, relabel
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.protocol"))
newest = ws.read(protocols.newest)
st.markdown(t("protocol.holds", number=newest.version))
lines = []
for one in ws.read(protocols.released):
    released = t("protocol.released", at=t.moment(one.at), by=plain(one.by)) if one.by else t.moment(one.at)
    lines.append(f"- {t('protocol.version', number=one.number)} · {released} · {plain(one.note)}")
st.markdown("\n".join([*lines, f"- {t('protocol.version', number=1)} · {t('protocol.shipped')}"]))

draft = ws.read(protocols.draft)
if draft is None:
    st.markdown(t("protocol.none"))
    if st.button(t("protocol.begin"), type="primary") and ws.do(protocols.begin_draft):
        st.rerun()
    st.stop()

opened, looked = open_draft(draft), open_new(f"protocol:{draft.id}")
content = protocols.content_of(draft)
st.header(t("protocol.draft", number=draft.number))
st.markdown(t("protocol.draft_help"))
if draft.version != opened.version:
    st.info(t("protocol.changed"))
    if st.button(t("protocol.look_again")):
        opened.close()
        protocol_phase.take_up(ws, looked)
        st.rerun()

titles = {phase.id: plain(phase.title) for phase in content.phases}
relabel.keep_choice("protocol:phase", titles)
chosen = st.radio(t("protocol.phases"), list(titles), format_func=titles.__getitem__, key="protocol:phase")
phase = content.phase(chosen)
protocol_phase.show(ws, content, phase, opened, looked)
protocol_release.show(ws, opened)
