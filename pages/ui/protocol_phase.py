"""One phase of a protocol that is being prepared: its words, its place, and its steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.content.protocol_revisions import screens
from core.content.protocols import Phase, Protocol, Step
from core.operations import protocols, unsent
from core.operations.protocols import Side
from pages.ui import relabel
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept, typed_before
from pages.ui.plain import plain
from pages.ui.typed import same
from pages.ui.workspace import Workspace

PHASE_TEXTS = ("title", "purpose", "who_meets", "what_next", "source")
STEP_TEXTS = ("title", "help")
#: By the key of a field of words: its place, and what it was drawn with.
_DRAWN: Final = "protocol:drawn"


@dataclass(frozen=True)
class _Drawn:
    slot: str
    text: str


def show(ws: Workspace, protocol: Protocol, phase: Phase, opened: Draft, looked: Draft) -> None:
    """The phase with everything that can be changed in it; each form saves on its own.

    `looked` begins anew where somebody takes up what others saved: no field may go on holding the words before.
    """
    t = ws.words
    beside = [one.id for one in protocol.phases_of(phase.scope)]
    _move(ws, f"phase:{phase.id}", (beside, phase.id), opened, lambda places: ws.do(
        protocols.move_phase, phase.id, places=places, version=opened.version
    ))  # fmt: skip
    with st.expander(t("protocol.words_of", title=plain(phase.title)), icon=":material/edit:"):
        texts = {name: getattr(phase, name) for name in PHASE_TEXTS}
        _texts(ws, f"phase:{phase.id}", texts, opened, looked, lambda given: ws.do(
            protocols.reword_phase, phase.id, texts=given, version=opened.version
        ))  # fmt: skip
    st.markdown(f"**{t('protocol.steps')}**")
    titles, key = {step.id: plain(step.title) for step in phase.steps}, f"protocol:step:{phase.id}"
    relabel.keep_choice(key, titles)
    chosen = st.radio(
        t("protocol.steps"),
        list(titles),
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        key=key,
    )
    _step(ws, phase, phase.step(chosen), opened, looked)
    with st.expander(t("protocol.add"), icon=":material/add:"):
        _add(ws, phase, opened)


def _step(ws: Workspace, phase: Phase, step: Step, opened: Draft, looked: Draft) -> None:
    t, name = ws.words, f"step:{phase.id}:{step.id}"
    _move(ws, name, ([one.id for one in phase.steps], step.id), opened, lambda places: ws.do(
        protocols.move_step, phase.id, step.id, places=places, version=opened.version
    ))  # fmt: skip
    with st.expander(t("protocol.words_of", title=plain(step.title)), icon=":material/edit:"):
        st.caption(
            t(f"protocol.side_{step.side}")
            + " "
            + t("protocol.by_hand" if step.completes_by.is_by_hand else "protocol.by_record")
        )
        texts = {field: getattr(step, field) for field in STEP_TEXTS}
        _texts(ws, name, texts, opened, looked, lambda given: ws.do(
            protocols.reword_step, phase.id, step.id, texts=given, version=opened.version
        ))  # fmt: skip
        if st.button(t("protocol.drop"), key=f"drop:{name}", icon=":material/delete:") and ws.do(
            protocols.drop_step, phase.id, step.id, version=opened.version
        ):
            _done(opened, name)


def _add(ws: Workspace, phase: Phase, opened: Draft) -> None:
    t, name = ws.words, f"new:{phase.id}"
    draft = open_new(name)
    form = Kept(ws, f"protocol:{name}")
    # Outside the form: the pages that are offered follow the side.
    side = (
        st.radio(
            t("protocol.side"),
            list(Side),
            format_func=lambda one: t(f"protocol.side_{one}"),
            key=draft.key("side"),
        )
        or Side.BOTH
    )
    with st.form(name, border=False):
        title = form.line("title", t("protocol.title"), key=draft.key("title"))
        ws.slot("title")
        help_text = form.area("help", t("protocol.help"), key=draft.key("help"), height=80)
        ws.slot("help")
        page = st.selectbox(
            t("protocol.page"),
            screens(phase.scope, side),
            format_func=lambda one: t(f"page.{one}"),
            key=draft.key(f"page:{side}"),
        )
        ws.slot("page")
        save = st.form_submit_button(t("protocol.add_save"))
    if save and ws.do(
        protocols.add_step,
        phase.id,
        title=title,
        help_text=help_text,
        page=page,
        side=side,
        version=opened.version,
    ):
        form.close()
        _done(opened, name)


def _move(
    ws: Workspace, name: str, place: tuple[list[str], str], opened: Draft, move: Callable[[int], bool]
) -> None:
    """Earlier and later in an order of ids; the first goes no earlier, and the last no later."""
    t, (order, one) = ws.words, place
    with st.container(horizontal=True):
        earlier = st.button(
            t("protocol.earlier"),
            key=f"up:{name}",
            icon=":material/arrow_upward:",
            disabled=one == order[0],
        )
        later = st.button(
            t("protocol.later"),
            key=f"down:{name}",
            icon=":material/arrow_downward:",
            disabled=one == order[-1],
        )
    if (earlier or later) and move(-1 if earlier else 1):
        opened.close()
        st.rerun()


def _texts(  # noqa: PLR0917
    ws: Workspace,
    name: str,
    texts: Mapping[str, str],
    opened: Draft,
    looked: Draft,
    save: Callable[[dict[str, str]], bool],
) -> None:
    """A form of texts. What is typed is kept beside it until it is saved."""
    t, draft = ws.words, open_new(name)
    kept, given = Kept(ws, f"protocol:{name}"), {}
    drawn: dict[str, _Drawn] = st.session_state.setdefault(_DRAWN, {})
    with st.form(name, border=False):
        for field, text in texts.items():
            label, key = t(f"protocol.{field}"), looked.key(draft.key(field))
            if key not in st.session_state:
                drawn[key] = _Drawn(f"protocol:{name}:{field}", text)
            given[field] = (
                kept.line(field, label, key=key, value=text)
                if field == "title"
                else kept.area(field, label, key=key, value=text, height=80)
            )
            ws.slot(field)
        is_sent = st.form_submit_button(t("protocol.save"))
    if is_sent and save(given):
        kept.close()
        _done(opened, name)


def take_up(ws: Workspace, looked: Draft) -> None:
    """Draw the words anew as a colleague left them: what was typed here stands in its field again, beside theirs.

    The browser has kept most of it while it was typed, and may hold a newer text than the last one that was sent.
    """
    drawn: dict[str, _Drawn] = st.session_state.pop(_DRAWN, {})
    typed = {
        one.slot: st.session_state[key]
        for key, one in drawn.items()
        if key in st.session_state and not same(st.session_state[key], one.text)
    }
    kept = typed_before(ws, list(typed))
    for slot in typed.keys() - kept.keys():
        ws.keep(unsent.keep, slot, text=typed[slot])
    looked.close()


def _done(opened: Draft, name: str) -> None:
    """Close the form that was saved; the others keep what was typed in them."""
    opened.close()
    open_new(name).close()
    st.rerun()
