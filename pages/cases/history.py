"""What happened in a case: the joint acts of both services, and one's own."""

import streamlit as st

from core.operations import case_lists, cases
from pages.ui import case_head
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = ws.read(cases.find, ws.chosen("case"))
case_head.show(ws, case, "history")
st.header(t("history.title"))
st.caption(t("history.help"))

lines = []
for line in ws.read(case_lists.history, case.id):
    key = f"event.{line.subject}.{line.act}"
    what = t(
        key
        if t.has(key)
        else f"event.{line.subject}.any"
        if t.has(f"event.{line.subject}.any")
        else "event.any"
    )
    who = f"{plain(line.person)} ({t(f'side.{line.kind}')})" if line.kind else plain(line.person)
    lines.append(f"| {t.moment(line.at)} | {who} | {what} |")
if lines:
    st.markdown(
        "\n".join(
            [f"| {t('history.at')} | {t('history.who')} | {t('history.what')} |", "|---|---|---|", *lines]
        )
    )
else:
    st.info(t("history.empty"))
