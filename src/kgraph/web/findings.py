"""A validation report as a curator reads it: by focus node, with the line of what was pasted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kgraph.graph import KnowledgeGraph
from kgraph.web.claims import Link, Linker
from kgraph.wording import Source, Words, is_mentioned, near

RANKS = {"Violation": 0, "Warning": 1, "Info": 2, "Accepted": 3}


@dataclass(frozen=True)
class Finding:
    """One result of one shape."""

    severity: str
    messages: tuple[str, ...]
    path: str
    value: str
    shape: Link | None
    line: int | None
    near: tuple[str, ...] = ()
    accepted: str | None = None


@dataclass(frozen=True)
class FocusNode:
    """A thing with what the shapes say of it."""

    name: str
    label: str
    link: Link | None
    line: int | None
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> set[int]:
        """The lines to look at."""
        return {line for line in (self.line, *(f.line for f in self.findings)) if line}

    @property
    def order(self) -> tuple[int, int, str]:
        """Put the worst first, then the order of the text."""
        worst = min(RANKS.get(finding.severity, 3) for finding in self.findings)
        return (worst, self.line or 1 << 30, self.name)


class FindingReader:
    """Groups the results of a report and looks for their lines in the text they are about."""

    def __init__(self, graph: KnowledgeGraph, link: Linker, text: str = "") -> None:
        """`text` is what was pasted; nothing where it is not in lines a person wrote."""
        self._graph, self._link = graph, link
        self._terms = graph.settings.names.terms
        self._words = Words(graph.settings.names.prefixes)
        self._source = Source(text)

    def read(self, results: Iterable[Any]) -> list[FocusNode]:
        """Return the focus nodes, the worst first."""
        by_node: dict[str, list[Any]] = {}
        for result in results:
            by_node.setdefault(str(result.focus_node), []).append(result)
        return sorted((self._node(found) for found in by_node.values()), key=lambda at: at.order)

    def _node(self, results: list[Any]) -> FocusNode:
        node = results[0].focus_node
        findings = sorted(
            (self._finding(result) for result in results),
            key=lambda finding: (RANKS.get(finding.severity, 3), finding.path),
        )
        link = self._link(node.value) if isinstance(node, NamedNode) else None
        known = link is not None and is_mentioned(self._graph, link.iri)
        return FocusNode(
            name=self._words.term(node),
            label=link.label if link and known else "",
            link=link if known else None,
            line=self._source.line_of(node),
            findings=tuple(findings),
        )

    def _finding(self, result: Any) -> Finding:
        shape, value = result.source_shape, result.value
        return Finding(
            severity="Accepted" if result.accepted else result.severity.rpartition("#")[2],
            messages=tuple(self._words.message(text) for text in result.messages),
            path=self._words.path(result.result_path),
            value="" if value is None else self._words.term(value),
            shape=None if shape.startswith("_:") else self._link(shape),
            line=self._source.line_of_result(result),
            near=self._near(value),
            accepted=result.accepted,
        )

    def _near(self, value: object) -> tuple[str, ...]:
        """Guess which term of the ontology was meant, where there is none of this name."""
        if not isinstance(value, NamedNode) or not value.value.startswith(self._terms):
            return ()
        if is_mentioned(self._graph, value.value):
            return ()
        return tuple(self._words.iri(iri) for iri in near(self._graph, value.value))
