"""Who agreed to what, and what left the file on which ground. The other service reads nothing of this page."""

import streamlit as st

from core.access import Permission
from core.operations import consents, releases
from pages.ui import case_head, consent_view, joint
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

standings = ws.read(consents.of_file, ws.chosen("case"))
case = case_head.show(ws, ws.chosen("case"), "consent")
st.page_link(
    page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params={"case": str(case.id)}
)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

told = ws.read(releases.of_case, case.id)
may_confirm = ws.may(Permission.CONFIRM_RELEASE)
for one in told:
    if one.state == "waiting" or one.is_to_look_at:
        consent_view.told(ws, one, may_confirm=may_confirm)

st.header(t("consent.title"))
st.caption(t("consent.help"))
if not standings:
    st.info(t("consent.nobody"))
else:
    with st.container(border=True, key="card_consent"):
        consent_view.matrix(ws, standings)
    people = {standing.subject.id: standing.subject for standing in standings}
    purposes = {purpose.id: purpose for purpose in consents.purposes(ws.actor)}
    left, right = st.columns(2)
    with left:
        who = st.selectbox(
            t("consent.who"), list(people), format_func=lambda one: people[one].code, key=f"who:{case.id}"
        )
    with right:
        purpose = st.selectbox(
            t("consent.purpose"),
            list(purposes),
            format_func=lambda one: joint.purpose_title(ws, one),
            key=f"purpose:{case.id}",
        )
    if ws.may(Permission.WRITE_CONSENT):
        draft = open_new(f"consent:{who}:{purpose}")
        # Outside a form: the fields follow what was said.
        with st.expander(t("consent.write"), icon=":material/edit:"):
            st.caption(t("consent.say_it", words=plain(purposes[purpose].help)))
            form = Kept(ws, f"consent:{who}:{purpose}", case.id)
            said = consent_view.said(ws, form, draft, people[who].language)
            save = st.button(t("consent.save"), type="primary", key=draft.key("save"))
        kept = ws.make(consents.record, who, purpose=purpose, said=said) if save else None
        if kept is not None:
            form.close(draft)
            key = "consent.taken_back" if kept.taken_back else "consent.saved"
            # What they have to tell the other service stays until it was read.
            st.toast(t(key, count=kept.taken_back), duration="infinite" if kept.taken_back else "short")
            st.rerun()
    for standing in standings:
        if (standing.subject.id, standing.purpose) == (who, purpose) and standing.history:
            with st.expander(t("consent.earlier", purpose=joint.purpose_title(ws, purpose))):
                consent_view.history(ws, standing)

st.header(t("consent.released"))
st.caption(t(f"consent.released_help_{ws.actor.kind}"))
settled = [one for one in told if one.state != "waiting" and not one.is_to_look_at]
for one in settled:
    consent_view.told(ws, one, may_confirm=may_confirm)
if not settled:
    st.info(t("consent.nothing_released"))
consent_view.theirs(ws, ws.read(releases.without_his_consent, case.id))
