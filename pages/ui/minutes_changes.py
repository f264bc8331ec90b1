"""What may be done to minutes: correct them before they are agreed, add to them after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import streamlit as st

from core.content.meeting_kinds import Entry
from core.operations import minutes, minutes_contents
from core.operations.minutes import Version, View
from core.operations.presences import Presence
from core.operations.tables import same
from pages.ui import meant, typed
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept, settle, typed_before
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: More than the versions of any minutes.
_MOST: Final = 1_000_000


@dataclass(frozen=True)
class Correction:
    """A part of the minutes as somebody opened it: their version, and how often words had been struck out of them."""

    id: UUID
    number: int
    struck: int

    @property
    def version(self) -> int:
        """Both in one number: a strike makes no new version, and yet what stood before it must not be saved again."""
        return self.struck * _MOST + self.number


def correction(view: View, record_id: UUID) -> Correction:
    """A part of the minutes as it stands now."""
    return Correction(record_id, view.latest.number, len(view.struck))


def seen(draft: Draft) -> tuple[int, int]:
    """The version of the minutes that was opened, and how often words had been struck out by then."""
    struck, number = divmod(draft.version, _MOST)
    return number, struck


def follow_strikes(ws: Workspace, view: View, draft: Draft, slot: str, now: Mapping[str, str]) -> bool:
    """Let an open form follow what was struck out: `now` is what the version that it was opened on says by now.

    A field that was left alone says that; one that was typed in, what is kept of it without the words. Says whether
    there was such a one since the last run.
    """
    key, struck = draft.key("opened"), len(view.struck)
    known, was = st.session_state.setdefault(key, (struck, dict(now)))
    if known == struck:
        return False
    is_typed = False
    kept = typed_before(ws, [f"{slot}:{name}" for name in now])
    for name, text in now.items():
        field, place = draft.key(name), f"{slot}:{name}"
        if same(st.session_state.get(field, was[name]), was[name]):
            settle(field, text)
            continue
        is_typed = True
        if place in kept:
            settle(field, kept[place].text)
    st.session_state[key] = (struck, dict(now))
    return is_typed


def item(ws: Workspace, view: View) -> None:
    """Correct what stands under an item."""
    t = ws.words
    items = {each.item_id: each for each in view.latest.content.items}
    for item_id in items:
        typed.keep(_prefix(item_id))
    chosen = st.selectbox(
        t("minutes.which_item"),
        list(items),
        format_func=distinct(items, lambda item_id: items[item_id].title),
        key=which_item(view),
    )
    slot, now = f"correction:{chosen}", correction(view, chosen)
    draft = open_draft(now, ITEM)
    follow_strikes(ws, view, draft, slot, opened_texts(view, draft, chosen))
    if not _is_typed(draft, opened_texts(view, draft, chosen)):
        draft.close()
        draft = open_draft(now, ITEM)
    form = Kept(ws, slot, view.meeting.case_id)
    texts: dict[Entry, str] = {}
    # Outside a form, so that what is typed is here when somebody else saves first.
    for name, was in opened_texts(view, draft, chosen).items():
        key, entry = draft.key(name), Entry(name)
        if minutes.may_word(ws.actor, view.meeting, entry):
            form.area(name, t(f"entry.{name}"), key=key, value=was)
        else:
            st.session_state.setdefault(key, was)
            why = t("error.minutes.view_of_other")
            st.text_area(t(f"entry.{name}"), key=key, disabled=True, help=why)
        ws.slot(name)
        texts[entry] = str(st.session_state[key] or "")
    if draft.version != now.version:
        _both(ws, view, now, draft)
        return
    save = st.button(t("minutes.save_correction"), type="primary", key=f"save:{draft.slot}:{draft.version}")
    (number, struck), meeting_id = seen(draft), view.meeting.id
    typed_in = {"item_id": chosen, "texts_of": texts, "number": number, "struck": struck}
    if save and meant.do(ws, draft.key("correct"), minutes.correct, meeting_id, **typed_in):
        _saved(ws, form, draft)


ITEM = "item"


def which_item(view: View) -> str:
    """The key of the choice of the item that is corrected."""
    return f"correct:{view.meeting.id}"


def _prefix(item_id: UUID) -> str:
    return f"draft:{Correction.__name__}:{item_id}:{ITEM}:"


def opened_texts(view: View, draft: Draft, item_id: UUID) -> dict[str, str]:
    """What the version that was opened says to an item."""
    content = _opened(view, draft).content
    return next(each.texts for each in content.items if each.item_id == item_id)


def _opened(view: View, draft: Draft) -> Version:
    number, _ = seen(draft)
    return view.versions[number - 1]


def _is_typed(draft: Draft, was: dict[str, str]) -> bool:
    """Does a field hold something else than the version that was opened?"""
    return any(
        not same(str(st.session_state.get(draft.key(name), text) or ""), text) for name, text in was.items()
    )


def _meanwhile(view: View, draft: Draft) -> str:
    """The key of what happened since the form was opened."""
    _, struck = seen(draft)
    return "minutes.both" if struck == len(view.struck) else "minutes.both_struck"


def _both(ws: Workspace, view: View, now: Correction, draft: Draft) -> None:
    """Somebody else changed the minutes meanwhile: their texts beside those typed here, and three ways to go on."""
    t = ws.words
    newest = Draft(draft.slot, now.version)
    was, theirs = (opened_texts(view, each, now.id) for each in (draft, newest))
    with st.container(border=True, key=f"both_{now.id.hex}"):
        st.warning(t(_meanwhile(view, draft)), icon=":material/edit_note:")
        for name, text in theirs.items():
            mine = str(st.session_state[draft.key(name)] or "")
            if same(text, was[name]) and same(mine, was[name]):
                continue
            st.markdown(f"**{t(f'entry.{name}')}**")
            for label, said in (("table.theirs", text), ("table.mine", mine)):
                st.caption(t(label))
                st.markdown(plain(said) or t("minutes.nothing"))
        with st.container(horizontal=True):
            for choice in ("join", "mine", "theirs"):
                st.button(
                    t(f"table.keep.{choice}"),
                    key=f"{choice}:{draft.slot}:{now.version}",
                    on_click=_go_on,
                    args=(draft, newest, choice, was, theirs),
                )


def _go_on(draft: Draft, newest: Draft, choice: str, was: dict[str, str], theirs: dict[str, str]) -> None:
    """Go on with the newest version; what only one of the two changed stands as that one worded it."""
    for name, text in theirs.items():
        mine = str(st.session_state[draft.key(name)] or "")
        if choice == "theirs" or same(mine, was[name]) or same(mine, text):
            kept = text
        elif choice == "mine" or same(text, was[name]):
            kept = mine
        else:
            kept = f"{text}\n\n{mine}"
        settle(newest.key(name), kept)
        del st.session_state[draft.key(name)]
    st.session_state[draft.slot] = newest.version


def presence(ws: Workspace, view: View) -> None:
    """Correct who was there; it may turn a consultation note into minutes, or minutes into a note."""
    t = ws.words
    people = {each.attendance_id: each for each in view.latest.content.people}
    chosen = st.selectbox(
        t("minutes.which_person"),
        list(people),
        format_func=distinct(people, lambda seat_id: f"{people[seat_id].name}, {people[seat_id].service}"),
        key=f"seat:{view.meeting.id}",
    )
    slot, now = f"correction:{chosen}", correction(view, chosen)
    draft = open_draft(now)
    was = next(each for each in _opened(view, draft).content.people if each.attendance_id == chosen)
    follow_strikes(ws, view, draft, slot, {"apology": was.apology})
    how_key, apology_key = draft.key("how"), draft.key("apology")
    if st.session_state.get(how_key, was.presence) is was.presence and same(
        str(st.session_state.get(apology_key, was.apology)), was.apology
    ):
        draft.close()
        draft = open_draft(now)
        how_key, apology_key, was = draft.key("how"), draft.key("apology"), people[chosen]
    st.session_state.setdefault(how_key, was.presence)
    st.session_state.setdefault(apology_key, was.apology)
    form = Kept(ws, slot, view.meeting.case_id)
    how = st.radio(
        t("minutes.took_part"),
        list(Presence),
        format_func=lambda each: t(f"presence.{each}"),
        horizontal=True,
        key=how_key,
    )
    apology = form.area("apology", t("minutes.apology"), key=apology_key, value=was.apology)
    ws.slot("apology")
    as_note = _as_note(ws, view, draft, chosen, how or people[chosen].presence)
    save = st.button(t("minutes.save_correction"), type="primary", key=f"save:{draft.slot}:{draft.version}")
    number, struck = seen(draft)
    if save and ws.do(
        minutes.correct_presence,
        view.meeting.id,
        attendance_id=chosen,
        presence=how or people[chosen].presence,
        apology=apology,
        number=number,
        struck=struck,
        as_note=as_note,
    ):
        _saved(ws, form, draft)
    if draft.version != now.version:
        st.info(t(_meanwhile(view, draft)), icon=":material/edit_note:")
        theirs = people[chosen]
        st.caption(t("table.theirs"))
        st.markdown(f"{t(f'presence.{theirs.presence}')}  \n{plain(theirs.apology)}")
        with st.container(horizontal=True):
            st.button(
                t("table.keep.mine"),
                on_click=_keep_mine,
                args=(draft, now.version),
                key=f"mine:{draft.slot}",
            )
            st.button(t("table.keep.theirs"), on_click=form.close, args=(draft,), key=f"theirs:{draft.slot}")


def _as_note(ws: Workspace, view: View, draft: Draft, seat_id: UUID, how: Presence) -> bool:
    """Where nobody of a service would be left who may decide for it: say what that makes of the minutes, and ask."""
    if not minutes_contents.becomes_note(view.latest.content, seat_id, how):
        return False
    t = ws.words
    st.warning(t("minutes.becomes_note"), icon=":material/warning:")
    is_meant = st.checkbox(t("minutes.as_note"), key=draft.key("note"))
    ws.slot("as_note")
    return is_meant


def _keep_mine(draft: Draft, version: int) -> None:
    """Set what was typed against the newest version."""
    newest = Draft(draft.slot, version)
    st.session_state[newest.key("how")] = st.session_state[draft.key("how")]
    settle(newest.key("apology"), str(st.session_state[draft.key("apology")] or ""))
    st.session_state[draft.slot] = version


def _saved(ws: Workspace, form: Kept, draft: Draft) -> None:
    form.close(draft)
    st.toast(ws.words("minutes.correction_saved"), icon=":material/edit_note:")
    st.rerun()


def of_addendum(view: View) -> Draft:
    """The draft of an addendum to these minutes."""
    return open_new(f"addendum:{view.meeting.id}")


def addendum(ws: Workspace, view: View) -> None:
    """A later remark to locked minutes."""
    t = ws.words
    slot = f"addendum:{view.meeting.id}"
    draft = of_addendum(view)
    is_struck = follow_strikes(ws, view, draft, slot, {"text": ""})
    form = Kept(ws, slot, view.meeting.case_id)
    if is_struck:
        st.warning(t("error.minutes.struck"), icon=":material/ink_eraser:")
    with st.form(draft.key("form")):
        text = form.area(
            "text", t("minutes.addendum"), key=draft.key("text"), help=t("minutes.addendum_help")
        )
        ws.slot("text")
        add = st.form_submit_button(t("minutes.add_addendum"))
    # What was typed before a strike may hold the words: it is added by a click after it alone.
    if add and not is_struck and ws.do(minutes.add_addendum, view.meeting.id, text=text):
        form.close(draft)
        st.toast(t("minutes.addendum_added"), icon=":material/post_add:")
        st.rerun()
