"""The events of a case in three columns by who told of them, what they ask for, and the times side by side."""

from collections.abc import Sequence

import streamlit as st

from core.content import violence_kinds
from core.content.protocols import EPISODE
from core.models.service import ServiceKind
from core.operations import episode_boards
from core.operations.episode_boards import Board, Event, Period, Stage, Told
from core.operations.episodes import EpisodeSource, Known
from core.operations.phases import Link
from core.operations.timelines import Timeline
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.timeline_words import Teller
from pages.ui.workspace import Workspace

_WHO_WE_ASK = {ServiceKind.PP: EpisodeSource.HIM, ServiceKind.VSS: EpisodeSource.HER}
#: What the timeline asks for after new violence, and where it is done.
WAYS = {
    "meeting_due": "meetings",
    "meeting_overdue": "meetings",
    "risk_after": "risk",
    "risk_first_after": "risk",
}


def asks(ws: Workspace, timeline: Timeline) -> None:
    """The meeting and the assessment that are due after an episode, by the days of the agreement."""
    found = [ask for ask in timeline.asks if ask.key in WAYS and ask.what == EPISODE]
    if not found:
        return
    t, teller = ws.words, Teller(ws.words, timeline)
    with st.container(border=True, key="recidivism_asks"):
        st.markdown(f"**{t('recidivism.asks')}**")
        st.markdown("\n".join(f"- {plain(teller.ask(ask))}" for ask in found))
        days = t.number(timeline.rules.episode_meeting_days)
        is_agreed = "episode_meeting_days" in timeline.rules.agreed
        st.caption(t("recidivism.days_agreed" if is_agreed else "recidivism.days_default", days=days))
        with st.container(horizontal=True):
            for page in dict.fromkeys(WAYS[ask.key] for ask in found):
                link_to(Link(page, {"case": str(timeline.case.id)}), t(f"timeline.way.{page}"))


def events(ws: Workspace, board: Board, *, both_only: bool) -> None:
    """Each event as a row of three columns; what nobody told stays empty and says so."""
    t = ws.words
    if not board.events:
        key = "both" if both_only else ws.actor.kind
        st.info(t(f"recidivism.none_{key}"), icon=":material/info:")
        return
    for event in board.events:
        with st.container(border=True, key=f"card_event_{event.told[0].id}"):
            badge = f":orange-badge[:material/visibility: {t(f'recidivism.{event.missing}')}]"
            st.markdown(f"**{span(ws, event)}**" + (f"  {badge}" if event.missing else ""))
            for column, place in zip(EpisodeSource, st.columns(3), strict=True):
                with place:
                    _column(ws, event, column, is_ours=column is _WHO_WE_ASK[ws.actor.kind] and not both_only)


def span(ws: Workspace, what: Event | Told) -> str:
    """The day, or the first and the last."""
    t = ws.words
    first = what.first_on if isinstance(what, Event) else what.happened_on
    if first == what.last_on:
        return t.day(first)
    return t("recidivism.span", first=t.day(first), last=t.day(what.last_on))


def _column(ws: Workspace, event: Event, column: EpisodeSource, *, is_ours: bool) -> None:
    """What one source told; of whom the other service asks, an empty place says only that nothing is known here.

    All of it in one piece: five years hold forty events, and a page is as slow as it has pieces.
    """
    t, told = ws.words, event.of(column)
    head = f":small[:gray[**{t(f'recidivism.column_{column}')}**]]"
    nothing = f":gray[{t('recidivism.not_told' if is_ours else 'recidivism.not_known')}]"
    lines = [line for one in told for line in _lines(ws, event, one)]
    st.markdown("\n\n".join([head, *(lines or [nothing])]))


def _lines(ws: Workspace, event: Event, one: Told) -> list[str]:
    """What is read of one episode, and by whom."""
    t, own = ws.words, one.own
    lines = [plain(one.text)]
    if (one.happened_on, one.last_on) != (event.first_on, event.last_on):
        lines.insert(0, f"*{span(ws, one)}*")
    facts = [plain(title) for title in titles(ws, one.kinds)]
    if one.is_injured is not Known.UNKNOWN:
        said = f": {plain(own.injuries)}" if own and own.injuries else ""
        facts.append(t(f"recidivism.injured_{one.is_injured}") + said)
    if one.with_children is not Known.UNKNOWN:
        codes = f": {plain(', '.join(one.children))}" if one.children else ""
        facts.append(t(f"recidivism.children_{one.with_children}") + codes)
    if facts:
        lines.append(" · ".join(facts))
    if own and own.action_taken:
        lines.append(f"{t('recidivism.action_taken')}: {plain(own.action_taken)}")
    if own:
        by = f" ({plain(own.told_by)})" if own.told_by else ""
        lines.append(f":small[:gray[{t('recidivism.told', day=t.day(own.told_on))}{by}]]")
    lines.append(f":small[{_standing(ws, one)}]")
    return lines


def _standing(ws: Workspace, one: Told) -> str:
    """Who reads it, and what it may be used for."""
    t = ws.words
    if one.own is None:
        source = "" if one.source else f" · {t('recidivism.protected')}"
        return f":material/policy: {t(f'use.{one.use_rule}')}{source}"
    if one.item is None:
        return f":material/lock: {t('recidivism.ours_only')}"
    if one.is_waiting:
        return f":material/hourglass_top: {t('recidivism.waiting')}: {plain(one.item.text)}"
    return f":material/visibility: {t('recidivism.released')}: {plain(one.item.text)}"


def periods(ws: Workspace, board: Board, timeline: Timeline, *, both_only: bool) -> None:
    """How many events began in each time, by who told of them."""
    t = ws.words
    st.header(t("recidivism.periods"))
    found = episode_boards.periods(board.events, timeline.t_dates, timeline.today)
    if not found:
        st.info(t("recidivism.no_dates"), icon=":material/timeline:")
        link_to(Link("timeline", {"case": str(board.case.id)}), t("page.timeline"))
        return
    is_hers = ws.actor.kind is ServiceKind.VSS and not both_only
    names = ["period", "number", "him", "her", "other", "only_her", "children", "kinds"]
    names = [name for name in names if is_hers or name != "only_her"]
    rows = [[t(f"recidivism.head_{name}") for name in names], ["---"] * len(names)]
    for period in found:
        cells = _cells(ws, period)
        rows.append([cells[name] for name in names])
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
    st.caption(t("recidivism.periods_help"))


def _cells(ws: Workspace, period: Period) -> dict[str, str]:
    t = ws.words
    return {
        "period": _period(ws, period),
        "number": t.number(len(period.events)),
        "him": t.number(period.told_by(EpisodeSource.HIM)),
        "her": t.number(period.told_by(EpisodeSource.HER)),
        "other": t.number(period.told_by(EpisodeSource.OTHER)),
        "only_her": t.number(period.only_her),
        "children": t.number(period.with_children),
        "kinds": plain(", ".join(titles(ws, period.kinds))),
    }


def titles(ws: Workspace, kinds: Sequence[str]) -> list[str]:
    """What the kinds of violence are called."""
    return violence_kinds.load(language=ws.words.language).titles(kinds)


def _period(ws: Workspace, period: Period) -> str:
    t = ws.words
    if period.stage is Stage.DURING and not period.until:
        return t("recidivism.period_open", since=period.since)
    return t(f"recidivism.period_{period.stage}", since=period.since, until=period.until)
