"""A walk through the protocol on a page: its phases, their steps, and what a person may say by hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import streamlit as st

from core import clock
from core.locale import Words
from core.operations.phases import Entered, Overview, Place, Progress, StepState, WalkedPhase, WalkedStep
from pages.ui import behind
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

ICONS = {
    Progress.OPEN: ":material/radio_button_unchecked:",
    Progress.BY_RECORD: ":green[:material/check_circle:]",
    Progress.BY_HAND: ":green[:material/check:]",
    Progress.NOT_APPLICABLE: ":gray[:material/block:]",
}
PLACES = {
    Place.PAST: ":material/history:",
    Place.CURRENT: ":material/location_on:",
    Place.AHEAD: ":material/more_horiz:",
}


@dataclass(frozen=True)
class Hand:
    """How a mark is saved: the operation, and the record whose walk it is."""

    operation: Callable[..., object]
    record_id: UUID

    def mark(self, ws: Workspace, step: WalkedStep, state: StepState, reason: str = "") -> bool:
        return ws.do(
            self.operation, self.record_id, phase=step.phase, step=step.id, state=state, reason=reason
        )


def show_phase(ws: Workspace, walked: WalkedPhase, hand: Hand | None) -> None:
    """One phase: what it is for, who meets, and its steps; without a hand nothing can be ticked."""
    t, phase = ws.words, walked.phase
    done = len(walked.steps) - len(walked.open_steps)
    # Where a side has nothing to do, nothing of it is done either.
    is_done = walked.steps and not walked.open_steps
    sign = ICONS[Progress.BY_RECORD] if is_done else PLACES[walked.place]
    progress = t("walk.progress", done=done, all=len(walked.steps)) if walked.steps else t("walk.no_steps")
    name = f"{sign} {plain(phase.title)} · {progress}"
    if walked.place is not Place.PAST:
        with st.expander(name, expanded=walked.place is Place.CURRENT):
            _show_steps(ws, walked, hand)
        return
    box = behind.box(name, key=f"phase:{phase.id}")
    if box is not None:
        with box:
            _show_steps(ws, walked, hand)


def _show_steps(ws: Workspace, walked: WalkedPhase, hand: Hand | None) -> None:
    t, phase = ws.words, walked.phase
    st.markdown(
        f"*{plain(phase.purpose)}*\n\n"
        + t("walk.who_meets", who=plain(phase.who_meets), minutes=phase.duration_minutes)
    )
    if walked.entered_at is not None and walked.rounds > 1:
        since = t.day(clock.day(walked.entered_at))
        st.caption(t("walk.rounds", number=walked.rounds, since=since))
    for is_row, steps in groupby(walked.steps, lambda step: step.is_open and walked.place is not Place.AHEAD):
        if is_row:
            for step in steps:
                _show_open(ws, step, hand)
        else:
            st.markdown("\n\n".join(told(t, step) for step in steps))
    st.caption(plain(phase.source))


def _show_open(ws: Workspace, step: WalkedStep, hand: Hand | None) -> None:
    t = ws.words
    with st.container(horizontal=True, vertical_alignment="center", key=f"step:{step.phase}:{step.id}"):
        st.markdown(told(t, step, with_help=True), width="stretch")
        link_to(step.link, t("walk.do_it_here"), icon=":material/arrow_forward:")
        if hand is None or not step.is_by_hand:
            return
        name = f"done:{step.phase}:{step.id}"
        if st.button(t("walk.tick"), key=name, icon=":material/check:") and hand.mark(
            ws, step, StepState.DONE
        ):
            st.rerun()


def told(t: Words, step: WalkedStep, *, with_help: bool = False) -> str:
    """A step in a line: its sign, its title, and by whom and when it was done."""
    parts = [t(f"walk.{step.progress}")] if not step.is_open else []
    parts += [plain(name) for name in step.by]
    if step.at is not None:
        parts.append(t.moment(step.at) if isinstance(step.at, datetime) else t.day(step.at))
    title = plain(step.title)
    lines = [f"{ICONS[step.progress]} " + (f"**{title}**" if with_help else title)]
    if parts:
        lines[0] += f" :gray[:small[{' · '.join(parts)}]]"
    if step.reason:
        lines.append(f":small[{plain(step.reason).replace(chr(10), ' ')}]")
    if with_help:
        lines.append(f":gray[:small[{plain(step.help)}]]")
    return "  \n".join(lines)


def show_marking(ws: Workspace, overview: Overview, hand: Hand, *, case_id: UUID | None = None) -> None:
    """Everything else that a person can say about a step: not applicable, done elsewhere, open again."""
    t = ws.words
    steps = {
        f"{step.phase}/{step.id}": (walked, step)
        for walked in _by_nearness(overview.phases)
        for step in walked.steps
    }
    draft = open_new("mark")
    with st.expander(t("walk.another"), icon=":material/edit_note:"):
        st.caption(t("walk.another_help"))
        form = Kept(ws, f"mark:{hand.record_id}", case_id)
        with st.form("mark", border=False):
            chosen = st.selectbox(
                t("walk.step"),
                list(steps),
                key=draft.key("step"),
                format_func=lambda name: f"{steps[name][0].phase.title}: {steps[name][1].title}",
            )
            state = st.radio(
                t("walk.state"),
                [StepState.NOT_APPLICABLE, StepState.DONE, StepState.OPEN],
                format_func=lambda one: t(f"walk.mark_{one}"),
                key=draft.key("state"),
                horizontal=True,
            )
            reason = form.area(
                "reason", t("walk.reason"), help=t("walk.reason_help"), key=draft.key("reason"), height=80
            )
            ws.slot("reason")
            save = st.form_submit_button(t("walk.save_mark"))
        if save and hand.mark(ws, steps[chosen][1], state, reason):
            form.close(draft)
            st.rerun()


def show_history(ws: Workspace, entries: Iterable[Entered]) -> None:
    """Who went on to which phase, why, and what was left open."""
    t = ws.words
    lines = []
    for entry in entries:
        line = t("walk.entered", phase=plain(entry.title), by=plain(entry.by), at=t.moment(entry.at))
        if entry.reason:
            line += f"  \n{plain(entry.reason).replace(chr(10), ' ')}"
        if entry.open_steps:
            names = ", ".join(plain(title) for title in entry.open_steps)
            line += f"  \n:gray[:small[{t('walk.left_open', steps=names)}]]"
        lines.append(f"- {line}")
    with st.expander(t("walk.history"), icon=":material/history:"):
        st.markdown("\n".join(lines) if lines else t("walk.history_empty"))


def _by_nearness(phases: Iterable[WalkedPhase]) -> list[WalkedPhase]:
    order = [Place.CURRENT, Place.PAST, Place.AHEAD]
    return sorted(phases, key=lambda walked: order.index(walked.place))
