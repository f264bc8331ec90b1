"""One case at a glance: the two sides, what both may read, and the frame it is worked in."""

import streamlit as st

from core import access
from core.access import Permission
from core.content import eligibilities
from core.operations import case_lists, joint_items, joint_spaces, partings, people, requests
from core.operations.requests import Answer
from pages.ui import case_head, held, joint, joint_space
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "case")
own = {"case": str(case.id)}
is_manager = ws.may(Permission.OPEN_CASE)

if case.closed_on is not None:
    reason = ws.read(case_lists.closed_for, case.id)
    st.info(t("case.closed", day=t.day(case.closed_on), reason=t(f"close_reason.{reason}")))

pairing = ws.read(requests.pairing, case.id)
team = ws.read(people.of_case, case.id)

is_closed = case.closed_on is not None
if not case.is_paired and (pairing.has_parallel or not is_closed):
    with st.container(border=True, key="card_pair"):
        if pairing.has_parallel:
            st.markdown(t("case.pair.closed" if is_closed else "case.pair.confirm_text"))
            if pairing.own_confirmed and not is_closed:
                st.info(t("case.pair.waiting"))
                if st.button(
                    t("case.pair.unconfirm"), disabled=not is_manager, icon=":material/undo:"
                ) and ws.do(requests.unconfirm, case.id):
                    st.rerun()
            elif (
                not is_closed
                and st.button(
                    t("case.pair.confirm"), type="primary", disabled=not is_manager, icon=":material/link:"
                )
                and ws.do(requests.confirm, case.id)
            ):
                st.rerun()
            with st.popover(t("case.pair.part"), icon=":material/link_off:", disabled=not is_manager):
                st.markdown(t("case.pair.part_text"))
                parted = st.button(t("case.pair.part_button"))
            home = ws.make(partings.part, case.id) if parted else None
            if home is not None:
                st.toast(t("case.pair.parted"))
                st.switch_page(page_file("case"), query_params={"case": str(home.id)})
        else:
            if ws.read(partings.was_parted, case.id):
                st.info(t("case.pair.came"), icon=":material/link_off:")
            if pairing.parted_on is not None:
                st.info(t("case.pair.parted_on", day=t.day(pairing.parted_on)), icon=":material/link_off:")
            asked = pairing.asked
            if asked is not None:
                is_silent = asked.answer is Answer.CANNOT_SAY
                asked_on, text = t.day(asked.asked_on), plain(asked.identification)
                st.markdown(t("case.pair.asked", day=asked_on, text=text))
                if not is_silent:
                    st.info(t("case.pair.answer", answer=t(f"answer.{asked.answer}")), icon=":material/mail:")
                elif pairing.parted_on is None:
                    st.info(t("case.pair.silence"), icon=":material/hourglass_empty:")
            st.markdown(f"**{t('case.pair.question')}**")
            if not case.cooperation.identification:
                # What would be refused after the words were written is said in their place.
                st.info(t("error.no_identification_agreed"), icon=":material/admin_panel_settings:")
            else:
                st.markdown(t(f"case.pair.ask_{ws.actor.kind}"))
                draft = open_new(f"ask:{case.id}")
                with st.form("ask", border=False):
                    identification = st.text_input(
                        t("case.pair.identification"),
                        key=draft.key("identification"),
                        help=t("case.pair.identification_help", longest=requests.LONGEST_IDENTIFICATION),
                    )
                    st.caption(
                        t(
                            "case.pair.agreed",
                            longest=requests.LONGEST_IDENTIFICATION,
                            text=plain(case.cooperation.identification),
                        )
                    )
                    ws.slot("identification")
                    ask = st.form_submit_button(
                        t("case.pair.ask_again" if asked else "case.pair.ask"),
                        type="secondary" if asked else "primary",
                        disabled=not is_manager,
                    )
                if ask and ws.do(requests.ask, case.id, identification=identification):
                    draft.close()
                    st.toast(t("case.pair.sent"))
                    st.rerun()

for place, service in zip(
    st.columns(2, border=True), (case.cooperation.pp, case.cooperation.vss), strict=True
):
    is_mine = service.id == ws.actor.service_id
    with place:
        st.markdown(f"**{t(f'case.side.{service.kind}')}**  \n{plain(service.name)}")
        names = [plain(person.name) for person in team if person.service_id == service.id]
        if is_mine or pairing.has_parallel:
            st.markdown(t("case.team", names=", ".join(names)))
            confirmed = pairing.own_confirmed if is_mine else pairing.other_confirmed
            if not case.is_paired:
                st.caption(t(f"case.confirmed.{'yes' if confirmed else 'no'}"))
        else:
            st.caption(t("case.unknown_side"))
        if is_mine and ws.may(Permission.READ_FILE):
            st.page_link(page_file("file"), label=t("case.to_file"), icon=":material/lock:", query_params=own)

st.header(t("joint.title"))
st.caption(t("joint.help"))
space = ws.read(joint_spaces.of_case, case.id)
is_open = joint_space.show(ws, space)
items = ws.read(joint_items.list_of_case, case.id)
if items:
    with st.container(border=True, key="card_joint"):
        joint.show(ws, items)
    mine = {item.id: item for item in items if item.service_id == ws.actor.service_id}
    if mine and ws.may(Permission.SHARE):
        with st.popover(t("joint.withdraw"), icon=":material/undo:"):
            st.caption(t("joint.withdraw_help"))
            chosen = st.selectbox(
                t("joint.which"),
                list(mine),
                format_func=distinct(
                    mine,
                    lambda found: joint.label(ws, mine[found]),
                    lambda found: t.day(mine[found].shared_on),
                ),
                key=f"withdraw:{case.id}",
            )
            seen = held.button(t("joint.withdraw_button"), chosen, key="withdraw")
            if held.still(ws, seen, chosen) and ws.do(joint_items.withdraw, chosen):
                st.rerun()
elif is_open:
    st.info(t("joint.empty"))
elif not case.is_paired:
    st.info(t("joint.not_open"))

st.header(t("case.frame"))
if access.is_open_to(ws.actor, case):
    grounds = eligibilities.load(language=t.language)
    st.markdown(
        t(
            "case.frame_text",
            opened=t.day(case.opened_on),
            living=t(f"known.{case.living_together}"),
            children=t("known.unknown") if case.children_count is None else t.number(case.children_count),
            target=t(f"case.target.{case.is_in_target}".lower()),
            exclusions=", ".join(grounds.exclusion(found).title for found in case.exclusions)
            or t(f"case.exclusions.{'none' if case.exclusions_checked_on else 'unchecked'}"),
        )
    )
    for typed in (case.target_reason, case.exclusions_reason):
        if typed:
            st.caption(plain(typed))
else:
    st.info(t("frame.not_paired"))
with st.container(horizontal=True):
    for key in ("frame", "team", "history"):
        st.page_link(page_file(key), label=t(f"case.to.{key}"), query_params=own, width="content")
