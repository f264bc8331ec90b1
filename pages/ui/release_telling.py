"""Was she told of what left her file without her consent? Asked beside the release, in her own service alone."""

import streamlit as st

from core.access import Permission
from core.operations import release_tellings
from core.operations.releases import Told
from pages.ui import overtaken, pickers
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, one: Told) -> None:
    """What was answered, and the form that answers it."""
    t, release = ws.words, one.release
    if ws.actor.kind != "vss" or not one.is_without_consent or one.item.released_at is None:
        return
    if release.told_on is not None:
        st.markdown(f":material/check: {t('release.told.yes', day=t.day(release.told_on))}")
        return
    if release.not_told_on is not None:
        why = plain(release.not_told_why)
        st.markdown(t("release.told.not_yet", day=t.day(release.not_told_on), why=why))
    else:
        st.markdown(f":material/help: {t('release.told.ask')}")
    if ws.may(Permission.WRITE_CONSENT):
        _form(ws, one)


def _form(ws: Workspace, one: Told) -> None:
    t, release = ws.words, one.release
    draft = open_draft(release, "told")
    form = Kept(ws, f"told:{release.id}", one.item.case_id)
    with st.expander(t("release.told.write")), st.form(f"told_{release.id}", border=False):
        st.caption(t("release.told.help"))
        told_on = pickers.day(t, t("release.told.on"), value=None, key=draft.key("told_on"))
        ws.slot("told_on")
        why = form.line("why", t("release.told.why"), key=draft.key("why"))
        ws.slot("why")
        save = st.form_submit_button(t("release.told.save"))
    if save and ws.do(release_tellings.tell, release.id, told_on=told_on, why=why, version=draft.version):
        form.close(draft)
        st.toast(t("release.told.saved"))
        st.rerun()
    overtaken.show(ws, release, draft, form)
