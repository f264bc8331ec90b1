"""A small identity provider on loopback: it signs in whoever is set in it, and can be told to say something wrong."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "concord", "a secret of the provider"


@dataclass
class Provider:
    """What the provider answers next."""

    issuer: str = ""
    subject: str = "person-1"
    #: Claims that replace the right ones; None leaves one out.
    says: dict[str, Any] = field(default_factory=dict)
    #: How the token is signed: by the key, by nobody, by a key of a stranger, or with our own secret.
    signed: str = "RS256"
    #: A state that is sent back in the place of the one that was asked for.
    state: str = ""
    #: What its description says in the place of the right things; None leaves one out.
    describes: dict[str, Any] = field(default_factory=dict)
    #: Where it leads whoever asks for its description.
    leads: str = ""
    #: A token from before, sent again.
    again: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    stranger: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    #: The last token, and what was asked, by code.
    last: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        right = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
        return {name: value for name, value in {**right, **self.describes}.items() if value is not None}

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes next."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        back = {"code": code, "state": self.state or query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        query = self.asked.pop(form.get("code", ""), None)
        if query is None or not self._proves(query, form):
            return None
        now = int(time.time())
        right = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.subject, "nonce": query.get("nonce"), "iat": now,
            "exp": now + 300,
        }  # fmt: skip
        claims = {name: value for name, value in {**right, **self.says}.items() if value is not None}
        self.last = self.again or self._sign(claims)
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": self.last}

    def _proves(self, query: dict[str, str], form: dict[str, str]) -> bool:
        """The proof key for the code exchange must fit."""
        made = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        return query.get("code_challenge_method") == "S256" and query["code_challenge"] == made.decode()

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.signed == "none":
            return jwt.encode(claims, None, algorithm="none")  # type: ignore[arg-type]
        if self.signed == "HS256":
            return jwt.encode(claims, SECRET.ljust(32, "."), algorithm="HS256", headers={"kid": "one"})
        key = self.stranger if self.signed == "stranger" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "one"})


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    found = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            found.requests.append(asked.path)
            if asked.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(asked.query).items()}
                self.send_response(302)
                self.send_header("Location", found.authorize(query))
                self.end_headers()
            elif found.leads and asked.path.startswith("/.well-known"):
                self.send_response(302)
                self.send_header("Location", found.leads)
                self.end_headers()
            elif asked.path == "/keys":
                self._say(200, found.keys())
            else:
                self._say(200, found.metadata())

        def do_POST(self) -> None:
            found.requests.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            token = found.token({name: values[0] for name, values in parse_qs(body).items()})
            self._say(200 if token else 400, token or {"error": "invalid_grant"})

        def _say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
