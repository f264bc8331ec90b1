"""A service's own file, and what goes from it into the joint space."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.content import file_topics
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import EpisodeSource, FileNote, Known, Role, ServiceKind, Subject, SubjectKind
from core.operations import cases, files, joint_items
from core.operations.cases import CloseReason
from core.operations.episode_releases import Chosen
from core.operations.files import Contacts
from core.operations.identifying import Found
from core.operations.joint_items import UseRule
from core.operations.releases import Terms
from tests import risk
from tests.episodes import released, told
from tests.make import Make, Pair, terms
from tests.make import share as share_seen

HER = Contacts(
    name="Mara Fictional",
    born_on=date(1990, 4, 2),
    address="12 Hidden Street, Marlen",
    phone="+00 555 123 456",
    email="mara@example.invalid",
    safe_channel="call her sister first",
    safe_times="Tuesday mornings",
    code_phrase="the library book",
    messages_allowed=True,
)


def add_note(db: Session, pair: Pair, topic: str = "her_account", text_: str = "He shouted.") -> FileNote:
    return files.add_note(
        db, pair.vss, pair.case.id, topic=topic, text_=text_, source="her", written_on=clock.today()
    )


def test_a_file_is_read_by_its_own_service_only(db: Session, make: Make) -> None:
    pair = make.pair()
    subject = files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=HER)
    note = add_note(db, pair)

    ours, theirs = files.mine(db, pair.vss, pair.case.id), files.mine(db, pair.pp, pair.case.id)

    assert (ours.subjects, ours.notes) == ((subject,), (note,))
    assert (theirs.subjects, theirs.notes) == ((), ())
    with pytest.raises(NotFound):
        files.find_note(db, pair.pp, note.id)
    with pytest.raises(NotFound):
        files.revise_subject(db, pair.pp, subject.id, contacts=Contacts(), version=1)


def test_a_chair_without_file_rights_reads_no_file(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    with pytest.raises(NotFound):
        files.mine(db, chair, pair.case.id)
    with pytest.raises(NotAllowed):
        files.add_subject(db, chair, pair.case.id, kind=SubjectKind.HER, contacts=HER)


def test_people_get_codes_from_the_code_of_the_case(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.code = "K-2027-014"

    def add(kind: SubjectKind) -> str:
        return files.add_subject(db, pair.vss, pair.case.id, kind=kind, contacts=Contacts(name="A name")).code

    codes = [add(SubjectKind.HER), add(SubjectKind.CHILD), add(SubjectKind.CHILD)]
    him = files.add_subject(db, pair.pp, pair.case.id, kind=SubjectKind.HIM, contacts=Contacts(name="A name"))

    assert codes == ["W-014", "C-014a", "C-014b"]
    assert him.code == "M-014"


def child_entered(db: Session, pair: Pair) -> Subject:
    name = Contacts(name="A name")
    return files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.CHILD, contacts=name)


def test_no_child_gets_the_code_of_another_or_of_one_whose_entry_is_erased(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.code = "K-2027-014"
    codes = []
    for erased in (True, False, True, False):
        child = child_entered(db, pair)
        codes.append(child.code)
        if erased:
            db.delete(child)
            db.flush()

    assert codes == ["C-014a", "C-014b", "C-014c", "C-014d"]


@pytest.mark.parametrize("where", ["assessment", "episode", "release"])
def test_no_child_gets_a_code_that_stands_in_a_record(db: Session, make: Make, where: str) -> None:
    pair = make.pair()
    pair.case.code = "K-2027-014"
    if where == "assessment":
        risk.begun(db, pair, children=["C-014c"])
    else:
        gone = make.subject(pair.vss_file, SubjectKind.CHILD)
        gone.code = "C-014c"
        db.flush()
        there = [gone.code]
        episode = told(db, pair, EpisodeSource.HER, with_children=Known.YES, children=there)
        if where == "release":
            released(db, pair, episode, chosen=Chosen("He shouted", with_children=True))
            episode.children = ""
        db.delete(gone)
        db.flush()

    assert child_entered(db, pair).code == "C-014d"


def test_past_the_last_letter_a_child_gets_the_first_that_stands_nowhere(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.code = "K-2027-014"
    child_entered(db, pair)
    child_entered(db, pair).code = "C-014z"
    db.flush()

    assert child_entered(db, pair).code == "C-014b"


def test_each_side_keeps_its_own_people_and_each_adult_once(db: Session, make: Make) -> None:
    pair = make.pair()
    files.add_subject(db, pair.pp, pair.case.id, kind=SubjectKind.HIM, contacts=Contacts(name="A name"))

    with pytest.raises(Invalid, match=r"error\.subject_of_other_side"):
        files.add_subject(db, pair.pp, pair.case.id, kind=SubjectKind.HER, contacts=Contacts(name="A name"))
    with pytest.raises(Invalid, match=r"error\.subject_of_other_side"):
        files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HIM, contacts=Contacts(name="A name"))
    with pytest.raises(Invalid, match=r"error\.subject_exists"):
        files.add_subject(db, pair.pp, pair.case.id, kind=SubjectKind.HIM, contacts=Contacts(name="A name"))


@pytest.mark.parametrize(
    ("contacts", "field"),
    [
        (Contacts(safe_channel="x"), "safe_channel"),
        (Contacts(safe_times="x"), "safe_times"),
        (Contacts(code_phrase="x"), "code_phrase"),
        (Contacts(messages_allowed=True), "messages_allowed"),
    ],
)
def test_safe_contact_is_kept_at_the_victim_support_service_alone(
    db: Session, make: Make, contacts: Contacts, field: str
) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=r"error\.vss_only") as refused:
        files.add_subject(db, pair.pp, pair.case.id, kind=SubjectKind.HIM, contacts=contacts)

    assert refused.value.field == field


def test_a_person_is_corrected_and_a_late_save_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    subject = files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=HER)
    files.revise_subject(db, pair.vss, subject.id, contacts=Contacts(name="Mara"), version=1)

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        files.revise_subject(db, pair.vss, subject.id, contacts=HER, version=1)
    unborn = Contacts(born_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid, match=r"error\.future_date"):
        files.revise_subject(db, pair.vss, subject.id, contacts=unborn, version=2)

    assert (subject.name, subject.safe_channel, subject.messages_allowed) == ("Mara", "", False)


def test_a_person_without_name_and_without_any_way_to_them_is_nobody(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=r"error\.subject_empty") as refused:
        files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=Contacts(language="any"))
    by_channel = Contacts(safe_channel="through her sister")
    her = files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=by_channel)
    with pytest.raises(Invalid, match=r"error\.subject_empty"):
        files.revise_subject(db, pair.vss, her.id, contacts=Contacts(), version=1)

    assert refused.value.field == "name"
    assert her.safe_channel == "through her sister"


def test_there_are_at_most_twenty_children(db: Session, make: Make) -> None:
    pair = make.pair()
    for _ in range(20):
        files.add_subject(
            db, pair.vss, pair.case.id, kind=SubjectKind.CHILD, contacts=Contacts(name="A name")
        )

    with pytest.raises(Invalid, match=r"error\.children_count"):
        files.add_subject(
            db, pair.vss, pair.case.id, kind=SubjectKind.CHILD, contacts=Contacts(name="A name")
        )


def test_the_own_file_number_is_kept(db: Session, make: Make) -> None:
    pair = make.pair()

    files.set_reference(db, pair.vss, pair.case.id, reference=" AH 77 ", version=1)

    assert files.mine(db, pair.vss, pair.case.id).file.reference == "AH 77"
    assert files.reveal(db, pair.vss, pair.case.id) is pair.vss_file
    with pytest.raises(Conflict):
        files.set_reference(db, pair.vss, pair.case.id, reference="x", version=1)


def test_a_note_is_changed_with_its_topic_and_day(db: Session, make: Make) -> None:
    pair = make.pair()
    note = add_note(db, pair)

    def revise(topic: str = "her_wishes", written_on: date | None = None, version: int = 1) -> FileNote:
        return files.revise_note(
            db,
            pair.vss,
            note.id,
            topic=topic,
            text_="She wants quiet.",
            source="",
            written_on=written_on or clock.today(),
            version=version,
        )

    revise()

    assert (note.topic, note.text, note.version) == ("her_wishes", "She wants quiet.", 2)
    with pytest.raises(Conflict):
        revise()
    with pytest.raises(Invalid, match=r"error\.unknown_topic"):
        revise(topic="attendance", version=2)
    with pytest.raises(Invalid, match=r"error\.future_date"):
        revise(written_on=clock.today() + timedelta(days=1), version=2)


def test_each_side_is_offered_its_own_topics(make: Make) -> None:
    pair = make.pair()

    his, hers = ({topic.id for topic in files.topics(actor)} for actor in (pair.pp, pair.vss))

    assert "attendance" in his - hers
    assert {"safe_contact", "her_account"} <= hers - his
    assert "other" in his & hers
    with pytest.raises(KeyError):
        file_topics.load().topic("gossip")


def share(db: Session, pair: Pair, note_id: UUID, text_: str, *, meant: bool = False) -> UUID:
    return share_seen(db, pair.vss, note_id, text_, meant=meant).id


def test_the_preview_is_exactly_what_the_other_side_sees(db: Session, make: Make) -> None:
    pair = make.pair()
    note = add_note(db, pair, text_="He shouted, she said, and more.")

    agreed = terms(db, pair.vss, note.id)
    previewed = joint_items.preview(
        db,
        pair.vss,
        note.id,
        text_="He *shouted*.",
        source="her",
        use_rule=UseRule.JOINT_WORK,
        terms=agreed,
    )
    seen = previewed.shown
    joint_items.share(
        db,
        pair.vss,
        note.id,
        text_="He *shouted*.",
        source="her",
        use_rule=UseRule.JOINT_WORK,
        terms=agreed,
        seen=previewed.digest,
    )
    (theirs,) = joint_items.list_of_case(db, pair.pp, pair.case.id)

    assert vars(theirs) | {"id": None} == vars(seen) | {"id": None}
    assert (theirs.text, theirs.side) == ("He *shouted*.", ServiceKind.VSS)
    assert note.text == "He shouted, she said, and more."
    assert files.mine(db, pair.vss, pair.case.id).shared_notes == {note.id}


@pytest.mark.parametrize(
    "other",
    [
        {"text_": "He shouted, and she left."},
        {"source": "her"},
        {"use_rule": UseRule.MAY_BE_SAID},
        {"terms": Terms(purpose="meetings")},
    ],
)
def test_nothing_is_shared_that_was_not_in_the_preview(
    db: Session, make: Make, other: dict[str, Any]
) -> None:
    pair = make.pair()
    note = add_note(db, pair)
    given: dict[str, Any] = {
        "text_": "He shouted.",
        "source": "",
        "use_rule": UseRule.RISK_ONLY,
        "terms": terms(db, pair.vss, note.id),
    }
    seen = joint_items.preview(db, pair.vss, note.id, **given).digest

    with pytest.raises(Conflict, match="not_previewed"):
        joint_items.share(db, pair.vss, note.id, **(given | other), seen=seen)

    assert joint_items.list_of_case(db, pair.vss, pair.case.id) == []
    assert joint_items.share(db, pair.vss, note.id, **given, seen=seen).text == "He shouted."


def test_a_preview_shares_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    note = add_note(db, pair)

    joint_items.preview(db, pair.vss, note.id, text_="x", terms=Terms())
    db.flush()

    assert joint_items.list_of_case(db, pair.vss, pair.case.id) == []


def test_what_is_shared_is_for_risk_only_unless_said_otherwise(db: Session, make: Make) -> None:
    pair = make.pair()

    share(db, pair, add_note(db, pair).id, "He shouted.")

    assert joint_items.list_of_case(db, pair.pp, pair.case.id)[0].use_rule is UseRule.RISK_ONLY


def test_what_is_taken_back_is_read_by_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    item = share(db, pair, add_note(db, pair).id, "He shouted.")
    with pytest.raises(NotAllowed, match=r"error\.not_your_item"):
        joint_items.withdraw(db, pair.pp, item)

    joint_items.withdraw(db, pair.vss, item)

    for actor in (pair.pp, pair.vss):
        assert joint_items.list_of_case(db, actor, pair.case.id) == []
    with pytest.raises(NotFound):
        joint_items.withdraw(db, pair.vss, item)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("She spoke with mara today", ("name", "Mara")),
        ("Call 555123456", ("phone", "+00 555 123 456")),
        ("at 12  hidden street,\nMarlen", ("address", "12 Hidden Street, Marlen")),
        ("Mara@example.invalid", ("email", "mara@example.invalid")),
        ("say THE LIBRARY BOOK", ("code_phrase", "the library book")),
        ("only on Tuesday mornings", ("safe_times", "Tuesday mornings")),
        ("call her sister first", ("safe_channel", "call her sister first")),
        ("born 02.04.1990", ("born_on", "02.04.1990")),
        ("born 2/4/1990", ("born_on", "2/4/1990")),
    ],
)
def test_names_and_contacts_are_found_and_shared_only_where_meant(
    db: Session, make: Make, typed: str, expected: tuple[str, str]
) -> None:
    pair = make.pair()
    subject = files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=HER)
    note = add_note(db, pair)

    found = joint_items.preview(db, pair.vss, note.id, text_=typed, terms=Terms()).found
    with pytest.raises(Invalid, match=r"error\.names_somebody") as refused:
        share(db, pair, note.id, typed)

    assert Found(*expected, subject.code) in found
    assert refused.value.field == "names_are_meant"
    assert share(db, pair, note.id, typed, meant=True)


def test_an_innocent_text_warns_of_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.HER, contacts=HER)
    files.add_subject(db, pair.vss, pair.case.id, kind=SubjectKind.CHILD, contacts=Contacts(name="A name"))

    assert files.found_in(db, pair.vss, pair.case.id, "The marathon of 2 April 1990 cost 555.") == []


def test_the_joint_space_opens_with_the_pair_and_closes_with_the_case(db: Session, make: Make) -> None:
    pair = make.pair()
    note = add_note(db, pair)
    pair.case.paired_at = None
    with pytest.raises(Conflict, match=r"error\.not_paired"):
        share(db, pair, note.id, "x")
    pair.case.paired_at = clock.now()
    db.flush()
    cases.shut(db, pair.pp, pair.case, on=clock.today(), reason=CloseReason.COMPLETED)
    db.flush()

    with pytest.raises(Conflict, match=r"error\.case_closed"):
        share(db, pair, note.id, "x")


@pytest.mark.parametrize("topic", ["safe_contact", "whom_to_talk_to", "shared_without_consent"])
def test_some_topics_never_leave_the_file(db: Session, make: Make, topic: str) -> None:
    pair = make.pair()
    note = add_note(db, pair, topic)

    with pytest.raises(Conflict, match=r"error\.topic_stays"):
        share(db, pair, note.id, "x")


def test_a_child_protection_person_writes_notes_and_leaves_sharing_to_others(db: Session, make: Make) -> None:
    pair = make.pair()
    carla = make.actor(pair.vss.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, carla)
    note = files.add_note(
        db, carla, pair.case.id, topic="children", text_="x", source="", written_on=clock.today()
    )

    with pytest.raises(NotAllowed):
        joint_items.share(db, carla, note.id, text_="x", terms=Terms(), seen="")


def test_the_heading_of_what_is_shared_does_not_say_that_she_has_spoken() -> None:
    topics = file_topics.load()

    assert topics.topic("her_account").heading == topics.topic("her_view_of_risk").heading
    assert topics.topic("attendance").heading == topics.topic("attendance").title
    for topic in topics.topics:
        assert topic.stays or topic.id == "her_consent" or "her" not in topic.heading.lower().split()


def test_who_saved_an_entry_last_is_known_by_name_to_its_own_service_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id))
    her = make.subject(pair.vss_file)
    assert not files.written_by(db, pair.vss, her.id)

    files.revise_subject(db, colleague, her.id, contacts=HER, version=her.version)

    assert files.written_by(db, pair.vss, her.id) == colleague.name
    with pytest.raises(NotFound):
        files.written_by(db, pair.pp, her.id)
