"""My second step: recovery codes, another telephone, and removals of somebody else's that wait for me."""

import streamlit as st

from core.locale import Words
from core.operations import factor_removals, my_account
from core.operations.my_account import Mine
from pages.ui import enrolment, step_up
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_CODES = "my_factor:codes"
_NEW = "my_factor:new"


#: So few recovery codes are soon none.
FEW = 3


def show(ws: Workspace, mine: Mine) -> None:
    t = ws.words
    st.subheader(t("me.factor"))
    if ws.store.is_example:
        st.caption(t("me.no_factor"))
        return
    if codes := st.session_state.get(_CODES):
        if enrolment.kept(t, codes, key="my_factor") and ws.do(my_account.have_kept_codes):
            del st.session_state[_CODES]
            st.rerun()
        return
    _recovery_codes(t, mine)
    with st.container(horizontal=True):
        new_codes = st.button(t("me.new_recovery_codes"))
        new_telephone = st.button(t("me.new_telephone"))
    if step_up.confirmed(ws, new_codes, key="recovery_codes", by_both=True):
        _keep(ws.make(my_account.new_recovery_codes))
    if step_up.confirmed(ws, new_telephone, key="new_telephone", by_both=True):
        st.session_state[_NEW] = ws.make(my_account.new_factor)
    if made := st.session_state.get(_NEW):
        seed, shown = made
        typed, place = enrolment.ask(t, shown, key="new_telephone")
        ws.slots["code"] = place
        if typed is not None:
            codes = ws.make(my_account.change_factor, seed=seed, typed=typed, here=ws.sign_in_id)
            if codes is not None:
                del st.session_state[_NEW]
                _keep(codes)


def _recovery_codes(t: Words, mine: Mine) -> None:
    left = t("me.recovery_left", number=t.number(mine.recovery_codes))
    if mine.recovery_codes <= FEW:
        st.warning(f"{left} {t('me.recovery_few')}", icon=":material/key:")
    else:
        st.markdown(left)
    if not mine.has_kept_codes:
        st.warning(t("me.codes_not_kept"))


def _keep(codes: list[str] | None) -> None:
    """Hold them for the next run, which shows them until they are kept."""
    if codes is not None:
        st.session_state[_CODES] = codes
        st.rerun()


def confirmations(ws: Workspace) -> None:
    """What an administrator asked for, and a second person decides."""
    t = ws.words
    waiting = ws.read(factor_removals.waiting)
    if waiting:
        st.subheader(t("me.confirmations"))
    for one in waiting:
        with st.container(border=True):
            st.markdown(
                t(
                    "me.removal",
                    name=plain(one.name),
                    service=plain(one.service),
                    asked_by=plain(one.asked_by),
                    until=t.moment(one.until),
                )
            )
            with st.container(horizontal=True):
                confirm = st.button(t("me.confirm_removal"), key=f"confirm:{one.id}")
                refuse = st.button(t("me.refuse_removal"), key=f"refuse:{one.id}")
            sure = step_up.confirmed(ws, confirm, key=f"confirm:{one.id}")
            if (sure and ws.do(factor_removals.confirm, one.id)) or (
                refuse and ws.do(factor_removals.refuse, one.id)
            ):
                st.rerun()


def under_way(ws: Workspace) -> None:
    """What I asked for, or what was asked of my own second step, and can still be stopped."""
    t = ws.words
    for one in ws.read(factor_removals.under_way):
        key = "me.removal_of_mine" if one.is_mine else "me.removal_asked"
        with st.container(border=True, key=f"card_removal_{one.id}"):
            said = t(key, name=plain(one.name), asked_by=plain(one.asked_by), until=t.moment(one.until))
            st.warning(said, icon=":material/lock_reset:")
            label = t("me.stop_mine" if one.is_mine else "me.stop_asked")
            if st.button(label, key=f"stop:{one.id}") and ws.do(factor_removals.stop, one.id):
                st.rerun()
