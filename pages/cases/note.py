"""Write or change a note of my own file."""

import streamlit as st

from core import clock
from core.operations import files
from pages.ui import case_head, pickers
from pages.ui.draft import open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

note_id = ws.chosen_or_none("note")
note, case_id = ws.read(files.open_note, note_id) if note_id else (None, ws.chosen("case"))
topics = {topic.id: topic for topic in files.topics(ws.actor)}

case = case_head.show(ws, case_id, "note")
own = {"case": str(case.id)}
st.header(t("note.change" if note else "note.new"))
st.page_link(page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params=own)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

draft = open_draft(note) if note else open_new(f"note:{case.id}")
topic = st.selectbox(
    t("note.topic"),
    list(topics),
    index=list(topics).index(note.topic) if note else 0,
    format_func=lambda found: topics[found].title,
    key=draft.key("topic"),
)
ws.slot("topic")
st.caption(topics[topic].help)
st.caption(t("note.topic_source", source=topics[topic].source))
form = Kept(ws, f"note:{note.id if note else case.id}", case.id)
with st.form("note"):
    text = form.area(
        "text", t("note.text"), value=note.text if note else "", height=220, key=draft.key("text")
    )
    ws.slot("text")
    left, right = st.columns(2)
    with left:
        source = form.line(
            "source",
            t("note.source"),
            value=note.source if note else "",
            key=draft.key("source"),
            help=t("note.source_help"),
        )
        ws.slot("source")
    with right:
        written_on = pickers.day(
            t,
            t("note.written_on"),
            value=note.written_on if note else clock.today(),
            key=draft.key("written_on"),
        )
        ws.slot("written_on")
    save = st.form_submit_button(t("common.save"), type="primary")

if save and (
    ws.do(
        files.revise_note,
        note.id,
        topic=topic,
        text_=text,
        source=source,
        written_on=written_on,
        version=draft.version,
    )
    if note
    else ws.do(files.add_note, case.id, topic=topic, text_=text, source=source, written_on=written_on)
):
    form.close(draft)
    st.toast(t("common.saved"))
    st.switch_page(page_file("file"), query_params=own)

if note is not None and note.version != draft.version:
    with st.container(border=True):
        st.markdown(f"**{t('common.theirs')}**")
        st.markdown(f"{topics[note.topic].title} · {t.day(note.written_on)}\n\n{plain(note.text)}")
        st.button(t("common.take_theirs"), on_click=form.close, args=(draft,))
