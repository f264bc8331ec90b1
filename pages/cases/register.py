"""My cases: what the other service asks, the list with its search, and opening a new one."""

from functools import partial

import streamlit as st

from core.access import Permission
from core.operations import case_lists, cases, requests, services
from core.operations.case_lists import State
from pages.ui import pickers, tables
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.tables import Column
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.cases"))

for received in ws.read(requests.list_open) if ws.may(Permission.ANSWER_REQUEST) else ():
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(t("cases.asked", asker=plain(received.asker), day=t.day(received.asked_on)))
        st.page_link(
            page_file("request"),
            label=t("cases.answer"),
            icon=":material/arrow_forward:",
            query_params={"request": str(received.id)},
            width="content",
        )

if ws.may(Permission.OPEN_CASE):
    cooperations = {found.id: found for found in ws.read(services.own_cooperations)}
    draft = open_new("case")
    with st.expander(t("cases.open"), icon=":material/add:", expanded=draft.key("shown") in st.session_state):
        st.caption(t("cases.open_help"))
        with st.form("open_case", border=False):
            cooperation_id = st.selectbox(
                t("cases.cooperation"),
                list(cooperations),
                format_func=lambda found: (
                    cooperations[found].vss.name
                    if cooperations[found].pp_id == ws.actor.service_id
                    else cooperations[found].pp.name
                ),
                key=draft.key("cooperation"),
            )
            left, middle, right = st.columns(3)
            with left:
                code = st.text_input(t("cases.code"), key=draft.key("code"), help=t("cases.code_help"))
                ws.slot("code")
            with middle:
                reference = st.text_input(
                    t("cases.reference"), key=draft.key("reference"), help=t("cases.reference_help")
                )
                ws.slot("reference")
            with right:
                opened_on = pickers.day(t, t("cases.opened_on"), key=draft.key("opened_on"))
                ws.slot("opened_on")
            sent = st.form_submit_button(
                t("cases.open_button"), type="primary", disabled=cooperation_id is None
            )
    if sent and cooperation_id is not None:
        st.session_state[draft.key("shown")] = True
        opened = ws.make(
            cases.open, cooperation_id=cooperation_id, code=code, reference=reference, opened_on=opened_on
        )
        if opened is not None:
            draft.close()
            st.switch_page(page_file("case"), query_params={"case": str(opened.id)})

state = st.segmented_control(
    t("cases.state_label"),
    list(State),
    default=State.OPEN,
    format_func=lambda chosen: t(f"cases.state.{chosen}"),
    key="cases:state",
    required=True,
    label_visibility="collapsed",
)

tables.show(
    ws,
    partial(case_lists.list_mine, state=state),
    [
        Column("code", lambda row: row.code, sort="code"),
        Column("phase", lambda row: row.phase, sort="phase"),
        Column("next", lambda row: row.next_at and row.next_at.astimezone(t.zone), sort="next"),
        Column("last", lambda row: row.last_at and row.last_at.astimezone(t.zone), sort="last"),
        Column("pair", lambda row: t(f"cases.pair.{'yes' if row.is_paired else 'no'}")),
        Column("opened", lambda row: row.opened_on, sort="opened"),
    ],
    key="cases",
    page="case",
    id_name="case",
    empty="" if ws.may(Permission.OPEN_CASE) else "cases.empty_for_others",
)

if ws.may(Permission.BREAK_GLASS):
    st.page_link(page_file("open_file"), label=t("break_glass.to_here"), icon=":material/emergency:")
