"""The facts that clauses can use, brought from the views into the tables when they are needed."""

from collections.abc import Callable, Iterable, Sequence

from kgraph.progress import Progress
from kgraph.reason.clauses import Clause
from kgraph.reason.sets.program import Program, View
from kgraph.reason.sets.tables import Tables


class Loading:
    """Which predicates and classes have been loaded, of the views up to the one being closed."""

    def __init__(
        self,
        tables: Tables,
        program: Program,
        views: Sequence[View],
        progress: Progress,
        check: Callable[[], None],
    ) -> None:
        """Nothing yet."""
        self._tables = tables
        self._type = program.type
        self._views = views
        self._progress = progress
        self._check = check
        self._begun = 0
        self._predicates: set[int] = set()
        self._classes: set[int] = set()
        self._everything = False

    def begin(self, number: int) -> None:
        """Load of the view of this number what has been loaded of those before it."""
        self._begun = number + 1
        if number:
            self._load(self._views[number], self._predicates, self._classes, self._everything)

    def want(self, clauses: Iterable[Clause], more: set[int], *, everything: bool) -> bool:
        """Load what clauses mention, and `more` predicates; whether anything was not there."""
        if self._everything:
            return False
        predicates, classes = set(more), set[int]()
        for clause in clauses:
            for atom in (*clause.body, *([clause.head] if clause.head else [])):
                if isinstance(atom.predicate, str):
                    everything |= clause.head is not None or len(self._views) > 1
                elif atom.predicate != self._type:
                    predicates.add(atom.predicate)
                elif isinstance(atom.object, int):
                    classes.add(atom.object)
                else:
                    predicates.add(self._type)
        new, newer = predicates - self._predicates, classes - self._classes
        if self._type in self._predicates:
            newer = set()
        wanted = bool(everything or new or newer)
        for view in self._views[: self._begun] if wanted else ():
            self._load(view, new, newer, everything)
        self._predicates |= predicates
        self._classes |= classes
        self._everything = everything
        return wanted

    def _load(self, view: View, predicates: set[int], classes: set[int], everything: bool) -> None:
        types, edges = f"p = {self._type}", f"p <> {self._type}"
        all_types = everything or self._type in predicates
        if not everything:
            edges = f"p IN ({listed(predicates - {self._type})})"
        if not all_types:
            types += f" AND o IN ({listed(classes)})"
        again = (everything and self._predicates) or (all_types and self._classes)
        fresh = view is self._views[0] and not again
        self._progress("load")
        self._check()
        self._tables.load(view.relation, types, edges, view.mask, fresh=fresh, raw=self._type)

    def rest(self, view: View) -> str:
        """A SELECT of the facts that have not been loaded: s, p, o, round, mask."""
        condition = f"p <> {self._type} AND p NOT IN ({listed(self._predicates)})"
        if self._type not in self._predicates:
            condition += f" OR p = {self._type} AND o NOT IN ({listed(self._classes)})"
        if self._everything:
            condition = "false"
        return f"SELECT s, p, o, 0, {view.mask} FROM {view.relation} WHERE {condition}"


def listed(ids: Iterable[int]) -> str:
    """Identifiers as SQL writes them after IN; never empty."""
    return ", ".join(map(str, sorted(ids))) or "-1"
