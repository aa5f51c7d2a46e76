"""Every test of every suite; those listed in known_failures.toml must fail, all others pass.

docs/conformance.json lists which of those that pass give a number in another lexical form.
"""

import json

import pytest
from tests.conformance.archives import ROOT, SuitesAbsent, folder, required
from tests.conformance.registry import SUITES
from tests.conformance.suites import Suite, known_failures

try:
    folder()
    ABSENT = ""
except SuitesAbsent as absent:
    ABSENT = str(absent)

PRESENT = pytest.mark.skipif(bool(ABSENT), reason=ABSENT or "present")
WRITTEN = json.loads((ROOT / "docs" / "conformance.json").read_text(encoding="utf-8"))
BY_NAME = {suite.name: suite for suite in SUITES}


def _cases() -> list:
    if ABSENT:
        return []
    known = known_failures()
    return [
        pytest.param(
            suite.name,
            iri,
            id=f"{suite.name}-{'/'.join(iri.split('/')[-2:])}",
            marks=[pytest.mark.xfail(reason=known[suite.name][iri], strict=True)]
            if iri in known.get(suite.name, {})
            else [],
        )
        for suite in SUITES
        for iri in suite.cases
    ]


def test_the_suites_are_here_where_they_must_be():
    if ABSENT and not required():
        pytest.skip(ABSENT)
    assert not ABSENT, ABSENT


@PRESENT
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_whole_suite_is_here(suite: Suite):
    assert len(suite.cases) == suite.size


@PRESENT
def test_known_failures_are_tests_of_the_suites_and_have_reasons():
    for name, failures in known_failures().items():
        assert failures.keys() <= BY_NAME[name].cases.keys()
        assert all(reason.strip() for reason in failures.values())


@pytest.mark.parametrize(("suite", "iri"), _cases())
def test_w3c(suite: str, iri: str):
    remark = BY_NAME[suite].cases[iri]()
    assert remark == WRITTEN[suite]["other_forms"].get(iri), "run `make conformance`"
