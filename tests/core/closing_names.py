"""Acts at the end of a case that write a text which both services read; test_names tries each with a name in it."""

from sqlalchemy.orm import Session

from core.operations import closing_texts, closings
from tests import closing as steps
from tests.make import Make, Pair


def say_why_lacking(db: Session, make: Make, pair: Pair, words: str) -> object:
    steps.dated(db, pair)
    closing = closings.begin(db, pair.vss, pair.case.id)
    steps.own_done(db, pair, pair.vss, closing)
    return steps.proposed(db, pair.vss, closing, lacking=words)


def write_report(db: Session, make: Make, pair: Pair, words: str) -> object:
    closing = closings.begin(db, pair.vss, pair.case.id)
    return closing_texts.write(db, pair.vss, closing.id, key="after", words=words, version=0)


ACTS = (say_why_lacking, write_report)
