"""The last look before a document leaves: one panel, from which alone a file is taken.

    last_look.offer(ws, t("minutes.word"), minutes_documents.document.of(meeting.id, words=t), file_name=…, key=…)

The button opens the panel. It asks who sits there where that is long ago, and says for whom the document is, what it
holds, what was found in it and what stops it.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

import streamlit as st

from core.content.recipients import Recipient
from core.documents.kinds import DocumentKind
from core.documents.locked import Lock
from core.operations import outgoing
from core.operations.outgoing import Look, Wanted
from core.operations.papers import Sending, Stop
from pages.ui import step_up
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

#: The key of the panel that is open; there is one at a time.
_OPEN = "last_look"
#: As it is.
_OPEN_WAY = "open"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_MIME = {
    "csv": "text/csv",
    "docx": f"{_OFFICE_TYPE}wordprocessingml.document",
    "ics": "text/calendar",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE_TYPE}spreadsheetml.sheet",
    "zip": "application/zip",
}


def offer(
    ws: Workspace,
    label: str,
    wanted: Wanted,
    *,
    key: str,
    file_name: str,
    icon: str = ":material/download:",
    help_text: str | None = None,
    width: Literal["content", "stretch"] = "content",
    is_held_back: bool = False,
) -> None:
    """A button that takes a document along, after one look at what leaves and for whom.

    One that is held back, as the page says why, is not taken now, and a click of before opens nothing later.
    """
    if is_held_back and st.session_state.get(_OPEN) == key:
        _close()
    st.button(
        label,
        icon=icon,
        help=help_text,
        width=width,
        disabled=is_held_back,
        key=f"{key}:look",
        on_click=_open,
        args=(key,),
    )
    if st.session_state.get(_OPEN) == key:

        @st.dialog(ws.words("last_look.title"), icon=":material/visibility:", on_dismiss=_close)
        def panel() -> None:
            _panel(ws, wanted, key=key, file_name=file_name)

        panel()


def _panel(ws: Workspace, wanted: Wanted, *, key: str, file_name: str) -> None:
    ws.renew()  # what is pressed in the panel runs without the frame
    if not ws.actor.is_fresh and not step_up.asked(ws, key):
        return
    chosen = Sending(recipient=st.session_state.get(f"{key}:to"))
    look = ws.read(outgoing.look, wanted, chosen)
    _recipient(ws, look, key)
    _contents(ws, look)
    may_go = _found(ws, look, key)
    anyway = _stopped(ws, look, key)
    if look.is_final or anyway is None or not may_go:
        return
    lock = _lock(ws, look, key)
    sending = Sending(look.recipient, _passphrase(ws, lock, key) if lock else "", anyway, lock)
    name = outgoing.locked_name(file_name, lock) if lock else file_name
    st.download_button(
        ws.words("last_look.take"),
        data=ws.file(wanted.document, *wanted.args, **wanted.kwargs, sending=sending),
        file_name=name,
        mime=_MIME.get(name.rpartition(".")[2]),
        on_click="ignore",
        icon=":material/download:",
        type="primary",
        width="stretch",
        key=f"{key}:take",
    )
    st.caption(ws.words("last_look.where"))


def _recipient(ws: Workspace, look: Look, key: str) -> None:
    """For whom it is; where the table allows one only, it is said and not asked."""
    t = ws.words
    if len(look.choices) == 1:
        st.markdown(t("last_look.for", whom=_title(look.recipient)))
        return
    st.segmented_control(
        t("last_look.who"),
        look.choices,
        format_func=_title,
        default=look.recipient,
        required=True,
        key=f"{key}:to",
    )


def _title(recipient: Recipient) -> str:
    return outgoing.title(recipient)


def _contents(ws: Workspace, look: Look) -> None:
    """What it is, whether it holds anything of her, and its parts."""
    t = ws.words
    lines = [f"**{look.kind.title}.** {look.kind.help}", t(f"last_look.holds_her.{look.kind.holds_her}")]
    if look.parts:
        lines.append(t("last_look.parts", parts=", ".join(plain(part) for part in look.parts)))
    if look.recipient is Recipient.HER:
        lines.append(t("last_look.she_carries_it"))
    if look.recipient is Recipient.HIM:
        lines.append(t("last_look.he_keeps_it"))
    st.markdown("  \n".join(lines))


def _found(ws: Workspace, look: Look, key: str) -> bool:
    """What the check found; true where it is meant, or stays in the house."""
    t = ws.words
    if not look.is_read:
        st.info(t("last_look.not_read"), icon=":material/visibility_off:")
        return True
    if not look.found:
        if look.has_file:
            key = "nothing_else_found" if look.kind.id == DocumentKind.PERSON_COPY else "nothing_found"
            st.markdown(f":green[:material/check_circle: {t(f'last_look.{key}')}]")
        return True
    named = [
        f"- {plain(hit.value) or t('last_look.of_the_file')} ({', '.join(filter(None, (t(f'subject.{hit.field}'), hit.code)))})"
        for hit in look.found
    ]
    st.warning("\n".join([t("last_look.found"), *named]), icon=":material/person_alert:")
    if look.recipient in {Recipient.OWN, Recipient.HIM} or look.recipient == ws.actor.kind.value:
        return True
    return st.checkbox(
        t("last_look.meant", whom=in_label(_title(look.recipient))),
        key=_answer(key, "meant", look, look.found),
    )


def _answer(key: str, what: str, look: Look, about: Iterable[object]) -> str:
    """The key of an answer: it holds for this recipient and for what was found, and is asked for anew for any other."""
    # A digest, because the browser reads the key.
    held = "\n".join([look.recipient, *sorted(repr(one) for one in about)])
    return f"{key}:{what}:{sha256(held.encode()).hexdigest()[:16]}"


def _stopped(ws: Workspace, look: Look, key: str) -> str | None:
    """Why it leaves though something stops it; empty where nothing does, None where it does not leave."""
    t = ws.words
    if look.stops:
        st.error("\n".join(_sentence(ws, stop) for stop in look.stops), icon=":material/block:")
    if look.is_final:
        st.markdown(t("last_look.never_him"))
        return None
    if not look.stops:
        return ""
    slot = _answer(key, "anyway", look, look.stops)
    typed = st.text_area(t("last_look.anyway"), key=slot, help=t("last_look.anyway_help"), height=90)
    if len(typed.strip()) < outgoing.SHORTEST_REASON:
        st.caption(t("last_look.anyway_short", shortest=outgoing.SHORTEST_REASON))
        return None
    return typed


def _sentence(ws: Workspace, stop: Stop) -> str:
    t = ws.words
    kind = "lost" if stop.is_lost else stop.kind
    head = t(f"last_look.stop.{kind}", whom=plain(stop.whom), about=plain(stop.about))
    if not stop.about:
        head = t("last_look.stop_unread")
    return f"- {head} {plain(stop.why)}".strip()


def _lock(ws: Workspace, look: Look, key: str) -> Lock | None:
    """Whether it leaves locked, and by what."""
    if not look.locks:
        return None
    ways = (_OPEN_WAY, *look.locks)
    way = st.segmented_control(
        ws.words("last_look.how"),
        ways,
        format_func=lambda one: ws.words(f"last_look.way.{one}"),
        default=ways[0],
        required=True,
        key=f"{key}:way",
    )
    return Lock(way) if way in look.locks else None


def _passphrase(ws: Workspace, lock: Lock, key: str) -> str:
    """The passphrase that opens it; it stands here alone, and nowhere once the panel is shut."""
    t = ws.words
    phrase = str(st.session_state.setdefault(_phrase(key), outgoing.new_passphrase()))
    st.code(phrase, language=None)
    st.caption(f"{t(f'last_look.opens.{lock}')} {t('last_look.passphrase_help')}")
    return phrase


def _phrase(key: str) -> str:
    return f"{_OPEN}:phrase:{key}"


def _open(key: str) -> None:
    _close()
    st.session_state[_OPEN] = key


def _close() -> None:
    key = st.session_state.pop(_OPEN, None)
    st.session_state.pop(_phrase(str(key)), None)
