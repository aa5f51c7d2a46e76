"""What is wrong is named precisely, changes nothing, and harms nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

OK, FINDING, BAD_INPUT = 0, 1, 2
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
Run = Callable[..., Result]
BACK = """# id: R902
# stratum: 1
# title: Strangers
# why: A test needs a rule that denies another.
# bound: many
PREFIX kg: <https://w3id.org/kgraph/ns#>
CONSTRUCT { ?a kg:stranger ?b } WHERE { ?a a kg:Person . ?b a kg:Person
  FILTER NOT EXISTS { ?a kg:mayMeet ?b } }
"""
FORTH = """# id: R903
# stratum: 1
# title: Those who may meet
# why: And one that denies it in turn.
# bound: many
PREFIX kg: <https://w3id.org/kgraph/ns#>
CONSTRUCT { ?a kg:mayMeet ?b } WHERE { ?a kg:knows ?b
  FILTER NOT EXISTS { ?a kg:stranger ?b } }
"""
ILL_FORMED = """
@prefix kg: <https://w3id.org/kgraph/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kgsh: <https://w3id.org/kgraph/shapes#> .

kgsh:T9 a sh:PropertyShape ; sh:targetClass kg:Agent ;
  sh:path [ sh:inversePath kg:knows ; sh:zeroOrMorePath kg:knows ] ; sh:minCount 1 ;
  sh:severity sh:Violation ; sh:message "T9" .
"""


@pytest.fixture
def everything(run: Run) -> Callable[[], str]:
    """All quads there are, and the commits."""

    def told() -> str:
        return run("export", "--format", "n-quads").output + run("log").output

    return told


def test_a_corrupt_file_in_a_batch(run: Run, tmp_path: Path, everything: Callable[[], str]) -> None:
    before = everything()
    files = [tmp_path / f"record-{n}.ttl" for n in range(20)]
    for n, file in enumerate(files):
        file.write_text(f"<urn:p{n}> a <{KG}Person> ;\n  <{KG}name> 'Person {n}' .\n")
    good = files[13].read_text()
    files[13].write_text(good.replace("' .", " ."))
    result = run("ingest", *files)
    assert result.exit_code == BAD_INPUT
    assert f"{files[13]}, line 2" in result.output
    assert everything() == before
    files[13].write_text(good)
    assert run("ingest", *files).output.count("2 added") == 20


def test_an_inconsistent_axiom(run: Run, everything: Callable[[], str]) -> None:
    before = everything()
    disjoint = "<http://www.w3.org/2002/07/owl#disjointWith>"
    result = run("update", f"INSERT DATA {{ <{KG}Agent> {disjoint} <{KG}Person> }}")
    assert result.exit_code == FINDING
    assert "cax-dw" in result.output
    assert "asem" in result.output
    assert everything() == before


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("ontology/rules/R903.rq", FORTH, ["R902", "R903", f"{KG}stranger", f"{KG}mayMeet"]),
        ("shapes/t9.ttl", ILL_FORMED, ["t9.ttl, line 5", "shapes#T9", "path"]),
    ],
)
def test_a_rule_with_a_negative_cycle_or_a_shape_with_an_ill_formed_path(
    run: Run,
    small_corpus: Path,
    everything: Callable[[], str],
    file: str,
    text: str,
    named: list[str],
) -> None:
    before = everything()
    (small_corpus / "ontology" / "rules" / "R902.rq").write_text(BACK)
    (small_corpus / file).write_text(text)
    result = run("stats")
    assert result.exit_code == BAD_INPUT
    assert [word for word in named if word not in result.output] == [], result.output
    (small_corpus / "ontology" / "rules" / "R902.rq").unlink()
    (small_corpus / file).unlink()
    assert everything() == before
