"""Training of both teams on the protocol: which session, who took it, when."""

import streamlit as st

from core.operations import training_marks
from pages.ui import cooperation_choice, pickers
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

grid = ws.read(training_marks.grid, cooperation_choice.chosen(ws, "training"))
cooperation, training = grid.cooperation, grid.training
cooperation_choice.show_head(ws, cooperation, here="training")
names = {person.id: person.name for person in grid.people}
sessions = {session.id: session for session in training.sessions}

if grid.trained_on:
    st.success(t("training.trained", day=t.day(grid.trained_on)))
else:
    st.markdown(t("training.not_yet"))

titles = [f"{number}. {plain(session.title)}" for number, session in enumerate(training.sessions, 1)]
rows = [
    f"| {t('training.person')} | " + " | ".join(titles) + " |",
    "|---|" + "---|" * len(sessions),
]
for service in (cooperation.pp, cooperation.vss):
    rows.append(f"| **{plain(service.name)}** |" + " |" * len(sessions))
    for person in grid.of(service.id):
        days = [grid.taken.get((person.id, session)) for session in sessions]
        ticks = " | ".join(f":material/check: :small[{t.day(day)}]" if day else "·" for day in days)
        rows.append(f"| {plain(person.name)} | {ticks} |")
st.markdown("\n".join(rows) if grid.people else t("training.nobody"))

chosen = st.selectbox(
    t("training.session"),
    list(sessions),
    format_func=lambda one: sessions[one].title,
    key=f"session:{cooperation.id}",
)
session = sessions[chosen]
draft = open_new(f"training:{cooperation.id}:{chosen}")
# What was ticked when the form was opened: a colleague's later tick is not taken back by this one's save.
seen = st.session_state.setdefault(
    draft.key("seen"), [person_id for person_id in names if (person_id, chosen) in grid.taken]
)
st.markdown(f"{plain(session.aim)}  \n:gray[:small[{plain(session.source)}]]")
with st.form("training"):
    people = st.multiselect(
        t("training.who"),
        list(names),
        default=seen,
        format_func=distinct(names, names.__getitem__),
        wrap=True,
        key=draft.key("people"),
    )
    ws.slot("people")
    done_on = pickers.day(t, t("training.done_on"), value=None, key=draft.key("done_on"))
    ws.slot("done_on")
    save = st.form_submit_button(t("training.save"), type="primary")

if save and set(people) == set(seen):
    st.toast(t("training.nothing_changed"))
elif save and ws.do(
    training_marks.set_taken, cooperation.id, session=chosen, people=people, seen=seen, done_on=done_on
):
    draft.close()
    st.rerun()

with st.expander(t("training.content"), icon=":material/school:"):
    st.markdown(
        "\n".join(
            [
                *(
                    f"- **{plain(activity.title)}** ({t('common.minutes', number=activity.minutes)})  \n"
                    f"{plain(activity.description)}  \n:small[{plain(activity.materials)}]"
                    for activity in session.activities
                ),
                "",
                t("training.learned"),
                *(f"- {plain(line)}" for line in session.learned),
                "",
                f":gray[:small[{plain(training.for_whom)} {plain(training.minutes_note)}]]",
            ]
        )
    )
