"""docs/closing-performance.md and its picture, from the figures that are kept of three benchmarks.

`python -m benchmarks.closing_report` writes both: changes with hubs apart, closure, validation.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.changes_picture import draw
from benchmarks.kept import CHANGES, CLOSURES, LOAD, VALIDATIONS, Run, read

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE = "closing-performance.md", "changes.svg"
HEAD = Path(__file__).with_name("closing_head.md")
OURS = "kgraph"
STAGES = ("whole", "closing", "commit", "processor")
HUB_STAGES = ("closing", "commit", "processor", "undone")


def page(changes: Sequence[Run], closures: Sequence[Run], validations: Sequence[Run]) -> str:
    """The page, from all that is kept."""
    lines = HEAD.read_text(encoding="utf-8").splitlines()
    lines += ["", f"![Time of a change by size of the graph]({PICTURE})"]
    lines += _changes(changes) + _hubs(changes)
    lines += _closures(closures) + _closure_ratios(closures)
    lines += _validations(validations)
    lines += _circumstances({"changes": changes, "closure": closures, "validation": validations})
    return "\n".join(lines) + "\n"


def write_page() -> None:
    """The page and the picture."""
    changes = read(CHANGES)
    text = page(changes, read(CLOSURES), read(VALIDATIONS))
    (DOCS / PAGE).write_text(text, encoding="utf-8")
    draw(changes, DOCS / PICTURE)


# -- changes


def _changes(runs: Sequence[Run]) -> list[str]:
    names = [f"{stage} {share}" for stage in STAGES for share in ("p50", "p95")]
    heads = ["triples", "change", "how many", *names]
    rows = [
        [f"{run.triples:,}", kind, _number(of["changes"]), *(_number(of[name]) for name in names)]
        for run in runs
        for kind, of in run.figures["changes"].items()
    ]
    return ["", "## Changes of 100 facts", "", "Milliseconds.", "", *_table(heads, rows, 2)]


def _hubs(runs: Sequence[Run]) -> list[str]:
    """What very much hangs on."""
    names = [f"{stage} {share}" for stage in HUB_STAGES for share in ("p50", "worst")]
    heads = ["triples", "what changes", "runs", "facts", "inferred", "results"]
    heads += [*names, "in full", "in bulk"]
    counts = ("runs", "facts", "inferred", "results", *names, "in_full")
    rows = [
        [
            *(f"{run.triples:,}", hub),
            *(_number(of[name]) for name in counts),
            of["in_bulk"] or "no",
        ]
        for run in runs
        for hub, of in run.figures["hubs"].items()
    ]
    text = (
        "Milliseconds. Each is changed and changed back some times; undone is the whole time of "
        "changing back. Inferred: triples that come or go; results: of the validation, that come "
        "or go. In full: rules and shapes that looked at everything; in bulk: why the whole graph "
        "was closed anew."
    )
    return ["", "## Changes of hubs", "", text, "", *_table(heads, rows, 2)]


# -- closure


def _closures(runs: Sequence[Run]) -> list[str]:
    heads = ["data", "triples", "system", "inferred", "s", "processor s"]
    heads += ["inferred/s", "inferred per processor s", "peak GiB"]
    rows = []
    for run in _ordered(runs):
        of = run.figures
        row = [run.kind, f"{run.triples:,}", run.system]
        if "note" in of:
            rows.append([*row, of["note"], *[""] * 5])
            continue
        row += [_number(of["inferred"]), _number(of["seconds"]), _number(of["processor"])]
        rates = (of["inferred"] / of[name] for name in ("seconds", "processor"))
        rows.append([*row, *map(_number, rates), _number(of["peak_bytes"] / 2**30)])
    return ["", "## Closure", "", *_table(heads, rows, 3)]


def _closure_ratios(runs: Sequence[Run]) -> list[str]:
    """Our rate by that of each peer, at our size or at the largest one below that it finished."""
    done = [run for run in runs if "note" not in run.figures]
    peers = sorted({run.system for run in runs} - {OURS})
    heads = ["data", "triples"]
    heads += [head for peer in peers for head in (peer, f"{peer}, by processor s")]
    rows = []
    for run in _ordered(one for one in done if one.system == OURS):
        row = [run.kind, f"{run.triples:,}"]
        for peer in peers:
            there = [one for one in done if (one.kind, one.system) == (run.kind, peer)]
            row += _rate_ratios(run, [one for one in there if one.triples <= run.triples])
        rows.append(row)
    text = (
        "Triples inferred a second, by those of the peer. Where the peer has no figure of that "
        "size, its largest one that has is taken, and named."
    )
    return ["", text, "", *_table(heads, rows, 2)]


def _rate_ratios(ours: Run, peers: Sequence[Run]) -> list[str]:
    """On the wall, and by processor time."""
    if not peers:
        return ["–", "–"]
    peer = max(peers, key=lambda one: one.triples)
    at = "" if peer.triples == ours.triples else f" (its {peer.triples:,})"
    mine, its = ours.figures, peer.figures
    return [
        _number((mine["inferred"] / mine[time]) / (its["inferred"] / its[time])) + at
        for time in ("seconds", "processor")
    ]


# -- validation


def _validations(runs: Sequence[Run]) -> list[str]:
    names = ("files", "files_cpu", "proper", "proper_cpu")
    words = ("from files s", "processor s", "proper s", "proper, processor s")
    heads = ["data and shapes", "triples", "system", "results", *words]
    heads += ["ratio from files", "ratio proper", "proper, by processor s"]
    ours = {(run.kind, run.triples): run.figures for run in runs if run.system == OURS}
    rows = []
    for run in _ordered(runs):
        of, mine = run.figures, ours.get((run.kind, run.triples), {})
        row = [run.kind, f"{run.triples:,}", run.system]
        if "note" in of:
            rows.append([*row, of["note"], *[""] * 7])
            continue
        # What is left of a short run without reading may be less than nothing.
        times = (_number(of[name]) if of[name] > 0 else "–" for name in names)
        row += [_number(of["results"]), *times]
        for name in ("files", "proper", "proper_cpu"):
            apart = run.system != OURS and mine.get(name) and of[name] > 0
            row.append(_number(of[name] / mine[name]) if apart else "")
        rows.append(row)
    return ["", "## Validation", "", *_table(heads, rows, 3)]


# -- what all of them need


def _circumstances(runs: Mapping[str, Sequence[Run]]) -> list[str]:
    """When, of which revision and on what each was measured."""
    heads = ["figures", "data", "triples", "system", "date", "revision", LOAD]
    rows, machines = [], []
    for name, made in runs.items():
        for run in _ordered(made):
            row = [name, run.kind, f"{run.triples:,}", run.system, run.date]
            rows.append([*row, run.of["revision"], run.of.get(LOAD, "")])
            machine = (f"{key} {of}" for key, of in run.of.items() if key not in {"revision", LOAD})
            machines.append(f"- {name}: {', '.join(machine)}".replace("processor ", ""))
    table = _table(heads, rows, 6)
    text = "With + the tree had changes that were not committed."
    lines = ["", "## What the figures are of", "", text, "", *table]
    return [*lines, "", *dict.fromkeys(machines)]


def _ordered(runs: Iterable[Run]) -> list[Run]:
    """By data and size; ours before its peers."""
    return sorted(runs, key=lambda run: (run.kind, run.triples, run.system != OURS, run.system))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> list[str]:
    """Of the columns so many are words, the others numbers."""
    rule = " --- |" * words + " ---: |" * (len(heads) - words)
    return [f"| {' | '.join(heads)} |", f"|{rule}", *(f"| {' | '.join(row)} |" for row in rows)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    write_page()
