"""SPARQL 1.1 Update texts: cut into operations, and given the dataset their WHERE reads.

The protocol's using-graph-uri (SPARQL 1.1 Protocol, 2.2.3) has no counterpart in the engine, so
USING clauses are written into the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kgraph.errors import MalformedRequest
from kgraph.sparql.tokens import Token, tokenize


@dataclass(frozen=True)
class Operation:
    """One operation with the prologue it stands under."""

    prologue: str
    body: str
    start: int = 0

    @property
    def text(self) -> str:
        """What the engine is given."""
        return f"{self.prologue}\n{self.body}"

    @property
    def reads(self) -> bool:
        """Whether it has a WHERE whose dataset it does not state itself."""
        tokens = tokenize(self.body)
        return _where(tokens) is not None and not _states_dataset(tokens)


def split_operations(text: str) -> list[Operation]:
    """The operations of a request, in order; declarations count for all that follow."""
    operations: list[Operation] = []
    prologue: list[str] = []
    for tokens in _cut(tokenize(text)):
        start = 0
        while start < len(tokens) and tokens[start].is_word("PREFIX", "BASE"):
            stop = start + (3 if tokens[start].is_word("PREFIX") else 2)
            prologue.append(" ".join(t.text for t in tokens[start:stop]))
            start = stop
        if start < len(tokens):
            body = text[tokens[start].start : tokens[-1].end]
            operations.append(Operation("\n".join(prologue), body, tokens[start].start))
    return operations


def _cut(tokens: list[Token]) -> Iterable[list[Token]]:
    depth = 0
    piece: list[Token] = []
    for token in tokens:
        if token.kind == "mark":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.text == ";" and token.kind == "mark" and depth == 0:
            yield piece
            piece = []
        else:
            piece.append(token)
    yield piece


def refuse_stated_dataset(operations: Iterable[Operation]) -> None:
    """MalformedRequest if an operation names its own dataset beside the request's."""
    for operation in operations:
        if _states_dataset(tokenize(operation.body)):
            raise MalformedRequest(
                "the update has USING or WITH, and the request has using-graph-uri or "
                "using-named-graph-uri; state the dataset in one of the two places"
            )


def with_dataset(operation: Operation, default: Iterable[str], named: Iterable[str]) -> Operation:
    """The operation with USING clauses, unless it has no WHERE or states its dataset."""
    tokens = tokenize(operation.body)
    where = _where(tokens)
    if where is None or _states_dataset(tokens):
        return operation
    clauses = "".join(f"USING <{iri}> " for iri in default)
    clauses += "".join(f"USING NAMED <{iri}> " for iri in named)
    body = operation.body
    before, after = body[: tokens[where].start], body[tokens[where].start :]
    if tokens[where - 1].is_word("DELETE"):
        # DELETE WHERE takes no USING: its pattern is also its template.
        pattern = after[len("WHERE") :]
        return Operation(operation.prologue, f"{before}{pattern} {clauses}WHERE {pattern}")
    return Operation(operation.prologue, f"{before}{clauses}{after}")


def _where(tokens: list[Token]) -> int | None:
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        elif depth == 0 and index and token.is_word("WHERE"):
            return index
    return None


def _states_dataset(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        elif depth == 0 and token.is_word("USING", "WITH"):
            return True
    return False
