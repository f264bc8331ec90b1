"""The fields of an agenda item: saved while people type, and never lost when somebody else saved first."""

import time
from uuid import UUID

import streamlit as st

from core.errors import CoreError
from core.operations import tables, unsent
from core.operations.sittings import AgendaItem, Sitting
from core.operations.tables import Entry, same
from core.operations.unsent import UnsentText
from pages.ui import keeper
from pages.ui.keeper import Rescued
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_TYPED_AT = "table:typed_at"
_SEEN = "table:seen"
#: What a browser may still show, and send, though a newer text was handed to it.
_OLDER = "table:older"
#: Set where this run has handed out a text, or was sent an older one: nobody has confirmed anything by it.
_HANDED = "table:handed"
_KEPT = "table:kept"
#: Compared with by nothing: whoever writes with it overwrites no text that they have not seen.
_UNSEEN = "\x00"
#: Refusals that the place beside the field says by itself, also after a reload.
_SAID = {"error.changed_meanwhile", "error.names_in_joint"}
#: As long somebody counts as typing; the keeper sends every two seconds, and a busy server takes a while.
TYPING_SECONDS = 8.0


def is_typing() -> bool:
    """Has this person typed a moment ago?"""
    return time.monotonic() - float(st.session_state.get(_TYPED_AT, -TYPING_SECONDS)) < TYPING_SECONDS


def mark() -> None:
    """Remember that this person is typing just now."""
    st.session_state[_TYPED_AT] = time.monotonic()


def _seen() -> dict[str, str]:
    """What stood in each field when it was last read or saved.

    Streamlit may break off a callback where it sets the state of the session, but not where it sets this: what was
    saved a moment ago is never taken for somebody else's text.
    """
    seen: dict[str, str] = st.session_state.setdefault(_SEEN, {})
    return seen


def kept_here() -> dict[str, str]:
    """By field, what was kept for its author as this page has shown it or handed it over."""
    kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    return kept


def _older() -> dict[str, set[str]]:
    older: dict[str, set[str]] = st.session_state.setdefault(_OLDER, {})
    return older


def hand(key: str, text: str) -> None:
    """Put a newer text into a field. Until its browser has heard of it, it sends what it showed before."""
    if not same(str(st.session_state[key]), text):
        _older().setdefault(key, set()).add(str(st.session_state[key]))
    st.session_state[_HANDED] = True
    st.session_state[key] = text


def heard() -> None:
    """A browser has said again what its fields show, and nothing older: from now on it means what it sends."""
    if not st.session_state.pop(_HANDED, False):
        _older().clear()


def fields(ws: Workspace, sitting: Sitting, item: AgendaItem, *, is_alone: bool) -> None:
    """The entries of an item: the two sides beside each other; tall where nothing else is on the screen."""
    st.session_state[_HANDED] = True  # a run of the whole page tells what is new, and confirms nothing
    rows = _rows(tables.entries_of(item))
    for row in rows:
        for column, entry in zip(st.columns(len(row)), row, strict=True):
            with column:
                _field(ws, sitting, item, entry, is_tall=is_alone and len(rows) == 1)


def _rows(entries: tuple[Entry, ...]) -> list[tuple[Entry, ...]]:
    if len(entries) <= 2:
        return [entries]
    first = 1 if entries[0] is Entry.FACTS else 0
    rest = entries[first:]
    return [entries[:first]] * first + [rest[place : place + 2] for place in range(0, len(rest), 2)]


def _key(item_id: UUID, entry: Entry) -> str:
    return f"{keeper.MARK}{item_id.hex}_{entry}"


def _field(ws: Workspace, sitting: Sitting, item: AgendaItem, entry: Entry, *, is_tall: bool) -> None:
    key = _key(item.id, entry)
    current = tables.written(item, entry)
    kept = sitting.unsent.get(unsent.slot(item.id, entry))
    if key not in st.session_state:
        _older().pop(key, None)
        st.session_state[key] = kept.text if kept else current
        _base(key, kept, item, current)
    elif kept is not None and not same(kept.text, kept_here().get(key, "")):
        _take_kept(key, kept, item, current)
    elif kept is None and (_take(key, current) or (ws.shared is None and _is_let_go(key))):
        hand(key, current)
        _base(key, None, item, current)
    if kept is not None and _goes_on(sitting, kept, key) and _save_kept(ws, item, entry, kept):
        current, kept = kept.text, None
    st.text_area(
        ws.words(f"entry.{entry}"),
        key=key,
        height=260 if is_tall else "content",
        on_change=_save,
        # What is kept says which version its author had before them: of a newer one that they have not read, none.
        args=(ws, item.id, entry, item.version if same(_seen().get(key, ""), current) else 0),
    )
    if hits := sitting.alike.get(unsent.slot(item.id, entry)):
        st.caption(ws.words("table.looks_telling", found=plain(", ".join(hits))))
    if ws.shared is not None and _waits(key, current):
        st.warning(ws.words("shared_screen.not_saved"), icon=":material/edit_note:")
    if kept is not None:
        if kept.slot in sitting.telling:
            st.error(ws.words("table.tells"), icon=":material/visibility_off:")
        if kept.slot not in sitting.telling or not same(_seen()[key], current):
            _both(ws, item, entry, theirs=current, is_own=kept.slot in sitting.by_actor)


def _base(key: str, kept: UnsentText | None, item: AgendaItem, current: str) -> None:
    """Remember what the author of the field has before them from now on."""
    unchanged = kept is None or kept.seen_version == item.version or not current
    _seen()[key] = current if unchanged else _UNSEEN
    if kept is None:
        kept_here().pop(key, None)
    else:
        kept_here()[key] = kept.text


def _take_kept(key: str, kept: UnsentText, item: AgendaItem, current: str) -> None:
    """Show what arrived after the page had opened: the last letters of a page that was left, or of another window.

    What is typed here and waits is saved first; it takes nothing of what was not shown along.
    """
    if same(str(st.session_state[key]), _seen().get(key, "")):
        hand(key, kept.text)
        _base(key, kept, item, current)


def _goes_on(sitting: Sitting, kept: UnsentText, key: str) -> bool:
    """Does the field show what goes on where its author's own text ends, which was saved as their page was left?

    What was refused once waits for its author.
    """
    is_shown = same(str(st.session_state[key]), kept.text) and f"refused:{key}" not in st.session_state
    return is_shown and kept.slot in sitting.going_on and kept.slot not in sitting.telling


def _save_kept(ws: Workspace, item: AgendaItem, entry: Entry, kept: UnsentText) -> bool:
    key, current = _key(item.id, entry), tables.written(item, entry)
    older = _older().get(key)
    is_saved = _write(ws, item.id, entry, kept.text, seen=current, version=item.version)
    if older:
        _older()[key] = older  # its browser has not heard of the text yet
    return is_saved


def _is_let_go(key: str) -> bool:
    """Does the field show what was kept, which its author has sent or let go in another window?"""
    return key in kept_here() and same(str(st.session_state[key]), kept_here()[key])


def _waits(key: str, current: str) -> bool:
    """Was what stands in the field refused? On a shared screen nobody reads why: it would say what a file holds."""
    return f"refused:{key}" in st.session_state and not same(str(st.session_state[key]), current)


def _take(key: str, current: str) -> bool:
    """Has somebody else changed a field in which nothing of mine is waiting?"""
    seen = _seen().get(key, "")
    return same(str(st.session_state[key]), seen) and not same(current, seen)


def _save(ws: Workspace, item_id: UUID, entry: Entry, version: int) -> None:
    key = _key(item_id, entry)
    text = str(st.session_state[key] or "")
    stands = kept_here().get(key, _seen()[key])
    if text in _older().get(key, ()) and stands != _UNSEEN:
        # Nobody has typed this: the browser shows it still, and would take back what a colleague wrote.
        hand(key, stands)
        return
    unheard(key, text)
    mark()
    _write(ws, item_id, entry, text, seen=_based_on(key, text), version=version)


def unheard(key: str, text: str) -> None:
    """What was handed to a field is not shown yet where its browser sends something else: it lets nothing of it go."""
    if _older().get(key) and kept_here().get(key, "") not in text:
        kept_here().pop(key, None)


def _based_on(key: str, text: str) -> str:
    """What its author had before them: of a newer text only what they kept of it shows that they had seen it."""
    if _older().get(key) and _seen().get(key, "") not in text:
        _seen()[key] = _UNSEEN
    return _seen().get(key, "")


def _write(ws: Workspace, item_id: UUID, entry: Entry, text: str, *, seen: str, version: int) -> bool:
    """Save a text; where it cannot be saved, keep it for its author."""
    key, held = _key(item_id, entry), _seen()
    error = ws.attempt(
        tables.write_item, item_id, entry=entry, text=text, seen=seen, kept=kept_here().get(key)
    )
    if error is None:
        _older().pop(key, None)
        kept_here().pop(key, None)
        held[key] = text
        st.session_state.pop(f"refused:{key}", None)
        return True
    st.session_state[f"refused:{key}"] = error
    keep(ws, key, unsent.slot(item_id, entry), text, version=version)
    return False


def keep(ws: Workspace, key: str, slot: str, text: str, *, version: int = 0) -> None:
    """Keep a text that the record does not hold, for its author."""
    shown = kept_here().get(key, "")
    if ws.keep(unsent.keep, slot, text=text, seen_version=version, shown=shown):
        kept_here()[key] = unsent.storable(text)


def rescued(ws: Workspace, found: Rescued) -> None:
    """Letters that a field lost on its way: saved if nobody else wrote there, else kept beside the other text."""
    hexed, _, name = found.key.removeprefix(keeper.MARK).partition("_")
    item_id, entry = UUID(hexed), Entry(name)
    unheard(found.key, found.text)
    is_known = found.is_gone and found.key in _seen()
    seen = _based_on(found.key, found.text) if is_known else _UNSEEN
    if not _write(ws, item_id, entry, found.text, seen=seen, version=0) and found.key in st.session_state:
        _seen()[found.key] = _UNSEEN
        st.session_state[found.key] = found.text


def _both(ws: Workspace, item: AgendaItem, entry: Entry, *, theirs: str, is_own: bool) -> None:
    """Both texts, and the three ways to go on."""
    t = ws.words
    key = _key(item.id, entry)
    mine = str(st.session_state[key])
    with st.container(border=True, key=f"both_{item.id.hex}_{entry}"):
        # Its author goes on where the record ends: nobody else wrote between.
        is_further = mine.startswith(theirs)
        said = "further" if is_further else "both_own" if is_own else "both"
        st.warning(t(f"table.{said}" if theirs else "table.not_saved"), icon=":material/edit_note:")
        refused = st.session_state.get(f"refused:{key}")
        if isinstance(refused, CoreError) and refused.key not in _SAID:
            ws.show(refused)
        if theirs:
            st.caption(t("table.theirs"))
            st.markdown(plain(theirs))
            st.caption(t("table.mine"))
            st.markdown(plain(mine))
        with st.container(horizontal=True):
            for choice in ("mine", "theirs") if is_further else ("join", "mine", "theirs"):
                st.button(
                    t(f"table.keep.{choice}_alone" if is_further else f"table.keep.{choice}"),
                    key=f"keep:{choice}:{key}",
                    on_click=_decide,
                    args=(ws, item, entry, choice, theirs),
                )


def _decide(ws: Workspace, item: AgendaItem, entry: Entry, choice: str, theirs: str) -> None:
    key = _key(item.id, entry)
    mine = str(st.session_state[key])
    text = {"mine": mine, "theirs": theirs, "join": f"{theirs}\n\n{mine}"}[choice]
    if choice == "theirs":
        shown = {unsent.slot(item.id, entry): [theirs, kept_here().get(key, theirs)]}
        if ws.attempt(unsent.let_go, shown) is None:
            hand(key, theirs)
            _seen()[key] = theirs
            kept_here().pop(key, None)
            st.session_state.pop(f"refused:{key}", None)
    elif _write(ws, item.id, entry, text, seen=theirs, version=item.version):
        hand(key, text)
    else:
        st.toast(ws.words("table.wrote_on"), icon=":material/edit_note:")
