"""The ciphers that seal, by the names under which keys and files know them; which one a new key is for, the settings say.

All are approved for this by OWASP ASVS 5.0 (appendix C), take a key of 256 bits and a nonce of 96, and show every
changed bit. Another one is one more line here. What a cipher sealed is opened with that one, whatever the settings say.
"""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

#: What has no name was sealed with this one.
FIRST: Final = "aes-256-gcm"
CIPHERS: Mapping[str, type[AESGCM | ChaCha20Poly1305]] = {
    FIRST: AESGCM,
    "chacha20-poly1305": ChaCha20Poly1305,
}
KEY_BYTES, NONCE_BYTES = 32, 12
