"""The class of every text that a record holds: a new text column without a class makes a test fail.

The documents for data protection print it, and the search for words of hers plants one in each column of hers.

C6 and C5 are hers as the victim support service keeps them: each of these columns must carry canaries. What stands here
with a lower class both services work with, or it says nothing of her; a key of the content, a digest or a code is `KEY`.
"""

from sqlalchemy import JSON, Enum, LargeBinary, String

from core.db import Base
from core.sealed import SealedData, SealedDay

KEY = "key"

CLASSES: dict[str, dict[str, str]] = {
    "account": {"username": "C1", "password_hash": KEY, "totp_secret": KEY},
    "action": {"need": "C4", "text": "C4", "reason": "C4"},
    "action_change": {"need": "C4", "text": "C4", "reason": "C4"},
    "addendum": {"text": "C4"},
    "agenda_item": dict.fromkeys(("title", "facts", "pp_view", "vss_view", "decisions"), "C4") | {"key": KEY},
    "agreement": {"language": KEY, "answers": "C2", "termination_reason": "C2"},
    "agreement_clause": {"key": KEY, "chapter": KEY}
    | dict.fromkeys(("adapted", "note", "left_out_why"), "C2"),
    "agreement_version": {"text": "C2", "digest": KEY, "layout": "C2"},
    "arrival": {"digest": KEY, "totp_secret": KEY},
    "attendance": {"mode": KEY, "conflict_of_interest": "C4", "apology": "C4"},
    # A case that nobody has confirmed is its own service's, and so is what that service wrote about it.
    "case": {"code": "C5", "phase": KEY, "target_reason": "C5", "exclusions": KEY, "exclusions_reason": "C5"},
    "break_glass": {"reason": "C5", "finding": "C5"},
    "case_file": {"reference": "C5", "exclusions": KEY},
    "challenge_rating": {"challenge": KEY, "note": "C1"},
    "contact_flag": {"value": "C6"},
    "contact_use": {"note": "C6"},
    "cooperation": {"identification": "C1"},
    "child_part": {"about": "C2"},
    "closing": {"lacking": "C2"},
    # Of her it holds whom she reaches from now on, and with whom her plan goes on.
    "closing_step": {"step": KEY, "text": "C6"},
    "closing_text": {"key": KEY, "text": "C4"},
    "consent": {"purpose": KEY} | dict.fromkeys(("exceptions", "how_asked", "language"), "C5"),
    "data_key": {"wrapped": KEY},
    "departure": {"kind": KEY, "recipient": KEY, "anyway": "C5"},
    "device": {"digest": KEY},
    "digital_finding": {"form": "C6", "note": "C6"},
    "digital_medium": dict.fromkeys(("kind", "name", "marks", "note"), "C6"),
    # Each service's own: the programme's is about him, and never leaves its file by itself.
    "digital_step": {"step": KEY, "note": "C5"},
    "duty": {"phone": "C1"},
    "emergency_opening": {"reason": "C2", "confirmed_reason": "C2"},
    "entry_code": {"digest": KEY},
    # What she released of it stands in the joint item; the rest is the own file's.
    "episode": {"kinds": KEY, "children": "C2"}
    | dict.fromkeys(("told_by", "severity", "injuries", "action_taken"), "C5"),
    "erasure": {"parts": KEY, "reason": "C5", "refusal": "C5", "gone": KEY},
    "event": {"subject": KEY, "act": KEY, "mac": KEY},
    "evidence": dict.fromkeys(("what", "kept_where", "kept_how", "reported_to"), "C6"),
    "file_note": {"topic": KEY, "text": "C5", "source": "C5"},
    "file_request": {"identification": "C5"},
    # What she withholds stands in the same columns as the rest of her first pass.
    "first_answer": {"about": "C2", "item": KEY, "told_by": "C6", "note": "C6"},
    "first_pass": {"her_words": "C5"},
    "glossary_term": {"term": "C1", "meaning": "C1", "difference": "C1"},
    # Before the opening, and when it was taken back, what was handed in is hers.
    "handed_answer": {"about": "C2", "item": KEY, "told_by": "C5", "note": "C5"},
    "handed_in": {"her_words": "C5"},
    "hold": {"part": KEY, "reason": "C5"},
    "identity": {"digest": KEY},
    "identity_proof": {"digest": KEY, "arrival_digest": KEY},
    # What she took back is hers again.
    "joint_item": {
        "topic": KEY,
        "text": "C5",
        "source": "C5",
        "use_rule": KEY,
        "purpose": KEY,
        "recipients": KEY,
    },
    "key_aspect": {"aspect": KEY, "text": "C1"},
    "lesson": {"question": KEY, "text": "C1"},
    "log_cut": {"mac": KEY, "code": KEY},
    "meeting": {"kind": KEY, "taken_off": KEY} | dict.fromkeys(("place", "link", "bring", "reason"), "C4"),
    "meeting_move": {"reason": "C4"},
    "minutes": {"content": "C4", "digest": KEY},
    "notice_answer": {"decisions": KEY, "text": "C4"},
    "notice_call": {"whom": "C5", "note": "C5"},
    "notice_talk": {"note": "C6"},
    "outside_result": dict.fromkeys(("instrument", "done_by", "result"), "C4"),
    "must_not_receive": {"whom": "C6", "why": "C5"},
    "path_entry": {"kind": KEY, "note": "C5", "removed_reason": "C5"},
    "person": {"name": "C1", "job": "C1", "email": "C1", "phone": "C1"},
    "person_request": dict.fromkeys(("answer", "extended_reason", "note"), "C5") | {"choice": KEY},
    "phase_entry": {"phase": KEY, "open_steps": KEY, "reason": "C5"},
    "phase_point": {"point": KEY, "pp_said": "C1", "vss_said": "C1", "agreed": "C1", "views_kept": "C1"},
    "proposal": {"chapter": KEY, "text": "C1", "side": KEY, "point": KEY},
    "protocol_version": {"content": "C1", "note": "C1"},
    "questionnaire": {"key": KEY, "content": "C1"},
    # What she answers never reaches the programme; what it reads of it is a joint item.
    "questionnaire_answer": {"question": KEY, "value": "C6"},
    "questionnaire_response": {
        "label": KEY,
        "questionnaire": KEY,
        "kept_at": "C5",
        # A key, and sealed all the same: that she was not asked because it was not safe is hers.
        "not_done_reason": KEY,
    },
    "recovery_code": {"digest": KEY},
    "release": {"not_told_why": "C5", "reason": "C5"},
    # His conditions, in the file of the programme.
    "reentry": {"conditions": "C4"},
    "released_entry": {"kind": KEY},
    "released_episode": {"kinds": KEY, "children": "C2"},
    "risk_action": {"about": "C2", "item": KEY},
    "risk_child": {"code": "C2"},
    "risk_level": {"reason": "C4", "below_reason": "C4"},
    "risk_list": {"content": "C1"},
    "retention_period": {"part": KEY},
    "safety_action": {"area": KEY} | dict.fromkeys(("text", "who", "change", "first"), "C6"),
    "safety_plan": dict.fromkeys(("safe_device", "account_use", "escalation"), "C6") | {"route": KEY},
    "seal": {"reason": "C5"},
    "service": dict.fromkeys(("name", "legal_form", "address", "contact_point", "duty_phone"), "C1"),
    # Halves of a passphrase: they say nothing of anybody.
    "service_export": {"asked_half": KEY, "confirmed_half": KEY},
    "set_up_code": {"digest": KEY},
    "settlement": {"about": "C2", "item": KEY, "note": "C4"},
    "sign_in": {"digest": KEY, "earlier_digest": KEY},
    "sign_in_failure": {"name_digest": KEY, "address": "C1"},
    "signed_copy": {"digest": KEY, "data": "C2"},
    "step_mark": {"phase": KEY, "step": KEY, "reason": "C5"},
    "strike": {"sections": KEY},
    "subject": dict.fromkeys(
        (
            *("name", "address", "phone", "email", "language"),
            *("safe_channel", "safe_times", "code_phrase", "who_may_know"),
        ),
        "C6",
    )
    | {"code": "C2"},
    "t_point": {"label": KEY, "moved_reason": "C5"},
    "t_point_move": {"reason": "C5"},
    "talk": {"pp_present": "C1", "vss_present": "C1"},
    "ticket": {"digest": KEY},
    "training_mark": {"training": KEY},
    "unsent_text": {"slot": KEY, "text": "C5"},
}

#: The classes, the one to be kept closest first; the words say what each is.
KINDS = ("C6", "C5", "C4", "C3", "C2", "C1", KEY)

#: The columns that must carry canaries.
HERS = frozenset(
    (table, column)
    for table, columns in CLASSES.items()
    for column, klass in columns.items()
    if klass in {"C5", "C6"}
)


#: Of these, what does not lie sealed in the database, and why.
OPEN = {
    ("case", "code"): "one letter and digits (core.operations.cases.CODE), which lists search and sort by",
}
#: What lies sealed though it is no text of hers: papers, the day on which somebody was born, halves of passphrases, why
#: somebody was not asked, what an episode is told by, on what he came back, marks of the texts of a copy.
SEALED_BESIDES = frozenset(
    {
        ("person_request", "choice"),
        ("questionnaire_response", "not_done_reason"),
        ("reentry", "conditions"),
        ("signed_copy", "data"),
        ("subject", "born_on"),
        ("service_export", "asked_half"),
        ("service_export", "confirmed_half"),
    }
) | {(table, column) for table in ("episode", "released_episode") for column in ("kinds", "children")}


#: What an act reaches whose line names a whole case, a file or a list, or a record whose texts lie in others; "any" is
#: every act on such a record that stands in no line of its own.
WIDE: dict[tuple[str, str], tuple[str, ...]] = {
    ("case", "read_joint"): ("C4", "C2"),
    ("case", "read_shared"): ("C4", "C2"),
    ("case", "read_plan"): ("C4",),
    ("case", "read_risk"): ("C4",),
    # The victim support service reads her safe channel on it.
    ("case", "read_emergency"): ("C6", "C4", "C2"),
    # With the own service's path.
    ("case", "read_timeline"): ("C5", "C4", "C2"),
    ("case", "read_picture"): ("C6", "C5", "C4"),
    ("case", "export_plan"): ("C4",),
    ("case", "export_extract"): ("C4",),
    ("case", "export_picture"): ("C4",),
    ("case_file", "read"): ("C6", "C5", "C2"),
    ("case_file", "reveal"): ("C6",),
    ("case_file", "read_answers"): ("C6",),
    ("case_file", "read_card"): ("C6", "C5"),
    ("case_file", "read_closing_steps"): ("C6",),
    ("case_file", "read_conditions"): ("C5",),
    ("case_file", "read_digital"): ("C6", "C5"),
    ("case_file", "read_episodes"): ("C5",),
    ("case_file", "read_first_pass"): ("C6", "C5"),
    ("case_file", "read_register"): ("C6", "C5"),
    ("case_file", "read_talks"): ("C6",),
    ("case_file", "share_digital"): ("C5",),
    ("case_file", "export_picture"): ("C6", "C5", "C4"),
    ("case_file", "print_plan"): ("C6",),
    ("case_file", "print_sheet"): ("C6", "C4"),
    ("case_file", "print_for_him"): ("C3",),
    ("case_file", "print_exit_report"): ("C3",),
    ("person", "export_cases"): ("C2",),
    ("person", "export_actions"): ("C4",),
    ("person", "export_meetings"): ("C4",),
    ("person", "export_agreements"): ("C2",),
    ("person_request", "read_copy"): ("C6", "C5"),
    ("person_request", "take_copy"): ("C6", "C5"),
    # With its items, their notes, and what is never handed in.
    ("first_pass", "any"): ("C6", "C5"),
    ("risk_assessment", "any"): ("C4",),
    ("questionnaire_response", "any"): ("C6", "C5"),
    # Both read what was sent; until then it is of the own file.
    ("immediate_notice", "any"): ("C5",),
    ("immediate_notice", "read_notice"): ("C4",),
    ("immediate_notice", "read_answer"): ("C4",),
    ("immediate_notice", "export"): ("C4",),
    # With what each service wrote.
    ("closing", "read_report"): ("C4", "C2"),
    ("closing", "export"): ("C4", "C2"),
    ("service_export", "take"): ("C6", "C5", "C4", "C3", "C2", "C1"),
    ("service_export", "make"): ("C6", "C5", "C4", "C3", "C2", "C1"),
}


def of_event(subject: str, act: str, *, is_his: bool) -> tuple[str, ...]:
    """The classes that an act of the log reaches at the most, the one to be kept closest first.

    At the programme nothing is hers: what lies there in the same columns is about him.
    """
    wide = WIDE.get((subject, act)) or WIDE.get((subject, "any"))
    found = set(wide or CLASSES.get(subject, {}).values()) - {KEY}
    if is_his:
        found = {"C3" if one in {"C6", "C5"} else one for one in found}
    return tuple(sorted(found, reverse=True))


def columns() -> dict[str, set[str]]:
    """Every column that can hold what somebody typed, as the models have it."""
    found: dict[str, set[str]] = {}
    for name, table in Base.metadata.tables.items():
        held = {
            column.name
            for column in table.columns
            if isinstance(column.type, String | JSON | LargeBinary | SealedData)
            and not isinstance(column.type, Enum | SealedDay)
        }
        if held:
            found[name] = held
    return found
