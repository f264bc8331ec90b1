"""The versions of an agreement, and what changed between two of them."""

from collections.abc import Sequence

import streamlit as st

from core.operations import agreement_texts
from core.operations.agreement_reading import Opened
from core.operations.agreement_texts import ChangedLine
from pages.ui import more
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_ROWS = 30


def show(ws: Workspace, opened: Opened) -> None:
    """The list of versions, newest first, and the comparison of two."""
    t = ws.words
    rows = ws.read(agreement_texts.versions, opened.agreement.id)
    if not rows:
        st.caption(t("agreement.no_versions"))
        return
    heads = [t(f"agreement.versions.{head}") for head in ("number", "made", "by", "approved")]
    table = [f"| {' | '.join(heads)} |", "|---|---|---|---|"]
    list_key = f"agreement_versions:{opened.agreement.id}"
    shown = rows[: more.shown(list_key, _ROWS)]
    for row in shown:
        approved = plain(", ".join(row.approved_by)) or t("agreement.nobody")
        table.append(f"| {row.number} | {t.moment(row.made_at)} | {plain(row.made_by)} | {approved} |")
    st.markdown("\n".join(table))
    if len(rows) > len(shown):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("tables.count", shown=t.number(len(shown)), total=t.number(len(rows))))
            more.button(t, list_key, _ROWS)
    if len(rows) == 1:
        st.caption(t("agreement.one_version"))
        return
    numbers = [row.number for row in rows]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        newer = st.selectbox(t("agreement.newer"), numbers[:-1], key="newer", width=160)
        older = st.selectbox(
            t("agreement.older"), [one for one in numbers if one < newer], key=f"older:{newer}", width=160
        )
    lines = ws.read(agreement_texts.compare, opened.agreement.id, older=older, newer=newer)
    with st.container(height=440, border=True, key="agreement_changes"):
        changes(ws, lines)


def changes(ws: Workspace, lines: Sequence[ChangedLine]) -> None:
    """What was added and removed between two versions."""
    st.markdown("\n\n".join(_line(ws, line) for line in lines) or ws.words("agreement.no_change"))


def _line(ws: Workspace, line: ChangedLine) -> str:
    t, text = ws.words, plain(line.text)
    match line.kind:
        case "added":
            return f":green[:material/add: {t('agreement.added')}] {text}"
        case "removed":
            return f":red[:material/remove: {t('agreement.removed')}] {text}"
        case "gap":
            return "…"
        case _:
            return text
