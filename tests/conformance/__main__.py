"""Run every suite once, write docs/conformance.json and docs/conformance.md, say what changed.

Exit code 0: all failures are known ones and all known ones still fail; 1: not so; 2: no suites.
"""

import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.archives import ROOT, SuitesAbsent, folder
from tests.conformance.registry import SUITES
from tests.conformance.suites import Remark, Suite, known_failures

DOCS = ROOT / "docs"
FORMS = (
    "These pass: value and datatype are those expected, and what comes from the data is as it is",
    "there, which the suite is not always.",
    "",
)


@dataclass(frozen=True)
class Outcome:
    """What one suite gave."""

    suite: Suite
    failures: Mapping[str, str]
    other_forms: Mapping[str, Remark]
    seconds: float

    @property
    def passed(self) -> int:
        return self.suite.size - len(self.failures)

    def surprises(self) -> list[str]:
        """Say what differs from the list of known failures."""
        known = known_failures().get(self.suite.name, {})
        fails = [
            f"fails: {iri}: {self.failures[iri]}" for iri in self.failures.keys() - known.keys()
        ]
        passes = [
            f"passes, so take it off the list: {iri}" for iri in known.keys() - self.failures.keys()
        ]
        return sorted(fails) + sorted(passes)


def run(suite: Suite) -> Outcome:
    began = time.monotonic()
    cases = suite.cases
    assert len(cases) == suite.size, f"{suite.name} has {len(cases)} tests, not {suite.size}"
    known = known_failures().get(suite.name, {})
    failures, other_forms = {}, {}
    for iri, case in cases.items():
        try:
            if remark := case():
                other_forms[iri] = remark
        except Exception as error:  # whatever a test raises is its failure
            failures[iri] = known.get(iri) or _first_line(error)
    return Outcome(suite, failures, other_forms, time.monotonic() - began)


def _first_line(error: Exception) -> str:
    text = (str(error).splitlines() or [""])[0][:300]
    return f"{type(error).__name__}: {text}"


def as_json(outcomes: list[Outcome]) -> dict[str, object]:
    return {
        outcome.suite.name: {
            "passed": outcome.passed,
            "total": outcome.suite.size,
            "failures": dict(sorted(outcome.failures.items())),
            "other_forms": dict(sorted(outcome.other_forms.items())),
        }
        for outcome in outcomes
    }


def as_markdown(outcomes: list[Outcome]) -> str:
    lines = [
        "# Conformance",
        "",
        "Made by `make conformance` from runs of the unmodified W3C test suites; do not edit.",
        "Numbers and booleans count as equal if their values and datatypes are: one may stand in",
        "another lexical form than expected if the query computed it, or if the data have it so.",
        "",
        "| suite | passed | total |",
        "| --- | ---: | ---: |",
    ]
    lines += [f"| {o.suite.title} | {o.passed} | {o.suite.size} |" for o in outcomes]
    for outcome in outcomes:
        if outcome.failures:
            lines += ["", f"## {outcome.suite.title}: what fails, and why", ""]
            lines += [f"- `{iri}`: {why}" for iri, why in sorted(outcome.failures.items())]
        if outcome.other_forms:
            lines += ["", f"## {outcome.suite.title}: numbers in another lexical form", "", *FORMS]
            lines += [f"- `{iri}`: {what}" for iri, what in sorted(outcome.other_forms.items())]
    lines += [
        "",
        "The suites are © W3C, used unmodified under the W3C Test Suite Licence; this is no",
        "statement by W3C. They are not part of this repository: see `tests/conformance/`.",
    ]
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    try:
        folder()
    except SuitesAbsent as error:
        print(error, file=sys.stderr)
        return 2
    logging.getLogger("rdflib.term").disabled = True  # the suites hold bad literals on purpose
    outcomes = []
    for suite in SUITES:
        if not names or suite.name in names:
            outcomes.append(run(suite))
            last = outcomes[-1]
            print(f"{suite.name}: {last.passed}/{suite.size} in {last.seconds:.1f} s", flush=True)
    surprises = [f"{o.suite.name} {line}" for o in outcomes for line in o.surprises()]
    print("\n".join(surprises))
    if not names:
        DOCS.mkdir(exist_ok=True)
        text = json.dumps(as_json(outcomes), indent=2, ensure_ascii=False) + "\n"
        Path(DOCS / "conformance.json").write_text(text, encoding="utf-8")
        Path(DOCS / "conformance.md").write_text(as_markdown(outcomes), encoding="utf-8")
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
