"""How old the newest backup is, in words."""

from datetime import timedelta

import streamlit as st

from core.locale import Words
from core.operations import upkeep
from core.operations.upkeep import Verified
from core.settings import settings
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

#: As many as somebody looks back at.
LISTED = 10
_HOUR = timedelta(hours=1)
#: From here on days say more than hours.
_HOURS = 48


def sentence(t: Words, newest: Verified | None) -> str:
    """How old it is, and where it is too old, what that means."""
    if newest is None:
        return t("upkeep.none")
    hours = newest.age // _HOUR
    if hours < 1:
        age = t("upkeep.just_now")
    elif hours < _HOURS:
        age = t.count("upkeep.hours", hours)
    else:
        age = t.count("upkeep.days", hours // 24)
    return t("upkeep.old" if newest.is_old else "upkeep.fresh", age=age)


def warn(ws: Workspace) -> None:
    """On the first page of administrators, where no backup of the last day was restored once."""
    found = ws.look(upkeep.backups, home=settings().home)
    if found is None:
        return
    newest = found[0] if found else None
    if newest is not None and not newest.is_old:
        return
    st.warning(sentence(ws.words, newest), icon=":material/backup:")
    st.page_link(page_file("upkeep"), label=ws.words("upkeep.to_page"), icon=":material/arrow_forward:")
