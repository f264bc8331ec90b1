"""The own path of a case: what is added to it, and what the other service may see of it."""

from typing import Final

import streamlit as st

from core import clock
from core.access import Permission
from core.operations import path_entries, reentries
from core.operations.path_entries import PathEntry
from core.operations.phases import Link
from pages.ui import held, overtaken, path_release, pickers
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.timeline_words import Teller
from pages.ui.workspace import Workspace

#: So much of a note stands in a list to choose from.
_SHORT: Final = 40


def add(ws: Workspace, teller: Teller) -> None:
    """The form for a new entry; what it shares by default follows from what is chosen."""
    t, case = ws.words, teller.timeline.case
    kinds = {one.id: one for one in teller.timeline.protocol.path_kinds_of(path_entries.side_of(ws.actor))}
    draft = open_new(f"path:{case.id}")
    kind = st.selectbox(
        t("timeline.add.kind"),
        list(kinds),
        format_func=lambda kind: kinds[kind].title,
        key=draft.key("kind"),
    )
    ws.slot("kind")
    st.caption(kinds[kind].help)
    if kind == path_entries.EPISODE:
        _to_episodes(ws, teller)
        return
    # What she told is released in an act of its own, with a preview; here only the bare facts of his path can be shared.
    may_share = ws.may(Permission.SHARE) and case.is_paired and ws.actor.kind == "pp"
    form = Kept(ws, f"path:{teller.timeline.case.id}", teller.timeline.case.id)
    with st.form("path_entry"):
        happened_on = pickers.day(
            t,
            t("timeline.add.happened_on"),
            value=clock.today(),
            key=draft.key("happened_on"),
        )
        ws.slot("happened_on")
        note = form.area(
            "note", t("timeline.add.note"), help=t("timeline.add.note_help"), key=draft.key("note")
        )
        ws.slot("note")
        is_shared = False
        st.caption(t("timeline.add.note_stays"))
        if may_share:
            is_shared = st.checkbox(
                t("timeline.add.shared"),
                value=kinds[kind].is_shared_by_default,
                key=draft.key(f"shared:{kind}"),
            )
        else:
            st.caption(t("timeline.add.private"))
        save = st.form_submit_button(t("timeline.add.save"), type="primary")
    if save and ws.do(
        path_entries.add, case.id, kind=kind, happened_on=happened_on, note=note, is_shared=is_shared
    ):
        form.close(draft)
        st.toast(t("timeline.add.saved"))
        st.rerun()


def entries(ws: Workspace, teller: Teller) -> None:
    """One entry of the own path at a time: what the other service sees of it, and the acts on it."""
    t = ws.words
    every = ws.read(path_entries.of_case, teller.timeline.case.id)
    found = {one.id: one for one in every if one.kind != path_entries.EPISODE}
    if len(found) < len(every):
        _to_episodes(ws, teller)
    if not found:
        st.markdown(t("timeline.entry.none"))
        return
    chosen = st.selectbox(
        t("timeline.entry.which"),
        list(found),
        format_func=distinct(
            found,
            lambda entry_id: t(
                "timeline.entry.option",
                day=t.day(found[entry_id].happened_on),
                title=_title(teller, found[entry_id]),
            ),
            lambda entry_id: found[entry_id].note[:_SHORT],
        ),
        key=f"path_entry:{teller.timeline.case.id}",
    )
    entry = found[chosen]
    draft = open_draft(entry, "path")
    other = _other(ws, teller)
    _own(ws, teller, entry, other)
    if ws.may(Permission.SHARE) and teller.timeline.case.is_paired:
        if ws.actor.kind == "pp":
            _share(ws, entry, draft, other)
        path_release.show(ws, entry, other)
    _remove(ws, entry, draft)


def _to_episodes(ws: Workspace, teller: Teller) -> None:
    """New violence is told on a page of its own: by whom, of which kind, who was there."""
    st.info(ws.words("timeline.add.episode"), icon=":material/history_toggle_off:")
    link_to(Link("recidivism", {"case": str(teller.timeline.case.id)}), ws.words("page.recidivism"))


def _title(teller: Teller, entry: PathEntry) -> str:
    return teller.timeline.protocol.path_kind(entry.kind).title


def _other(ws: Workspace, teller: Teller) -> str:
    cooperation = teller.timeline.case.cooperation
    return cooperation.vss.name if ws.actor.kind == "pp" else cooperation.pp.name


def _own(ws: Workspace, teller: Teller, entry: PathEntry, other: str) -> None:
    """The entry as our file has it, and how much of it the other service sees by itself."""
    t, kind = ws.words, teller.timeline.protocol.path_kind(entry.kind)
    with st.container(border=True):
        lines = [f"**{plain(kind.title)}**, {t.day(entry.happened_on)}"]
        if entry.note:
            lines.append(plain(entry.note))
        key = "timeline.entry.bare" if entry.is_shared else "timeline.entry.ours"
        lines.append(f"*{t(key, service=plain(other))}*")
        st.markdown("\n\n".join(lines))
    if not entry.is_shared:
        st.caption(kind.help)


def _share(ws: Workspace, entry: PathEntry, draft: Draft, other: str) -> None:
    """The click holds the version that stood above it: it is refused where that has changed, and then made anew."""
    t = ws.words
    if entry.is_shared:
        seen = held.button(t("timeline.entry.unshare"), (entry.id, entry.version), key="path_unshare")
        if (
            seen is not None
            and held.still(ws, seen[0], entry.id)
            and ws.do(path_entries.unshare, entry.id, version=seen[1])
        ):
            draft.close()
            st.toast(t("timeline.entry.unshared", service=plain(other)))
            st.rerun()
        return
    label = t("timeline.entry.share", service=plain(other))
    seen = held.button(label, (entry.id, entry.version), key="path_share")
    if (
        seen is not None
        and held.still(ws, seen[0], entry.id)
        and ws.do(path_entries.share, entry.id, version=seen[1])
    ):
        draft.close()
        st.toast(t("timeline.entry.shared", service=plain(other)))
        st.rerun()


def _remove(ws: Workspace, entry: PathEntry, draft: Draft) -> None:
    t, entry_id = ws.words, entry.id
    with st.expander(t("timeline.entry.remove")):
        form = Kept(ws, f"path_remove:{entry_id}", entry.case_id)
        began = ws.read(reentries.anew, entry)
        if began:
            st.caption(t("timeline.entry.remove_anew", labels=", ".join(one.label for one in began)))
        with st.form("path_remove"):
            reason = form.line("reason", t("timeline.entry.reason"), key=draft.key("reason"))
            ws.slot("reason")
            seen = held.send(t("timeline.entry.remove_button"), entry_id, slot="path_remove")
        overtaken.show(ws, entry, draft, form)
    if held.still(ws, seen, entry_id) and ws.do(
        path_entries.remove, entry_id, reason=reason, version=draft.version
    ):
        form.close(draft)
        st.toast(t("timeline.entry.removed"))
        st.rerun()
