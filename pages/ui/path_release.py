"""Letting the other service read of an entry of the own path: word it, see exactly what they will read, then release."""

import streamlit as st

from core.operations import joint_items, path_releases
from core.operations.path_entries import PathEntry
from core.operations.path_releases import UseRule
from pages.ui import joint, meant, release_click, release_terms
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def show(ws: Workspace, entry: PathEntry, other: str) -> None:
    """What is released of this entry, or the way to release it."""
    item = ws.read(path_releases.live, entry.case_id).get(entry.id)
    if item is None:
        _release(ws, entry, other)
        return
    t = ws.words
    if item.released_at is None:
        st.info(t("timeline.release.waiting"), icon=":material/hourglass_top:")
        st.page_link(page_file("consent"), label=t("page.consent"), query_params={"case": str(entry.case_id)})
        return
    key = "read" if item.text else "read_bare"
    st.markdown(t(f"timeline.release.{key}", service=plain(other), text=plain(item.text)))
    st.caption(t("joint.withdraw_help"))
    if st.button(t("timeline.release.withdraw"), key=f"withdraw:{item.id}") and ws.do(
        joint_items.withdraw, item.id
    ):
        st.toast(t("timeline.entry.unshared", service=plain(other)))
        st.rerun()


def _release(ws: Workspace, entry: PathEntry, other: str) -> None:
    t = ws.words
    draft = open_draft(entry, "path_release")
    with st.expander(t(f"timeline.release.open_{ws.actor.kind}", service=plain(other))):
        st.info(t(f"share.guide_{ws.actor.kind}"), icon=":material/shield:")
        form = Kept(ws, f"path_release:{entry.id}", entry.case_id)
        text = form.area(
            "text",
            t("timeline.release.text"),
            value=entry.note,
            help=t("timeline.release.text_help"),
            key=draft.key("text"),
        )
        ws.slot("text")
        chosen = st.radio(
            t("share.rule"),
            list(UseRule),
            format_func=lambda rule: t(f"use.{rule}"),
            captions=[t(f"use.means.{rule}") for rule in UseRule],
            key=draft.key("rule"),
        )
        rule = chosen or UseRule.RISK_ONLY
        terms = release_terms.ask(ws, form, draft, entry.case_id)
        st.subheader(t("share.preview_alone"))
        seen = ws.read(path_releases.preview, entry.id, text_=text, use_rule=rule, terms=terms)
        with st.container(border=True, key="card_path_preview"):
            joint.show(ws, [seen.shown])
        is_meant = meant.ask(ws, seen.found, draft)
        release_click.button(
            ws, entry.case_id, draft, t("timeline.release.button"), seen.digest, icon=":material/share:"
        )
        clicked = release_click.seen(ws, draft, terms)
        if clicked and (
            item := ws.make(
                path_releases.release,
                entry.id,
                text_=text,
                use_rule=rule,
                terms=terms,
                seen=clicked,
                names_are_meant=is_meant,
            )
        ):
            form.close(draft)
            st.toast(t("share.done" if item.released_at else "share.asked"))
            st.rerun()
