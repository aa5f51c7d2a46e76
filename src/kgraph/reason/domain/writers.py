"""Which rules of a stratum may have made a head, and whether they do."""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Term, TriplePattern, Variable
from kgraph.plan.execution import LocalTerms
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.matching import Resolved, resolved
from kgraph.reason.domain.views import View
from kgraph.store import UnionOfAll
from kgraph.store.changes import TripleKey
from kgraph.store.index import Index

Writer = tuple[Compiled, Resolved]


class Templates:
    """The triples of the templates of some rules, by predicate."""

    def __init__(self, members: Sequence[Compiled]) -> None:
        """Those with a variable for a predicate may have made any triple."""
        self.open: list[tuple[Compiled, TriplePattern, Term | None]] = []
        """With the predicate whose objects the variable stands for, where it is known."""
        self.by_predicate: dict[Term, list[tuple[Compiled, TriplePattern]]] = {}
        for compiled in members:
            for template in compiled.rule.template:
                if isinstance(template.predicate, NamedNode):
                    of = self.by_predicate.setdefault(template.predicate, [])
                    of.append((compiled, template))
                elif isinstance(template.predicate, Variable):
                    source = compiled.source_of(template.predicate.name)
                    self.open.append((compiled, template, source))


class Writers:
    """The same by the identifiers of one transaction."""

    def __init__(self, templates: Templates, terms: LocalTerms, index: Index) -> None:
        """`terms` are those of the views that are asked; `index` sees what any of them sees."""
        self._templates, self._terms, self._index = templates, terms, index
        self._known: dict[int, list[Writer]] = {}

    def of(self, triple: TripleKey) -> list[Writer]:
        """The templates that may have made a triple."""
        p = triple[1]
        found = self._known.get(p)
        if found is None:
            named = self._templates.by_predicate.get(self._terms.term_of(p), [])
            open_ = [one[:2] for one in self._templates.open if self._may_be(one[2], p)]
            found = self._known[p] = [
                (compiled, resolved(template, self._terms))
                for compiled, template in (*named, *open_)
            ]
        return found

    def _may_be(self, source: Term | None, p: int) -> bool:
        """Whether a variable with values of this origin can stand for a predicate."""
        if source is None:
            return True
        return bool(self._index.subjects(UnionOfAll(), self._terms.id_for(source), p))

    def derive(self, view: View, triple: TripleKey) -> bool:
        """Whether any rule makes this head."""
        return any(one.derives(view, triple, template) for one, template in self.of(triple))
