"""What is sent and answered as a notice is read by both services; test_names tries it with a name in it."""

from sqlalchemy.orm import Session

from core.operations import notice_answers
from tests import notices
from tests.make import Make, Pair
from tests.notices import said, sent


def send_notice(db: Session, make: Make, pair: Pair, words: str) -> object:
    return sent(db, pair, pair.vss, said(pair.vss, words))


def say_what_was_done(db: Session, make: Make, pair: Pair, words: str) -> object:
    return sent(db, pair, pair.vss, said(pair.vss, done=words))


def ask_in_a_notice(db: Session, make: Make, pair: Pair, words: str) -> object:
    return sent(db, pair, pair.vss, said(pair.vss, asked=words))


def answer_notice(db: Session, make: Make, pair: Pair, words: str) -> object:
    notice = notices.sent(db, pair, pair.pp)
    return notice_answers.answer(db, pair.vss, notice.id, decisions=["noted"], words=words)


ACTS = (send_notice, say_what_was_done, ask_in_a_notice, answer_notice)
