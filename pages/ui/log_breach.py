"""The report after a breach: for a case or a person and days, who reached what, of which classes, of how many people."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import streamlit as st

from core.exports import Cell
from core.lists import ALL, Asked
from core.locale import Words
from core.operations import breach_reports, exports
from core.operations.access_log import Wanted
from core.operations.breach_reports import Reach, Report
from pages.ui import event_words, last_look, log_filter, step_up
from pages.ui.workspace import Workspace

_WHAT_WIDE = 320
_COLUMNS = ("who", "service", "what", "times", "days", "classes")


def show(ws: Workspace, people: Mapping[UUID, str]) -> None:
    """Ask for whom or which case and which days, and who sits there; then the report, and the ways to take it along."""
    t = ws.words
    st.caption(t("breach.help"))
    wanted = _asked(ws, people)
    if wanted.person_id is None and not wanted.code.strip():
        st.info(t("breach.choose"))
        return
    if not ws.actor.is_fresh and not step_up.asked(ws, "log:breach"):
        return
    report = ws.read(breach_reports.find, wanted=wanted)
    if not report.rows:
        st.info(t("breach.nothing"))
        return
    _report(t, report)
    _take(ws, wanted)
    st.caption(t("breach.limits"))


def _asked(ws: Workspace, people: Mapping[UUID, str]) -> Wanted:
    t = ws.words
    with st.container(horizontal=True, vertical_alignment="bottom", key="breach_filter"):
        person_id = log_filter.person(t, people, view="breach")
        code = log_filter.code(t, view="breach")
        since, until = log_filter.days(t, view="breach")
    return Wanted(person_id, code, since, until)


def _report(t: Words, report: Report) -> None:
    people = breach_reports.people_said(report, t)
    st.markdown(t("breach.facts", people=people, cases=t.number(report.cases)))
    st.markdown(f"**{t('breach.classes')}**")
    st.markdown("\n".join(f"- {said}" for said in breach_reports.classes_said(report.classes, t)))
    rows, heads = [_cells(row, t) for row in report.rows], _heads(t)
    st.dataframe(
        {head: [str(row[place]) for row in rows] for place, head in enumerate(heads)},
        # Narrow enough for the classes, the last column, to be seen without moving the table.
        column_config={heads[_COLUMNS.index("what")]: st.column_config.TextColumn(width=_WHAT_WIDE)},
        hide_index=True,
        placeholder="",
        alt=t("breach.alt"),
        height=min(len(rows) + 1, 18) * 36 + 2,
        row_height=36,
    )


def _take(ws: Workspace, wanted: Wanted) -> None:
    t = ws.words
    cells = partial(_cells, t=t)
    with st.container(horizontal=True, key="breach_foot"):
        last_look.offer(
            ws,
            t("breach.word"),
            breach_reports.document.of(wanted=wanted, cells=cells, words=t),
            file_name="report.docx",
            key="breach:word",
        )
        last_look.offer(
            ws,
            t("tables.csv"),
            exports.table.of(
                partial(breach_reports.search, wanted=wanted),
                what="log",
                asked=Asked(limit=ALL),
                heads=_heads(t),
                cells=cells,
                form="csv",
            ),
            file_name="list.csv",
            key="breach:csv",
        )
    st.caption(t("tables.where_files_go"))


def _heads(t: Words) -> list[str]:
    return [t(f"breach.column.{column}") for column in _COLUMNS]


def _cells(row: Reach, t: Words) -> list[Cell]:
    days = t.day(row.first_on)
    if row.last_on != row.first_on:
        days = t("breach.days", first=days, last=t.day(row.last_on))
    what = event_words.did(t, row.subject, row.act)
    return [row.person or t("log.nobody"), row.service, what, row.times, days, ", ".join(row.classes)]
