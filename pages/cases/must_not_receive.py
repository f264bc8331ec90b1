"""Who must not be written to, called or told, and which contacts carry a flag. The other service reads nothing of it."""

import streamlit as st

from core.access import Permission
from core.operations import contact_flags, files, registers
from pages.ui import case_head, contact_flags_view, register_view, revealed
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

mine = ws.read(files.mine, ws.chosen("case"))
case = case_head.show(ws, ws.chosen("case"), "must_not_receive")
st.page_link(
    page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params={"case": str(case.id)}
)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

st.header(t("register.title"))
st.caption(t("register.help"))
may_write = ws.may(Permission.WRITE_REGISTER)
held = ws.read(registers.of_case, case.id)
register_view.entries(ws, held, may_write=may_write)
if may_write and mine.subjects:
    with st.expander(t("register.new"), icon=":material/person_off:", expanded=not held):
        st.caption(t("register.question"))
        register_view.new(ws, case.id, mine.subjects)

st.header(t("contact_flag.title"))
st.caption(t("contact_flag.help"))
contact_flags_view.changes(ws, ws.read(contact_flags.unseen, case.id))
is_open = revealed.is_open(ws, revealed.of_file(case.id))
wants = not is_open and st.button(t("file.reveal"), icon=":material/visibility:")
revealed.say_closed(ws, revealed.of_file(case.id))
revealed.names(ws, case.id, wants=wants)
if is_open:
    contact_flags_view.listed(ws, ws.read(contact_flags.of_case, case.id), may_write=may_write)
    if may_write:
        contact_flags_view.new(ws, mine.subjects)
