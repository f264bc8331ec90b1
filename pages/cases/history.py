"""What happened in a case: the joint acts of both services, and one's own."""

from datetime import datetime

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

lines: list[str] = []
rows: list[tuple[str, str, list[datetime]]] = []
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
    # The same act several times in a row is one line.
    if rows and rows[-1][:2] == (who, what):
        rows[-1][2].append(line.at)
    else:
        rows.append((who, what, [line.at]))
for who, what, times in rows:
    again = t("history.times", number=len(times), since=t.moment(min(times))) if len(times) > 1 else ""
    lines.append(f"| {t.moment(max(times))} | {who} | {what}{again} |")
if lines:
    st.markdown(
        "\n".join(
            [f"| {t('history.at')} | {t('history.who')} | {t('history.what')} |", "|---|---|---|", *lines]
        )
    )
else:
    st.info(t("history.empty"))
