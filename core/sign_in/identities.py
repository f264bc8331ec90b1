"""By the identity provider of a service: its token is the first step in the place of a password, and no more than that.

Streamlit's `st.login` brings the person to the provider and checks what comes back: its signature, issuer, audience, time
and nonce. Here it is looked at once more, taken once, and held against the account that an administrator named for it.
Then the same way in goes on as after a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock, tokens
from core.errors import NotAllowed
from core.models import Account, Identity, IdentityProof, Person
from core.settings import settings
from core.sign_in import arrivals, factors

#: A token that was made longer ago than this is no fresh sign-in.
FRESH = timedelta(minutes=3)
#: Clocks of two machines differ so much.
DRIFT = timedelta(seconds=30)


@dataclass(frozen=True)
class Proof:
    """What a token of the provider says, so far as it counts."""

    identity: str
    once: str
    has_factor: bool


def digest(issuer: str, subject: str) -> str:
    """What is kept of a subject."""
    return tokens.digest(f"identity\x1f{issuer}\x1f{subject}")


def read(claims: Mapping[str, object]) -> Proof:
    """What the claims of a token say.

    Raises NotAllowed where they are not of our provider, not for us, not fresh, or say nobody.
    """
    expected = settings()
    subject, nonce = claims.get("sub"), claims.get("nonce")
    made, ends = _moment(claims, "iat"), _moment(claims, "exp")
    now = clock.now().timestamp()
    is_ours = (
        claims.get("iss") == expected.oidc_issuer
        and expected.oidc_client in _several(claims.get("aud"))
        and claims.get("azp", expected.oidc_client) == expected.oidc_client
        and now - FRESH.total_seconds() <= made <= now + DRIFT.total_seconds()
        and ends > now - DRIFT.total_seconds()
    )
    if not (
        expected.has_oidc and is_ours and isinstance(subject, str) and subject and isinstance(nonce, str)
    ):
        raise NotAllowed("error.sign_in_refused")
    said = {*_several(claims.get("amr")), *_several(claims.get("acr"))}
    once = tokens.digest(f"proof\x1f{subject}\x1f{nonce}\x1f{made}")
    return Proof(digest(expected.oidc_issuer, subject), once, bool(said & expected.oidc_proves))


def arrive(db: Session, claims: Mapping[str, object]) -> str:
    """The provider says who it is: where they stand from now on, as a token.

    Raises NotAllowed with one and the same key where nobody has this identity, their account is closed, they have left,
    or the token has counted before.
    """
    proof = read(claims)
    identity = db.scalar(select(Identity).where(Identity.digest == proof.identity).with_for_update())
    account = db.scalar(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.person_id == (identity.person_id if identity else None),
            Account.is_enabled,
            Person.is_active,
        )
    )
    used = db.scalar(select(IdentityProof.id).where(IdentityProof.digest == proof.once))
    if identity is None or account is None or used is not None:
        raise NotAllowed("error.sign_in_refused")
    # A provider that has proved a second factor changes no app of ours: whoever sets one up anew shows the earlier one.
    stands = proof.has_factor and identity.confirmed_at is not None and not factors.is_outdated(account)
    token = arrivals.arrive(db, account, has_factor=stands)
    old = clock.now() - timedelta(days=1)
    db.execute(
        delete(IdentityProof).where(IdentityProof.identity_id == identity.id, IdentityProof.created_at < old)
    )
    db.add(IdentityProof(identity_id=identity.id, digest=proof.once, arrival_digest=tokens.digest(token)))
    db.flush()
    return token


def _moment(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _several(value: object) -> set[str]:
    """One value or a list of them."""
    if isinstance(value, str):
        return {value}
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
