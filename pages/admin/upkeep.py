"""The backups: how old the newest one is that was restored once, and how to make one."""

import streamlit as st

from core.operations import upkeep
from core.settings import settings
from pages.ui import backup_age
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.upkeep"))
st.caption(t("upkeep.help"))

if ws.store.is_example:
    st.info(t("upkeep.example"))
    st.stop()

found = ws.read(upkeep.backups, home=settings().home)
newest = found[0] if found else None
if newest is not None and not newest.is_old:
    st.success(backup_age.sentence(t, newest), icon=":material/verified:")
else:
    st.warning(backup_age.sentence(t, newest), icon=":material/backup:")

if found:
    st.header(t("upkeep.list"))
    rows = [
        f"| {t.moment(one.made_at)} | {t.moment(one.verified_at)} |" for one in found[: backup_age.LISTED]
    ]
    heads = " | ".join(t(f"upkeep.column.{column}") for column in ("made_at", "verified_at"))
    st.markdown("\n".join([f"| {heads} |", "|---|---|", *rows]))

st.header(t("upkeep.how"))
st.markdown(t("upkeep.how_text"))
