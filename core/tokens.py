"""Random secrets: those that machines pass on, and those that people read from a screen and type."""

import hashlib
import secrets

#: Letters and digits that nobody confuses when reading from a screen.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new() -> str:
    """A token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_code(groups: int = 7) -> str:
    """A code in groups of four signs, 20 bits each; seven groups are 140 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def typed(code: str) -> str:
    """A code as it was made, however it was typed: small letters, blanks, without lines between the groups."""
    signs = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def digest(secret: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
