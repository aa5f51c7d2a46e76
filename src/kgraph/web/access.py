"""Who may write: a bearer token (RFC 6750), compared in constant time."""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kgraph.config import Settings
from kgraph.errors import Forbidden, Unauthorized

TOKEN_FILE = "token"
CURE = (
    "send the header 'Authorization: Bearer <token>'; the token is the server's KGRAPH_TOKEN "
    f"or, where that is not set, the content of the file '{TOKEN_FILE}' in its data folder"
)


@dataclass(frozen=True)
class Token:
    """The token that writes must show, and the file it was read from or written to, if any."""

    value: str
    path: Path | None

    def check(self, authorization: str | None, what: str = "a write") -> None:
        """Raise Unauthorized where no token is shown and Forbidden where it is another one."""
        scheme, _, shown = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not shown.strip():
            raise Unauthorized(f"{what} needs a token: {CURE}; nothing was changed")
        if not hmac.compare_digest(shown.strip().encode(), self.value.encode()):
            raise Forbidden(f"this token is not the right one: {CURE}; nothing was changed")


def load_token(settings: Settings) -> Token:
    """Take the token from the settings, else from the data folder, else make one there.

    The file is made with mode 0600. Its path is for the operator to be told, not for clients.
    """
    if settings.token:
        return Token(settings.token, None)
    path = settings.data_folder / TOKEN_FILE
    try:
        return _read(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another thread was faster
        return _read(path)
    value = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value + "\n")
    return Token(value, path)


def _read(path: Path) -> Token:
    value = path.read_text(encoding="utf-8").strip()
    if not value:
        raise Unauthorized(f"the file '{path.name}' in the data folder is empty: delete it")
    return Token(value, path)
