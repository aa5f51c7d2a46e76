"""Every reason is documented, under its name."""

from pathlib import Path

import pytest

from kgraph.audit import Reason, faults, inconsistencies, noise, reports, strata, thirds

PAGE = Path(__file__).resolve().parents[3] / "docs" / "audit.md"
MODULES = (faults, inconsistencies, noise, reports, strata, thirds)
FOUND = [one for module in MODULES for one in vars(module).values() if isinstance(one, Reason)]
REASONS = {one.name: one for one in [*FOUND, *(fault.reason for fault in faults.FAULTS)]}


def test_the_reasons_are_found() -> None:
    assert len(REASONS) == 22


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: str(reason.name))
def test_each_is_documented_and_has_a_section(reason: Reason) -> None:
    assert f"| `{reason.name}` |" in PAGE.read_text(encoding="utf-8")
    assert reason.section
    assert reason.sentence.endswith(".")


def test_no_other_is_documented() -> None:
    rows = PAGE.read_text(encoding="utf-8").partition("## Reasons")[2].splitlines()
    assert {row.split("`")[1] for row in rows if row.startswith("| `")} == REASONS.keys()
