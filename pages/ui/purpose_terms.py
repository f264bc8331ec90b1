"""On whose consent, or on which other ground, something leaves for one purpose that stands fixed."""

from uuid import UUID

import streamlit as st

from core.models.case import SubjectKind
from core.models.consent import ConsentState
from core.models.service import ServiceKind
from core.operations import consents
from core.operations.consents import Standing
from core.operations.releases import Basis, Terms
from pages.ui import release_terms
from pages.ui.draft import Draft
from pages.ui.joint import purpose_title
from pages.ui.kept import Kept
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def ask(
    ws: Workspace, form: Kept, case_id: UUID, purpose: str, draft: Draft, *, no_person: str
) -> Terms | None:
    """Ask for the ground; None, with `no_person` said, where the file knows nobody whom it is about."""
    t = ws.words
    wanted = SubjectKind.HER if ws.actor.kind is ServiceKind.VSS else SubjectKind.HIM
    standings = [
        one
        for one in ws.read(consents.of_file, case_id)
        if one.subject.kind is wanted and one.purpose == purpose
    ]
    if not standings:
        st.info(no_person, icon=":material/person_add:")
        st.page_link(page_file("file"), label=t("page.file"), query_params={"case": str(case_id)})
        return None
    found = standings[0]
    st.caption(t("share.for_purpose", purpose=purpose_title(ws, purpose)))
    is_live = release_terms.say_consent(ws, found, case_id)
    ws.slot("about")
    chosen = st.radio(
        t("share.basis"),
        list(Basis),
        index=0 if is_live else None,
        format_func=lambda basis: t(f"release.basis.{basis}"),
        horizontal=True,
        key=draft.key(f"basis:{is_live}"),
    )
    ws.slot("basis")
    reason, nothing_excepted = _beside(ws, form, found, chosen, draft, is_live=is_live)
    if chosen not in {None, Basis.CONSENT} and ws.actor.kind is ServiceKind.VSS:
        release_terms.say_second(ws, case_id)
    return Terms(
        found.subject.id, purpose, chosen or Basis.CONSENT, reason, nothing_excepted=nothing_excepted
    )


def _beside(
    ws: Workspace,
    form: Kept,
    found: Standing,
    chosen: Basis | None,
    draft: Draft,
    *,
    is_live: bool,
) -> tuple[str, bool]:
    """What a ground without consent, or consent with exceptions, asks beside it."""
    t = ws.words
    if chosen not in {None, Basis.CONSENT}:
        if is_live:
            st.warning(t("share.consent_holds"), icon=":material/verified_user:")
        is_vss = ws.actor.kind is ServiceKind.VSS
        help_ = t("share.reason_help" if is_vss else "share.reason_help_pp")
        reason = form.area("reason", t("share.reason"), key=draft.key("reason"), help=help_, height=80)
        ws.slot("reason")
        return reason, False
    if is_live and found.state is ConsentState.GIVEN_EXCEPT:
        said = st.checkbox(t("share.nothing_excepted"), key=draft.key("nothing_excepted"))
        ws.slot("nothing_excepted")
        return "", said
    return "", False
