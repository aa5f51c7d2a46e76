"""The smallest sequence of edits that still fails, as code."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from tests.differential.edits import Edit, Op

Item = TypeVar("Item")
Fails = Callable[[Sequence[Edit]], bool]


def shrunk(edits: Sequence[Edit], fails: Fails) -> list[Edit]:
    """First whole edits go, then statements, rules and shapes one by one, then ways to commit."""
    found: list[Edit] = list(edits)
    before: list[Edit] = []
    while found != before:
        before = found
        found = fewest(found, fails)
        for at in range(len(found)):
            found = _smaller(found, at, fails)
    return found


def _smaller(edits: list[Edit], at: int, fails: Fails) -> list[Edit]:
    """With less of one edit, and that in a simpler way."""

    def still(edit: Edit) -> bool:
        return fails(_with(edits, at, edit))

    edit = edits[at]
    for name in ("shapes", "rules", "ops"):
        whole = edit

        def enough(kept: Sequence[object], name: str = name, whole: Edit = whole) -> bool:
            return still(replace(whole, **{name: tuple(kept)}))

        edit = replace(edit, **{name: tuple(fewest(getattr(edit, name), enough))})
    for simpler in _simpler(edit):
        if still(simpler):
            edit = simpler
    return _with(edits, at, edit)


def fewest(items: Sequence[Item], fails: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Leave out ever smaller parts as long as it fails without them (delta debugging)."""
    kept, size = list(items), max(1, len(items) // 2)
    while kept:
        at, less = 0, False
        while at < len(kept):
            without = kept[:at] + kept[at + size :]
            if fails(without):
                kept, less = without, True
            else:
                at += size
        if size == 1 and not less:
            break
        size = size if less and size == 1 else max(1, size // 2)
    return kept


def _simpler(edit: Edit) -> Iterator[Edit]:
    if edit.how != "commit":
        yield replace(edit, how="commit")
    for at, op in enumerate(edit.ops):
        for other in (replace(op, graph="data"), replace(op, level=0)):
            if other != op:
                yield replace(edit, ops=(*edit.ops[:at], other, *edit.ops[at + 1 :]))


def _with(edits: Sequence[Edit], at: int, edit: Edit) -> list[Edit]:
    return [*edits[:at], edit, *edits[at + 1 :]]


def code(edits: Sequence[Edit]) -> str:
    """Python that makes the sequence again."""
    lines = []
    for edit in edits:
        ops = "".join(f"            {_told(op)},\n" for op in edit.ops)
        lines.append(f"    Edit(\n        ops=(\n{ops}        ),\n" if ops else "    Edit(\n")
        for name in ("rules", "shapes", "how"):
            if getattr(edit, name) != getattr(Edit(), name):
                lines.append(f"        {name}={getattr(edit, name)!r},\n")
        lines.append("    ),\n")
    return "[\n" + "".join(lines) + "]"


def _told(op: Op) -> str:
    named = [f"{f.name}={getattr(op, f.name)!r}" for f in fields(op)[2:] if _differs(op, f.name)]
    return f"Op({', '.join([repr(op.add), repr(op.text), *named])})"


def _differs(op: Op, name: str) -> bool:
    return bool(getattr(op, name) != getattr(Op(True, ""), name))
