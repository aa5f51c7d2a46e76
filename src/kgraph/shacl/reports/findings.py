"""A report as people act on it: each result with a sentence, names, its place, and cures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode

from kgraph.shacl.report import ValidationReport, ValidationResult
from kgraph.shacl.reports.cures import Cure, cures
from kgraph.shacl.reports.places import Region
from kgraph.shacl.reports.reading import Context, component_of
from kgraph.shacl.reports.sentences import SENTENCES, sentence
from kgraph.terms import Term

PREFERRED = ("en", "")


class Finding:
    """One result, explained when it is asked for."""

    def __init__(self, result: ValidationResult, context: Context) -> None:
        """`context` is what it is explained from."""
        self.result, self._context = result, context

    @property
    def severity(self) -> str:
        """`Violation`, `Warning`, `Info`, or the local name of another; `Accepted`."""
        return "Accepted" if self.result.accepted else local(self.result.severity)

    @cached_property
    def sentence(self) -> str:
        """What is wrong, in our words."""
        text = sentence(self._context, self.result)
        named = ":" in text.partition(" ")[0]  # an IRI, with its prefix or whole
        return text if named else text[:1].upper() + text[1:]

    @cached_property
    def messages(self) -> tuple[str, ...]:
        """What the shape says, in English or in no language if it says so there, else as it is."""
        texts, tags = self.result.messages, self.result.languages
        pairs = [(text, tags[at] if at < len(tags) else "") for at, text in enumerate(texts)]
        best = [text for text, tag in pairs if tag in PREFERRED or tag.startswith("en-")]
        return tuple(self._context.words.message(text) for text in best or texts)

    @property
    def explanation(self) -> str:
        """The sentence, where it says more than the shape does; empty where it does not."""
        if not self.messages:
            return self.sentence
        return "" if self.component not in SENTENCES else self.sentence

    @property
    def summary(self) -> str:
        """One line: the shape's message, or else the sentence."""
        return self.messages[0] if self.messages else self.sentence

    @property
    def focus(self) -> str:
        """The focus node as it is written; a blank node by what leads to it."""
        node = self.result.focus_node
        return (
            self._context.name(node)
            if isinstance(node, BlankNode)
            else self._context.words.term(node)
        )

    @property
    def label(self) -> str:
        """What the focus node is called, empty where nobody says."""
        label = self._context.label(self.result.focus_node) or ""
        return "" if label == self.focus else label

    @property
    def path(self) -> str:
        """The path as it is written, empty for none."""
        return self._context.words.path(self.result.result_path)

    @property
    def value(self) -> str:
        """The value as it is written, with its label; empty for none that could be looked up."""
        value = self.result.value
        if value is None or value == self.result.focus_node:
            return ""
        label = self._context.label(value)
        if isinstance(value, BlankNode):
            return label or ""
        return self._context.words.term(value) + (f" ({label})" if label else "")

    @property
    def shape(self) -> str:
        """The shape, or the named one around it; empty for none."""
        return self._context.named_shape(self.result)

    @property
    def component(self) -> str:
        """The constraint component in a word."""
        return component_of(self.result)

    @property
    def rule(self) -> str:
        """Shape, path and component: what is counted together."""
        return self._context.rule(self.result)

    @cached_property
    def region(self) -> Region | None:
        """Where the triple at fault stands in the documents."""
        return self._context.places.triple(self.result) if self._context.documents else None

    @cached_property
    def focus_region(self) -> Region | None:
        """Where the focus node is described in the documents."""
        return self._context.places.focus(self.result) if self._context.documents else None

    @property
    def place(self) -> str:
        """The line and column of the triple at fault, and its file where that is another one."""
        region, focus = self.region, self.focus_region
        if region is None or (region == focus and not region.column):
            return ""
        column = f", column {region.column}" if region.column else ""
        file = f"{region.source}, " if focus is None or focus.source != region.source else ""
        return f"{file}line {region.line}{column}"

    def claimed(self) -> tuple[str, tuple[str, ...]]:
        """The graph and the claims about the focus node, as far as they are known."""
        words, result = self._context.words, self.result
        own = str(result.focus_node)[1:-1]
        claims = tuple(words.iri(claim) for claim in result.claims if claim != own)
        known = result.graph_name and self._context.names_graphs
        return words.iri(result.graph_name or "") if known else "", claims

    @cached_property
    def cures(self) -> tuple[Cure, ...]:
        """What would mend it, the likeliest first."""
        return () if self.result.accepted else cures(self._context, self.result)

    @cached_property
    def details(self) -> tuple["Finding", ...]:
        """Why a shape that the constraint refers to does not hold."""
        return tuple(Finding(detail, self._context) for detail in self.result.details)

    @property
    def tags(self) -> Iterator[tuple[str, str]]:
        """What is known of it besides, by names: property, value, shape."""
        pairs = (("property", self.path), ("value", self.value), ("shape", self.shape))
        return ((name, text) for name, text in pairs if text)

    def to_json(self) -> dict[str, Any]:
        """The result as JSON has it, with all that explains it."""
        made = self.result.to_json() | {
            "sentence": self.sentence,
            "focusLabel": self.label or None,
            "shape": self.shape or None,
            "languages": list(self.result.languages),
            "place": _region_json(self.region),
            "cures": [cure.to_json() for cure in self.cures],
        }
        details = [detail.to_json() for detail in self.details]
        return made | ({"details": details} if details else {})


@dataclass(frozen=True)
class Findings:
    """All results of a report, in its order."""

    report: ValidationReport
    context: Context

    @property
    def conforms(self) -> bool:
        """sh:conforms: any result, of any severity, makes this false."""
        return self.report.conforms

    @cached_property
    def all(self) -> tuple[Finding, ...]:
        """The findings, the worst first."""
        return tuple(Finding(result, self.context) for result in self.report.results)

    def by_node(self) -> dict[Term, list[Finding]]:
        """By focus node: what is open first, then what is accepted."""
        groups: dict[Term, list[Finding]] = {}
        for finding in sorted(self.all, key=lambda one: one.result.accepted is not None):
            groups.setdefault(finding.result.focus_node, []).append(finding)
        return groups

    def by_rule(self) -> dict[str, list[Finding]]:
        """By what is wrong, the most frequent first."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.all:
            groups.setdefault(finding.rule, []).append(finding)
        return dict(sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])))

    def counts(self) -> dict[str, int]:
        """How many of each severity, the worst first; accepted ones apart."""
        counted = Counter(finding.severity for finding in self.all)
        known = ("Violation", "Warning", "Info")
        order = [*known, *sorted(counted.keys() - {*known, "Accepted"}), "Accepted"]
        return {name: counted[name] for name in order if counted[name]}

    def total(self) -> str:
        """`2 violations, 1 warning`."""
        return ", ".join(
            f"{n} {name.lower()}{'s' if n != 1 and name != 'Accepted' else ''}"
            for name, n in self.counts().items()
        )


def local(iri: str) -> str:
    """The part of an IRI behind its # or last slash."""
    return iri.rpartition("#")[2].rpartition("/")[2]


def _region_json(region: Region | None) -> dict[str, object] | None:
    if region is None:
        return None
    columns = {
        "column": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
    place: dict[str, object] = {"file": region.source, "line": region.line}
    return place | (columns if region.column else {})
