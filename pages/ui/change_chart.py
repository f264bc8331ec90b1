"""What changed, as a picture and as the table that says the same; and the own side's answers, one by one.

A cell of the picture says by its shape what it says by its colour, and the table says it in words.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import streamlit as st

from core import clock
from core.content import questionnaires as content
from core.content.questionnaires import Change
from core.models.service import ServiceKind
from core.operations import pictures
from core.operations.change_summaries import SAYS
from core.operations.changes import Board, Moment
from pages.ui import change_words, picture_view
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: In the order of the legend: the shape and the colour of each.
LOOKS: Final = {
    Change.BETTER: ("triangle-up", "#1a7f64"),
    Change.SAME: ("square", "#5b6470"),
    Change.WORSE: ("triangle-down", "#b3261e"),
    Change.MIXED: ("diamond", "#8a5a00"),
    Change.CHANGED: ("triangle-right", "#4b5fa8"),
    Change.FIRST: ("circle", "#5b6470"),
    Change.MISSING: ("cross", "#9aa1ab"),
}
_SIDES: Final = (ServiceKind.PP, ServiceKind.VSS)
_HEIGHT_OF_ROW: Final = 34
#: So many times stand beside each other on a usual screen.
_BESIDE: Final = 5


def show(ws: Workspace, board: Board) -> tuple[Moment, ...]:
    """Both respondents over the times; at one time, his cell and hers stand below each other. Which times it shows."""
    t = ws.words
    st.header(t("change.changed"))
    st.caption(t("change.changed_help"))
    moments = board.past
    if not any(one.own or one.other for one in moments):
        st.info(t("change.nothing_yet"), icon=":material/stacked_line_chart:")
        return moments
    moments = _chosen(ws, board)
    if not moments:
        st.markdown(t("picture.nothing_there"))
        return moments
    with st.container(key="change_sideways"):
        st.caption(t("change.sideways"))
    with st.container(key="change_chart"):
        st.vega_lite_chart(
            _picture(ws, board, moments),
            width="content",
            key=f"change_chart_{board.case.id}",
            alt=t("change.chart"),
        )
    st.caption(t("change.chart_read"))
    with st.container(key="change_table"):
        st.markdown(_table(ws, board, moments))
    if differ := list(_differ(ws, board, moments)):
        st.markdown(plain(t("change.differ", areas="; ".join(differ))))
    st.caption(t("change.sources", source=plain(content.load_domains().source)))
    return moments


def _chosen(ws: Workspace, board: Board) -> tuple[Moment, ...]:
    """The times that are shown: all where they stand beside each other, else those of the days that are chosen."""
    past = board.past
    days = [one.time.on for one in past if one.time.on is not None]
    if len(past) <= _BESIDE or not days:
        return past
    times = [one.time for one in board.moments]
    spans = pictures.spans_of(times, first=min(days), last=max(days), today=clock.today())
    span = picture_view.choose(ws, spans, key=f"change:{board.case.id}:span", first="year")
    return tuple(one for one in past if one.time.on is not None and span.first <= one.time.on <= span.last)


def answers(ws: Workspace, board: Board, shown: Sequence[Moment]) -> None:
    """The own person's answers at each of these times that is done, question by question."""
    t = ws.words
    who = t(f"change.{change_words.WHO[board.side]}")
    done = [one for one in shown if one.is_own_done and one.lines]
    with st.expander(t("change.by_answer", who=who), icon=":material/list_alt:"):
        if not done:
            st.markdown(t("change.no_answers"))
            return
        st.caption(t("change.by_answer_help"))
        with st.container(key="change_answers"):
            for domain in board.domains:
                rows = list(_answers(ws, done, domain.id))
                if rows:
                    st.markdown(f"**{plain(domain.title)}**")
                    head = [t("change.question"), *(one.label for one in done)]
                    st.markdown(change_words.table(head, rows))


def _answers(ws: Workspace, done: list[Moment], domain_id: str) -> Iterator[list[str]]:
    t = ws.words
    cells: dict[str, dict[str, str]] = {}
    titles: dict[str, str] = {}
    for moment in done:
        for line in moment.lines:
            if line.question.domain != domain_id:
                continue
            titles.setdefault(line.question.id, line.question.title)
            said = line.said or t("change.said.missing")
            if line.change in {Change.BETTER, Change.WORSE, Change.SAME, Change.CHANGED} and (
                line.question.kind is not content.Kind.CHANGE
            ):
                said = f"{said} ({change_words.said(t, line.change).lower()})"
            cells.setdefault(line.question.id, {})[moment.label] = said
    for question, title in titles.items():
        missing = t("change.said.missing")
        yield [title, *(cells[question].get(one.label, missing) for one in done)]


def _rows(board: Board) -> Iterator[tuple[str, ServiceKind]]:
    """One row for each area and each respondent, where one of them says something of it."""
    for domain in board.domains:
        for side in _SIDES:
            yield domain.id, side


def _differ(ws: Workspace, board: Board, moments: tuple[Moment, ...]) -> Iterator[str]:
    """Where both say something about change at the same time, and not the same."""
    t = ws.words
    for moment in moments:
        for domain in board.domains:
            his, hers = (_cell(ws, moment, domain.id, side) for side in _SIDES)
            if his is not hers and {his, hers} <= SAYS:
                yield t(
                    "change.differs",
                    domain=domain.title,
                    label=moment.label,
                    his=change_words.said(t, his).lower(),
                    hers=change_words.said(t, hers).lower(),
                )


def _cell(ws: Workspace, moment: Moment, domain_id: str, side: ServiceKind) -> Change:
    return moment.of(side, ws.actor).get(domain_id, Change.MISSING)


def _table(ws: Workspace, board: Board, moments: tuple[Moment, ...]) -> str:
    t = ws.words
    titles = {one.id: one.title for one in board.domains}
    head = [t("change.domain"), t("change.who"), *(one.label for one in moments)]
    rows = [
        [
            titles[domain_id],
            t(f"change.{change_words.WHO[side]}"),
            *(change_words.said(t, _cell(ws, one, domain_id, side)) for one in moments),
        ]
        for domain_id, side in _rows(board)
    ]
    return change_words.table(head, rows)


def _picture(ws: Workspace, board: Board, moments: tuple[Moment, ...]) -> dict[str, Any]:
    """A grid: times across, areas down, he and she in two panels side by side."""
    t = ws.words
    titles = {one.id: one.title for one in board.domains}
    values = [
        {
            "time": one.label,
            "area": titles[domain_id],
            "who": t(f"change.{change_words.WHO[side]}"),
            "says": change_words.said(t, _cell(ws, one, domain_id, side)),
        }
        for one in moments
        for domain_id, side in _rows(board)
    ]
    names = [change_words.said(t, one) for one in LOOKS]
    legend = {"title": None, "orient": "bottom", "columns": 4}
    return {
        "data": {"values": values},
        "facet": {
            "column": {
                "field": "who",
                "type": "nominal",
                "sort": [t(f"change.{change_words.WHO[side]}") for side in _SIDES],
                "title": None,
                "header": {"labelFontSize": 14, "labelFontWeight": "bold"},
            }
        },
        "spec": {
            "width": max(120, 62 * len(moments)),
            "height": _HEIGHT_OF_ROW * len(board.domains),
            "mark": {"type": "point", "filled": True, "size": 190, "opacity": 1},
            "encoding": {
                "x": {
                    "field": "time",
                    "type": "nominal",
                    "sort": [one.label for one in moments],
                    "title": None,
                    "axis": {"labelAngle": 0, "orient": "top"},
                },
                "y": {
                    "field": "area",
                    "type": "nominal",
                    "sort": [one.title for one in board.domains],
                    "title": None,
                    "axis": {"labelLimit": 220},
                },
                "shape": {
                    "field": "says",
                    "type": "nominal",
                    "scale": {"domain": names, "range": [shape for shape, _ in LOOKS.values()]},
                    "legend": legend,
                },
                "color": {
                    "field": "says",
                    "type": "nominal",
                    "scale": {"domain": names, "range": [colour for _, colour in LOOKS.values()]},
                    "legend": legend,
                },
                "tooltip": [{"field": name, "type": "nominal"} for name in ("area", "time", "who", "says")],
            },
        },
    }
