"""My service's own file in a case: its people and its notes. The other service reads nothing of this page."""

import streamlit as st

from core.access import Permission
from core.operations import cases, contact_changes, contact_flags, files, seals
from pages.ui import case_head, contact_card_view, contact_flags_view, more, own_file, person_form, revealed
from pages.ui.draft import open_draft
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

mine = ws.read(files.mine, ws.chosen("case"))
topics = {topic.id: topic for topic in files.topics(ws.actor)}
may_write = ws.may(Permission.WRITE_FILE)
case = case_head.show(ws, ws.chosen("case"), "file")
own = {"case": str(case.id)}
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")
if ws.read(seals.of_case, case.id) is not None:
    st.info(t("rights.is_sealed"), icon=":material/shield_lock:")

is_open = revealed.is_open(ws, revealed.of_file(case.id))
standing = ws.read(contact_changes.of_case, case.id)
contact_card_view.to_correct(ws, standing, is_open=is_open)
contact_flags_view.changes(ws, ws.read(contact_flags.unseen, case.id))
st.header(t("file.people"))
flags = ws.read(contact_flags.of_case, case.id)
own_file.people(ws, mine.subjects, is_open=is_open, flags=flags, standing=standing)
with st.container(horizontal=True):
    offers = bool(mine.subjects) and not is_open
    wants = offers and st.button(t("file.reveal"), icon=":material/visibility:")
    if is_open and st.button(t("file.hide"), icon=":material/visibility_off:"):
        del st.session_state[revealed.of_file(case.id)]
        st.rerun()
    revealed.say_closed(ws, revealed.of_file(case.id))
revealed.names(ws, case.id, wants=wants)

ways = {"consent": "file.to_consent", "rights": "rights.to_here", "must_not_receive": "register.to_page"}
if cases.side_of(ws.actor) == "vss":
    ways = {"contact": "contact_card.to_page", **ways}
if ws.may(Permission.PRINT_FOR_HIM) and cases.side_of(ws.actor) == "pp":
    ways["papers"] = "papers.to_page"
icons = {
    "contact": "contact_phone",
    "consent": "verified_user",
    "rights": "gavel",
    "must_not_receive": "person_off",
    "papers": "description",
}
with st.container(horizontal=True, key="file_ways"):
    for page, label in ways.items():
        st.page_link(
            page_file(page),
            label=t(label),
            icon=f":material/{icons[page]}:",
            query_params=own,
            width="content",
        )

# Whoever saves as it closes has the form before them still, and so has who was entering the first person of the file.
if may_write and (is_open or person_form.is_first(case.id, mine.subjects) or own_file.is_sent()):
    person_form.show(ws, case.id, mine.subjects, flags, is_open=is_open)

st.header(t("file.notes"))
with st.container(horizontal=True, vertical_alignment="bottom"):
    if may_write:
        st.page_link(
            page_file("note"),
            label=t("file.new_note"),
            icon=":material/add:",
            query_params=own,
            width="content",
        )
    used = [topic for topic in topics if any(note.topic == topic for note in mine.notes)]
    topic = st.selectbox(
        t("file.topic_filter"),
        [None, *used],
        format_func=lambda found: topics[found].title if found else t("file.all_topics"),
        key=f"topic:{case.id}",
        width=320,
    )
    search = st.text_input(t("file.search"), key=f"search:{case.id}", icon=":material/search:", width=320)
notes = [note for note in files.holding(mine.notes, search) if topic in {None, note.topic}]
list_key = f"notes:{case.id}"
shown = notes[: more.shown(list_key, own_file.NOTES_AT_ONCE)]
for note in shown:
    own_file.note(
        ws,
        note,
        topics[note.topic],
        is_shared=note.id in mine.shared_notes,
        is_paired=case.is_paired,
        flags=flags,
    )
if len(notes) > len(shown):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("tables.count", shown=t.number(len(shown)), total=t.number(len(notes))))
        more.button(t, list_key, own_file.NOTES_AT_ONCE)
if not notes:
    st.info(t("tables.nothing" if search.strip() else "file.no_notes"))

with st.expander(t("file.reference"), icon=":material/tag:"):
    draft = open_draft(mine.file)
    with st.form("reference", border=False):
        reference = st.text_input(
            t("cases.reference"),
            value=mine.file.reference,
            key=draft.key("reference"),
            help=t("cases.reference_help"),
        )
        ws.slot("reference")
        keep = st.form_submit_button(t("common.save"), disabled=not may_write)
    if keep and ws.do(files.set_reference, case.id, reference=reference, version=draft.version):
        draft.close()
        st.toast(t("common.saved"))
        st.rerun()
    if mine.file.version != draft.version:
        st.markdown(f"{t('common.theirs')} {plain(mine.file.reference)}")
        st.button(t("common.take_theirs"), on_click=draft.close, key="theirs:reference")
