"""The place in the tokens where the parser stands, and how it moves and complains."""

from typing import NoReturn

from kgraph.sparql.parse import mistakes
from kgraph.sparql.parse.tokens import tokenize


class Cursor:
    """A text's tokens, one of them current; `kind` is the current one's."""

    def __init__(self, text: str) -> None:
        """Stand at the first token; raises QuerySyntaxError for a text that is no Unicode."""
        self.source = text
        try:
            text.encode()
        except UnicodeEncodeError as error:
            what = "half of a surrogate pair is not a character"
            raise mistakes.error_at(text, error.start, what) from None
        self.tokens = tokenize(text)
        self.kinds = self.tokens.kinds
        self.at = 0
        self.kind = self.kinds[0]

    @property
    def text(self) -> str:
        """The current token as written."""
        return self.tokens.texts[self.at]

    @property
    def next_kind(self) -> str:
        """The kind of the token after this one."""
        return self.kinds[min(self.at + 1, len(self.kinds) - 1)]

    def advance(self) -> None:
        """Go on by one token; never beyond the end, which nothing accepts."""
        self.at += 1
        self.kind = self.kinds[self.at]

    def accept(self, kind: str) -> bool:
        """Whether the current token is of this kind; if so, go on."""
        if self.kind != kind:
            return False
        self.at += 1
        self.kind = self.kinds[self.at]
        return True

    def expect(self, kind: str, expected: str = "") -> None:
        """Go on if the current token is of this kind, or fail."""
        if self.kind != kind:
            self.fail(expected or kind)
        self.at += 1
        self.kind = self.kinds[self.at]

    def take(self, kind: str, expected: str) -> str:
        """The text of the current token, which is of this kind, and go on; or fail."""
        if self.kind != kind:
            self.fail(expected)
        token = self.tokens.texts[self.at]
        self.advance()
        return token

    def fail(self, expected: str) -> NoReturn:
        """Say that the current token is not what can stand here."""
        raise mistakes.unexpected(self.source, self.tokens, self.at, expected)

    def refuse(self, what: str, *, at: int | None = None, cure: str = "") -> NoReturn:
        """Say what is wrong at a token, the current one unless another is given."""
        offset = self.tokens.starts[self.at if at is None else at]
        raise mistakes.error_at(self.source, offset, what, cure=cure)
