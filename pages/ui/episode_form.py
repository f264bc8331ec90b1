"""Writing down what one source told of new violence, and changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from core import clock
from core.access import Permission
from core.content import violence_kinds
from core.models.service import ServiceKind
from core.operations import episodes
from core.operations.episode_boards import Board
from core.operations.episodes import LONGEST, Episode, EpisodeSource, Given, Known, in_lines
from pages.ui import pickers
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Opened:
    """A form with what it begins from."""

    draft: Draft
    kept: Kept
    children: list[str]
    #: None: a new one.
    episode: Episode | None = None
    there: Sequence[str] = ()


def add(ws: Workspace, board: Board) -> None:
    """The form of a new episode; open while there is none."""
    if not ws.may(Permission.WRITE_FILE) or board.case.closed_on is not None:
        return
    t, case = ws.words, board.case
    with st.expander(t("recidivism.add"), icon=":material/add:", expanded=not board.events):
        st.caption(t(f"recidivism.add_help_{ws.actor.kind}"))
        opened = Opened(
            draft=open_new(f"episode:{case.id}"),
            kept=Kept(ws, f"episode:{case.id}", case.id),
            children=ws.read(episodes.children_of, case.id),
        )
        with st.form(f"episode_{opened.draft.version}", border=False):
            given = _fields(ws, opened)
            save = st.form_submit_button(t("recidivism.save"), type="primary")
        if save and ws.do(episodes.record, case.id, given=given):
            opened.kept.close(opened.draft)
            st.toast(t("recidivism.saved"))
            st.rerun()


def change(ws: Workspace, board: Board, episode: Episode, *, there: Sequence[str]) -> None:
    """The same form over what stands in the file; `there` are the children as the board reads them."""
    t, case = ws.words, board.case
    opened = Opened(
        draft=open_draft(episode),
        kept=Kept(ws, f"episode:{episode.id}", case.id),
        children=ws.read(episodes.children_of, case.id),
        episode=episode,
        there=there,
    )
    with st.form(f"episode_{episode.id}_{opened.draft.version}"):
        given = _fields(ws, opened)
        save = st.form_submit_button(t("common.save"), type="primary")
    if save and ws.do(episodes.revise, episode.id, given=given, version=opened.draft.version):
        opened.kept.close(opened.draft)
        st.toast(t("common.saved"))
        st.rerun()
    if episode.version != opened.draft.version:
        st.warning(t("recidivism.changed"))
        st.button(t("common.take_theirs"), on_click=opened.kept.close, args=(opened.draft,))


def _fields(ws: Workspace, opened: Opened) -> Given:
    """All fields of an episode; each with a place for its error."""
    t, one, key, kept = ws.words, opened.episode, opened.draft.key, opened.kept
    left, right = st.columns(2)
    with left:
        sources = list(EpisodeSource)
        usual = EpisodeSource.HIM if ws.actor.kind is ServiceKind.PP else EpisodeSource.HER
        source = st.radio(
            t("recidivism.source"),
            sources,
            index=sources.index(one.source if one else usual),
            format_func=lambda found: t(f"recidivism.source_{found}"),
            horizontal=True,
            key=key("source"),
        )
        ws.slot("source")
        told_by = kept.line(
            "told_by",
            t("recidivism.told_by"),
            value=one.told_by if one else "",
            help=t("recidivism.told_by_help"),
            key=key("told_by"),
        )
        ws.slot("told_by")
    with right:
        first, last, told = st.columns(3)
        with first:
            happened_on = _day(ws, "happened_on", one.entry.happened_on if one else None, key("happened_on"))
        with last:
            until_on = _day(ws, "until_on", one.until_on if one else None, key("until_on"))
        with told:
            told_on = _day(ws, "told_on", one.told_on if one else clock.today(), key("told_on"))
    severity = kept.area(
        "severity",
        t("recidivism.severity"),
        value=one.severity if one else "",
        help=t("recidivism.severity_help", longest=LONGEST["severity"]),
        height=110,
        key=key("severity"),
    )
    ws.slot("severity")
    content = violence_kinds.load(language=ws.words.language)
    titles = {kind.id: kind for kind in content.kinds}
    kinds = st.pills(
        t("recidivism.kinds"),
        list(titles),
        selection_mode="multi",
        default=[kind for kind in in_lines(one.kinds) if kind in titles] if one else None,
        format_func=lambda kind: titles[kind].title,
        help=" ".join(f"**{kind.title}**: {kind.help}" for kind in content.kinds),
        wrap=True,
        key=key("kinds"),
    )
    ws.slot("kinds")
    left, right = st.columns(2)
    with left:
        is_injured = _known(ws, "is_injured", one.is_injured if one else Known.UNKNOWN, key("is_injured"))
        injuries = kept.line(
            "injuries", t("recidivism.injuries"), value=one.injuries if one else "", key=key("injuries")
        )
        ws.slot("injuries")
    with right:
        with_children = _known(
            ws, "with_children", one.with_children if one else Known.UNKNOWN, key("with_children")
        )
        children: list[str] = []
        if opened.children:
            children = st.pills(
                t("recidivism.children"),
                opened.children,
                selection_mode="multi",
                default=[code for code in opened.there if code in opened.children] if one else None,
                wrap=True,
                key=key("children"),
            )
        ws.slot("children")
    action_taken = kept.area(
        "action_taken",
        t("recidivism.action_taken"),
        value=one.action_taken if one else "",
        help=t("recidivism.action_taken_help"),
        height=80,
        key=key("action_taken"),
    )
    ws.slot("action_taken")
    st.caption(content.source)
    return Given(
        source=source,
        happened_on=happened_on,
        severity=severity,
        told_on=told_on,
        until_on=until_on,
        told_by=told_by,
        kinds=kinds,
        is_injured=is_injured,
        injuries=injuries,
        with_children=with_children,
        children=children,
        action_taken=action_taken,
    )


def _day(ws: Workspace, name: str, value: date | None, key: str) -> date | None:
    """A day that has been."""
    found = pickers.day(ws.words, ws.words(f"recidivism.{name}"), value=value, key=key)
    ws.slot(name)
    return found


def _known(ws: Workspace, name: str, value: Known, key: str) -> Known:
    options = list(Known)
    found = st.radio(
        ws.words(f"recidivism.{name}"),
        options,
        index=options.index(value),
        format_func=lambda one: ws.words(f"known.{one}"),
        horizontal=True,
        key=key,
    )
    ws.slot(name)
    return found
