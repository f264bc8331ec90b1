"""The log of one's own service: who read, changed and took what, and what of a week deserves a look."""

from functools import partial

import streamlit as st

from core.lists import PAGE_SIZE, Asked
from core.operations import access_log, exports
from core.operations.access_log import EventKind, Wanted
from pages.ui import last_look, log_breach, log_filter, log_lines, log_week
from pages.ui.log_lines import COLUMNS
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.log"))
view = st.segmented_control(
    t("log.view_label"),
    ["rows", "week", "breach"],
    default="rows",
    format_func=lambda chosen: t(f"log.view.{chosen}"),
    key="log:view",
    required=True,
    label_visibility="collapsed",
)
if view == "week":
    log_week.show(ws)
    st.stop()

people = ws.read(access_log.people)
if view == "breach":
    log_breach.show(ws, people)
    st.stop()

st.caption(t("log.help"))
with st.container(horizontal=True, vertical_alignment="bottom", key="log_filter"):
    person_id = log_filter.person(t, people, view="log")
    code = log_filter.code(t, view="log")
    kind = st.selectbox(
        t("log.kind_label"),
        [None, *EventKind],
        format_func=lambda one: t(f"log.kind.{one}") if one else t("log.every_kind"),
        key="log:kind",
        width=170,
    )
    since, until = log_filter.days(t, view="log")

wanted = Wanted(person_id, code, since, until, kind)
find = partial(access_log.search, wanted=wanted)
asked = Asked(limit=st.session_state.setdefault("log:limit", PAGE_SIZE))
found = ws.read(find, asked)
if not found.rows:
    st.info(t("log.nothing"))
    st.stop()

heads = [t(f"log.column.{column}") for column in COLUMNS]
rows = [log_lines.cells(line, t) for line in found.rows]
st.dataframe(
    {head: [row[place] for row in rows] for place, head in enumerate(heads)},
    hide_index=True,
    placeholder="",
    alt=t("log.alt"),
    height=min(len(rows) + 1, 18) * 36 + 2,
    row_height=36,
    column_config={heads[3]: st.column_config.TextColumn(width="large")},
)
with st.container(horizontal=True, vertical_alignment="center", key="log_foot"):
    st.caption(t("tables.count", shown=t.number(len(found.rows)), total=t.number(found.total)))
    if found.total > len(found.rows) and st.button(t("tables.more"), key="log:more"):
        st.session_state["log:limit"] += PAGE_SIZE
        st.rerun()
    last_look.offer(
        ws,
        t("tables.csv"),
        exports.table.of(
            find,
            what="log",
            asked=asked,
            heads=heads,
            cells=partial(log_lines.cells, t=t),
            form="csv",
        ),
        file_name="list.csv",
        key="log:csv",
    )
st.caption(t("tables.where_files_go"))
st.caption(t("log.limits"))
