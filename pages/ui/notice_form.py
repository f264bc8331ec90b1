"""Telling the other service: what happened, in words, on a ground that bears it, and exactly as they will read it."""

from collections.abc import Sequence

import streamlit as st

from core.access import Permission
from core.models.case import Case
from core.operations import immediate_notices, notice_texts
from core.operations.immediate_notices import PURPOSES, Preview, Said
from core.operations.notice_paths import Due
from core.operations.path_entries import side_of
from pages.ui import kept, meant, notice_words, pickers, purpose_terms, release_click
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept
from pages.ui.workspace import Workspace


def show(ws: Workspace, case: Case, due: Sequence[Due], *, is_open: bool) -> None:
    """What is due by our path, and the form."""
    t = ws.words
    if not ws.may(Permission.SHARE) or case.closed_on is not None:
        return
    st.header(t("notices.new"))
    by_entry = {str(one.entry.id): one for one in due}
    for one in due:
        st.warning(_due_words(ws, one), icon=":material/outgoing_mail:")
    if not is_open:
        st.info(t("notices.closed"), icon=":material/lock_clock:")
        return
    draft = open_new(f"notice:{case.id}")
    chosen = None
    if by_entry:
        options = [*by_entry, ""]
        picked = st.radio(
            t("notices.about"),
            options,
            format_func=distinct(
                options, lambda found: _due_words(ws, by_entry[found]) if found else t("notices.about_other")
            ),
            key=draft.key(f"about:{len(options)}"),
        )
        chosen = by_entry.get(picked or "")
    _form(ws, case, draft, chosen)


def _due_words(ws: Workspace, one: Due) -> str:
    t = ws.words
    title = notice_words.lists(ws).trigger(one.trigger.id).title
    if one.number:
        return t("notices.due_missed", number=one.number, day=t.day(one.since))
    return t("notices.due", what=title, day=t.day(one.entry.happened_on))


def _form(ws: Workspace, case: Case, draft: Draft, due: Due | None) -> None:
    t = ws.words
    left, right = st.columns(2)
    with left:
        said, form = _said(ws, case, draft, due)
        terms = purpose_terms.ask(
            ws, form, case.id, PURPOSES[ws.actor.kind], draft, no_person=t("notices.no_person")
        )
    with right:
        st.subheader(t("notices.preview"))
        missing = _missing(said) if said else ["trigger", "happened_on", "facts"]
        if said is None or terms is None or missing:
            lines = [f"- {t(f'notices.{name}')}" for name in missing or ["ground"]]
            st.info("\n".join([t("notices.fill_in"), "", *lines]), icon=":material/edit_note:")
            return
        seen = ws.look(immediate_notices.preview, case.id, said=said, terms=terms)
        if seen is None:
            return
        with st.container(border=True, key="card_notice_preview"):
            st.markdown(notice_words.body(ws, seen.said, seen.item, seen.answer_hours))
        is_meant = meant.ask(ws, seen.found, draft)
        on_path = _enters(ws, draft, seen, due)
        if seen.waits:
            st.warning(t("notices.waits"), icon=":material/group:")
        release_click.button(
            ws,
            case.id,
            draft,
            t("notices.ask_second" if seen.waits else "notices.send"),
            seen.digest,
            icon=":material/send:",
        )
    clicked = release_click.seen(ws, draft, terms)
    if clicked and ws.do(
        immediate_notices.send,
        case.id,
        said=said,
        terms=terms,
        seen=clicked,
        entry_id=due.entry.id if due else None,
        on_path=on_path,
        names_are_meant=is_meant,
    ):
        form.close(draft)
        st.toast(t("notices.asked_second" if seen.waits else "notices.was_sent"))
        st.rerun()


def _enters(ws: Workspace, draft: Draft, seen: Preview, due: Due | None) -> bool:
    """Is it to be entered on his path too? Asked where it does not stand there."""
    if due is not None or not seen.is_new_on_path:
        return False
    return st.checkbox(
        ws.words("notices.on_path"),
        value=True,
        help=ws.words("notices.on_path_help"),
        key=draft.key(f"on_path:{seen.said.trigger}"),
    )


def _said(ws: Workspace, case: Case, draft: Draft, due: Due | None) -> tuple[Said | None, Kept]:
    """The parts of the notice, as they are typed."""
    t, lists, side = ws.words, notice_words.lists(ws), side_of(ws.actor)
    about = str(due.entry.id) if due else ""
    form = Kept(ws, f"notice:{case.id}:{about}", case.id)
    triggers = {one.id: one for one in lists.of(side)}
    picked: str | None
    if due is not None:
        picked = due.trigger.id
    else:
        picked = st.selectbox(
            t("notices.trigger"),
            list(triggers),
            index=None,
            format_func=lambda found: triggers[found].title,
            placeholder=t("notices.choose"),
            key=draft.key("trigger"),
        )
        ws.slot("trigger")
    if picked is None:
        if kept.typed_before(ws, [f"{form.slot}:{name}" for name in ("facts", "done", "asked")]):
            st.info(t("notices.kept"), icon=":material/edit_note:")
        return None, form
    trigger, key = triggers[picked], f"{about}:{picked}"
    st.caption(f"{trigger.help} {_pace(ws, trigger.id, case)}")
    on = pickers.day(
        t,
        t("notices.happened_on"),
        value=due.entry.happened_on if due else None,
        key=draft.key(f"on:{key}"),
    )
    ws.slot("happened_on")
    facts = form.area(
        "facts",
        t("notices.facts"),
        value=_begun(ws, due),
        help=t("notices.facts_help", longest=notice_texts.LONGEST_FACTS),
        height=120,
        key=draft.key(f"facts:{key}"),
    )
    ws.slot("facts")
    reason = order = ""
    if trigger.is_exit:
        reason = _choose(
            ws, draft, f"reason:{picked}", "reason", {one.id: one.title for one in lists.reasons}
        )
        order = _choose(ws, draft, f"order:{picked}", "order", {one.id: one.title for one in lists.orders})
    known = {one.id: one.title for one in lists.known_from if one.is_of(side)}
    is_fact = due is not None or (trigger.path_kinds and ws.actor.kind == "pp")
    known_from = st.selectbox(
        t("notices.known_from"),
        list(known),
        index=list(known).index("seen" if is_fact else notice_texts.PROTECTED),
        format_func=lambda found: known[found],
        key=draft.key(f"known_from:{key}"),
    )
    ws.slot("known_from")
    done = form.area("done", t("notices.done"), height=80, key=draft.key(f"done:{key}"))
    ws.slot("done")
    asks = {one.id: one.title for one in notice_words.asks_of(ws)}
    asked = st.pills(
        t("notices.asked"),
        list(asks),
        selection_mode="multi",
        default=list(trigger.asks),
        format_func=lambda found: asks[found],
        wrap=True,
        key=draft.key(f"asks:{picked}"),
    )
    ws.slot("asks")
    words = form.line("asked", t("notices.asked_words"), key=draft.key(f"asked:{key}"))
    ws.slot("asked")
    said = Said(trigger.id, on, facts, known_from or "", done, tuple(asked), words, reason, order)
    return said, form


def _missing(said: Said) -> list[str]:
    """What is still to be chosen or written, without which there is nothing to look at."""
    needed = {"happened_on": said.happened_on, "facts": said.facts.strip()}
    if notice_texts.trigger_of(said).is_exit:
        needed |= {"reason": said.reason, "order": said.order}
    return [name for name, value in needed.items() if not value]


def _pace(ws: Workspace, trigger_id: str, case: Case) -> str:
    hours, is_agreed = ws.read(immediate_notices.pace, case.id, trigger_id)
    key = "notices.pace_agreed" if is_agreed else "notices.pace_ours"
    return ws.words(key, within=notice_words.within(ws, hours))


def _begun(ws: Workspace, due: Due | None) -> str:
    """What stands in the field before anybody types: what the own path says already."""
    if due is None:
        return ""
    if due.number:
        return ws.words("notices.begun_missed", number=due.number, day=ws.words.day(due.since))
    return due.entry.note


def _choose(ws: Workspace, draft: Draft, slot: str, name: str, titles: dict[str, str]) -> str:
    picked = st.selectbox(
        ws.words(f"notices.{name}"),
        list(titles),
        index=None,
        format_func=lambda found: titles[found],
        placeholder=ws.words("notices.choose"),
        key=draft.key(slot),
    )
    ws.slot(name)
    return picked or ""
