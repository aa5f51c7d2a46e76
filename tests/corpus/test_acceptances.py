"""What the shapes still say of the corpus has been accepted, for a reason that can be read."""

import pytest

from kgraph.cli.reports import show_report
from kgraph.graph import KnowledgeGraph


def test_nothing_is_open_and_every_acceptance_is_needed(corpus: KnowledgeGraph) -> None:
    report = corpus.validate()
    assert not report.blocks
    assert report.open == ()
    assert all(len(result.accepted or "") > 20 for result in report.accepted)
    decided = corpus.query(
        "PREFIX kg: <https://w3id.org/kgraph/ns#> SELECT ?thing ?shape "
        "{ ?thing kg:accepts/kg:shapeId ?shape }"
    )
    assert {(str(thing), shape.value) for thing, shape in decided} == {
        (str(result.focus_node), result.source_shape.rpartition("#")[2])
        for result in report.accepted
    }


def test_the_list_of_what_is_accepted_can_be_read(
    corpus: KnowledgeGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    report = corpus.validate()
    show_report(report, "text", corpus)
    shown = capsys.readouterr().out
    assert "Warning:" not in shown
    assert all(f"  because: {result.accepted}\n" in shown for result in report.accepted)
    assert shown.endswith(f"\n{len(report.accepted)} accepted\n")
