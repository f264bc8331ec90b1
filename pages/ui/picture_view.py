"""The picture of a case on a page and at the table: which time, where accounts differ, the chart, and the same as a table."""

from collections.abc import Sequence

import streamlit as st

from core.locale import Words
from core.models.service import ServiceKind
from core.operations import look_backs, picture_words, pictures
from core.operations.pictures import Mark, Picture, Span
from core.operations.sittings import Sitting
from pages.ui import picture_chart, reading_table
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_TABLE = "picture-table"
_COLUMNS = ("day", "who", "what", "details", "differs")


def show(ws: Workspace, picture: Picture, *, key: str) -> None:
    """All of it, cut to the time that was chosen."""
    t = ws.words
    if not picture.marks:
        st.info(t("picture.nothing"), icon=":material/stacked_line_chart:")
        return
    span = choose(ws, pictures.spans(picture), key=key)
    cut = picture.within(span)
    now(ws, cut)
    with st.container(key="picture_chart"):
        picture_chart.show(t, cut, span, key=f"{key}:chart")
    st.caption(t("picture.letters"))
    st.markdown(f"[{t('picture.to_table')}](#{_TABLE})")
    differences(ws, cut)
    st.header(t("picture.as_table"), anchor=_TABLE)
    table(t, cut, span, key=f"{key}:table")


def choose(ws: Workspace, spans: Sequence[Span], *, key: str, first: str = "all") -> Span:
    """Which days are shown; one time between two assessments is asked for by its own field."""
    t = ws.words
    by_key = {span.key: span for span in spans if span.key != "window"}
    windows = [span for span in reversed(spans) if span.key == "window"]
    options = [*by_key, *(["window"] if windows else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}:choose"):
        chosen = st.segmented_control(
            t("picture.range"),
            options,
            format_func=lambda one: t(
                f"picture.range_{one}", since=by_key[one].since if one in by_key else ""
            ),
            default=first,
            required=True,
            key=f"{key}:range",
        )
        if chosen != "window":
            return by_key[str(chosen)]
        by_label = {span.since: span for span in windows}
        label = st.selectbox(
            t("picture.window"),
            list(by_label),
            format_func=lambda one: _window(t, by_label[one]),
            key=f"{key}:window",
            width=280,
        )
    return by_label[label]


def _window(t: Words, span: Span) -> str:
    return t(
        "picture.window_between" if span.until else "picture.window_open", since=span.since, until=span.until
    )


def now(ws: Workspace, picture: Picture) -> None:
    """What differs still, above the chart; how much it is in all, and where it is read."""
    t = ws.words
    found = list(enumerate(picture.differences, start=1))
    if not found:
        return
    lines = [
        f"- **{number}** {plain(picture_words.difference(t, one))}" for number, one in found if one.goes_on
    ]
    head = t.count("picture.differ_now" if lines else "picture.differ_then", len(found))
    st.markdown("\n".join([f":material/call_split: {head}", "", *lines]))


def differences(ws: Workspace, picture: Picture) -> None:
    """One sentence each, numbered as in the chart."""
    t = ws.words
    st.header(t("picture.differ"))
    if not picture.differences:
        st.markdown(t("picture.no_difference"))
        return
    st.caption(t("picture.differ_help"))
    said = (picture_words.difference(t, one) for one in picture.differences)
    st.markdown("\n".join(f"{number}. {plain(one)}" for number, one in enumerate(said, start=1)))


def table(t: Words, picture: Picture, span: Span, *, key: str) -> None:
    """Every mark in the order of its days, with the numbers of the differences that it is part of."""
    if not picture.marks:
        st.markdown(t("picture.nothing_there"))
        return
    reading_table.show(
        t("picture.table_caption", first=t.day(span.first), last=t.day(span.last)),
        [t(f"picture.column_{name}") for name in _COLUMNS],
        [_row(t, mark, picture) for mark in picture.marks],
        key=key,
    )


def _row(t: Words, mark: Mark, picture: Picture) -> list[str]:
    return [
        picture_words.days(t, mark),
        picture_words.lane(t, mark),
        picture_words.title(t, mark),
        " · ".join(picture_words.details(t, mark)),
        ", ".join(t.number(number) for number in picture.numbers(mark)),
    ]


def at_table(ws: Workspace, sitting: Sitting) -> None:
    """Beside an item of the agenda, once somebody asks for it: what both read, and on a shared screen all who are there."""
    meeting = sitting.meeting
    if meeting.case_id is None:
        return
    t, case_id = ws.words, meeting.case_id
    if not st.toggle(
        t("picture.at_table"), key=f"picture:at_table:{case_id}", help=t("picture.at_table_help")
    ):
        return
    found = ws.read(look_backs.picture, meeting.id, is_shared=ws.shared is not None)
    if found is not None:
        show(ws, found, key=f"picture:{case_id}:at_table")


def help_text(ws: Workspace, picture: Picture) -> str:
    """What an empty place of the picture means, and what it does not."""
    if picture.joint_only:
        return f"{ws.words('picture.both')} {ws.words('picture.help_both')}"
    return ws.words(f"picture.help_{'vss' if ws.actor.kind is ServiceKind.VSS else 'pp'}")
