"""The part of the page Share that asks for whom, for what, on what ground and until when."""

from uuid import UUID

import streamlit as st

from core.models.service import ServiceKind
from core.operations import consents, releases
from core.operations.consents import ConsentState, Standing
from core.operations.releases import Basis, Terms
from pages.ui import pickers
from pages.ui.consent_view import state_words
from pages.ui.draft import Draft
from pages.ui.joint import purpose_title
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def ask(ws: Workspace, form: Kept, draft: Draft, case_id: UUID) -> Terms:
    """What the release is to rest on; what consent there is stands beside the choice."""
    t = ws.words
    standings = ws.read(consents.of_file, case_id)
    codes = {standing.subject.id: standing.subject.code for standing in standings}
    left, right = st.columns(2)
    with left:
        about = st.selectbox(
            t("share.about"),
            list(codes),
            index=0 if codes else None,
            format_func=lambda found: codes[found],
            key=draft.key("about"),
        )
        ws.slot("about")
    with right:
        purpose = st.selectbox(
            t("share.purpose"),
            [purpose.id for purpose in consents.purposes(ws.actor)],
            format_func=lambda found: purpose_title(ws, found),
            key=draft.key("purpose"),
        )
        ws.slot("purpose")
    found = [one for one in standings if (one.subject.id, one.purpose) == (about, purpose)]
    is_live = bool(found) and say_consent(ws, found[0], case_id)
    chosen = st.radio(
        t("share.basis"),
        list(Basis),
        index=0 if is_live else None,
        format_func=lambda basis: t(f"release.basis.{basis}"),
        key=draft.key(f"basis:{about}:{purpose}:{is_live}"),
    )
    ws.slot("basis")
    reason, nothing_excepted = "", False
    if chosen not in {None, Basis.CONSENT}:
        if is_live:
            st.warning(t("share.consent_holds"), icon=":material/verified_user:")
        is_vss = ws.actor.kind is ServiceKind.VSS
        help_ = t("share.reason_help" if is_vss else "share.reason_help_pp")
        reason = form.area("reason", t("share.reason"), key=draft.key("reason"), help=help_, height=90)
        ws.slot("reason")
        if is_vss:
            say_second(ws, case_id)
    elif is_live and found[0].state is ConsentState.GIVEN_EXCEPT:
        nothing_excepted = st.checkbox(t("share.nothing_excepted"), key=draft.key("nothing_excepted"))
        ws.slot("nothing_excepted")
    ends_on = pickers.day(t, t("share.ends_on"), value=None, key=draft.key("ends_on"))
    ws.slot("ends_on")
    return Terms(about, purpose or "", chosen or Basis.CONSENT, reason, ends_on, nothing_excepted)


def say_consent(ws: Workspace, standing: Standing, case_id: UUID) -> bool:
    """Say whether consent holds, and lead to where it is written down; is there any?"""
    t = ws.words
    code, newest = plain(standing.subject.code), standing.newest
    is_live = consents.is_live(newest)
    if newest is not None and is_live:
        day, what = t.day(newest.asked_on), plain(newest.exceptions)
        key = "share.has_exceptions" if what else "share.has_consent"
        st.markdown(f":material/verified_user: {t(key, code=code, day=day, what=what)}")
    else:
        st.markdown(
            f":material/gpp_maybe: {t('share.no_consent', code=code, state=state_words(ws, standing))}"
        )
        st.page_link(
            page_file("consent"),
            label=t("share.to_consent"),
            icon=":material/arrow_forward:",
            query_params={"case": str(case_id)},
            width="content",
        )
    return is_live


def say_second(ws: Workspace, case_id: UUID) -> None:
    """That a colleague has to confirm it; and where nobody of the case could, whom to ask for one."""
    t = ws.words
    st.info(t("share.second_person"), icon=":material/group:")
    if ws.read(releases.lacks_second, case_id):
        st.warning(t("share.no_second"), icon=":material/group_off:")
