"""Which rules of a stratum may have made a head, and whether they do."""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Term, TriplePattern
from kgraph.plan.execution import LocalTerms
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.matching import Resolved, resolved
from kgraph.reason.domain.views import View
from kgraph.store.changes import TripleKey

Writer = tuple[Compiled, Resolved]


class Templates:
    """The triples of the templates of some rules, by predicate."""

    def __init__(self, members: Sequence[Compiled]) -> None:
        """Those with a variable for a predicate may have made any triple."""
        self.open: list[tuple[Compiled, TriplePattern]] = []
        self.by_predicate: dict[Term, list[tuple[Compiled, TriplePattern]]] = {}
        for compiled in members:
            for template in compiled.rule.template:
                if isinstance(template.predicate, NamedNode):
                    of = self.by_predicate.setdefault(template.predicate, [])
                else:
                    of = self.open
                of.append((compiled, template))


class Writers:
    """The same by the identifiers of one transaction."""

    def __init__(self, templates: Templates, terms: LocalTerms) -> None:
        """`terms` are those of the views that are asked."""
        self._templates, self._terms = templates, terms
        self._known: dict[int, list[Writer]] = {}

    def of(self, triple: TripleKey) -> list[Writer]:
        """The templates that may have made a triple."""
        p = triple[1]
        found = self._known.get(p)
        if found is None:
            templates = self._templates
            named = templates.by_predicate.get(self._terms.term_of(p), [])
            found = self._known[p] = [
                (compiled, resolved(template, self._terms))
                for compiled, template in (*named, *templates.open)
            ]
        return found

    def derive(self, view: View, triple: TripleKey) -> bool:
        """Whether any rule makes this head."""
        return any(one.derives(view, triple, template) for one, template in self.of(triple))
