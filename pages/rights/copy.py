"""What goes into the copy of one person's data: chosen by one, looked at by another, taken as a file."""

import streamlit as st

from core.access import Permission
from core.operations import copies, copy_choices, person_requests
from core.operations.copy_pieces import Choice, mark_of_all
from pages.ui import case_head, last_look
from pages.ui.plain import in_label, plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

request = ws.read(person_requests.find, ws.chosen("request"))
pieces = ws.read(copies.pieces, request.id)
choice = Choice(request)
# Of this request, and taken up at once: no click is left over for another one, or for a page that is opened later.
version, read = st.session_state.pop(f"copy:read:{request.id}", (0, []))
seen = st.session_state.pop(f"copy:seen:{request.id}", 0)
case = case_head.show(ws, request.case_id, "copy")
st.page_link(
    page_file("rights"),
    label=t("copy.back"),
    icon=":material/arrow_back:",
    query_params={"case": str(case.id)},
)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

st.header(t("page.copy"))
st.caption(t("copy.help"))
if not pieces:
    st.info(t("copy.nothing"))
may_choose = ws.may(Permission.RECORD_REQUEST) and request.answered_on is None
# A choice that a colleague made meanwhile is another one: its boxes begin as it says, and so does a changed text's.
key = f"copy:{request.id}:{request.version}"
with st.form("copy", border=False):
    with st.container(border=True, key="card_copy_about"):
        st.markdown(f"**{t('copy.about')}**")
        data = copies.about_in_words(ws.read(copies.about, request.id), t)
        st.markdown("  \n".join(f"{name}: {plain(value)}" for name, value in data))
    ticks = {}
    for one in pieces:
        with st.container(border=True, key=f"card_piece_{one.id}"):
            ticks[one.mark] = st.checkbox(
                in_label(f"{t.day(one.on)} · {t(f'copy.section.{one.section}')}: {one.heading}"),
                value=choice.is_offered(one),
                disabled=one.never or not may_choose,
                key=f"{key}:{one.mark}",
            )
            st.markdown(plain(copies.whole(one, t)))
            if one.doubt:
                color = "red" if one.never else "orange"
                st.caption(f":{color}[{t(f'copy.doubt.{one.doubt}')}]")
            if choice.is_unread(one):
                st.caption(f":orange[:material/edit_note: {t('copy.unread')}]")
    # The click takes along what stood on the screen: nobody has read what was written since.
    st.form_submit_button(
        t("copy.choose"),
        type="primary",
        disabled=not may_choose,
        key=f"{key}:{mark_of_all(pieces)}",
        on_click=st.session_state.__setitem__,
        args=(f"copy:read:{request.id}", (request.version, list(ticks))),
    )
if version and ws.do(
    copy_choices.choose,
    request.id,
    goes=[mark for mark, is_in in ticks.items() if is_in],
    read=read,
    version=version,
):
    st.toast(t("copy.chosen"))
    st.rerun()

if unread := sum(choice.is_unread(one) for one in pieces):
    st.warning(t.count("copy.unread_count", unread), icon=":material/edit_note:")
if request.checked_by is not None:
    st.success(t("copy.checked"), icon=":material/verified:")
    if ws.may(Permission.TAKE_COPY):
        last_look.offer(
            ws,
            t("copy.take"),
            copies.document.of(request.id, words=t),
            file_name="copy.zip",
            key=f"copy:{request.id}",
        )
        st.caption(t("copy.take_help"))
elif request.chosen_by is not None:
    others = ws.read(copy_choices.second_people, request.id)
    names = ", ".join(plain(name) for name in others)
    st.info(t("copy.waits_for", names=names) if others else t("copy.waits_for_nobody"))
    if ws.may(Permission.CHECK_COPY) and request.chosen_by != ws.actor.person_id:
        st.button(
            t("copy.check"),
            icon=":material/check:",
            key=f"{key}:check",
            on_click=st.session_state.__setitem__,
            args=(f"copy:seen:{request.id}", request.version),
        )
        if seen and ws.do(copy_choices.check, request.id, version=seen):
            st.rerun()
