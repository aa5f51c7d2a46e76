"""Changes are drawn from all of a document; a hub that is changed back is what it was."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.changes import HUBS, Draw, hub_timings, prepared, summary, timings
from benchmarks.changes.hubs import hub_summary
from benchmarks.generate import Size
from pyoxigraph import Quad

from kgraph.ingest.closing import Concluder
from kgraph.store import SEALED, Store

TRIPLES = 12_000


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Concluder, Size]]:
    work: Path = tmp_path_factory.mktemp("changes")
    store, concluder, size = prepared(TRIPLES, None, work)
    with store:
        yield store, concluder, size


def _quads(store: Store) -> set[Quad]:
    with store.snapshot(level=SEALED) as snapshot:
        return set(snapshot.quads_for_pattern(None, None, None))


def test_facts_are_taken_from_a_random_place_of_a_document(
    there: tuple[Store, Concluder, Size],
) -> None:
    store, _, size = there
    draw, headers, texts, kinds = Draw(size, TRIPLES), 0, 0, Counter[str]()
    with store.snapshot(level=SEALED) as snapshot:
        for _ in range(60):
            kind, added, removed = draw.change(snapshot)
            kinds[kind] += 1
            if kind == "new case":
                assert len(added) == 100
                continue
            assert len({quad.graph_name for quad in removed}) == 1
            if kind == "removals":
                assert 50 < len(removed) <= 100
            else:
                texts += len(removed)
                assert len(added) == len(removed) <= 50
            said = {str(quad.predicate).rpartition("#")[2].strip("<>") for quad in removed}
            headers += "publishedBy" in said
    assert texts > 0
    assert headers < 10
    assert kinds == {"new case": 36, "edits": 18, "removals": 6}


def test_the_same_seed_draws_the_same(there: tuple[Store, Concluder, Size]) -> None:
    store, _, size = there
    with store.snapshot(level=SEALED) as snapshot:
        draws = [Draw(size, TRIPLES), Draw(size, TRIPLES)]
        one, other = ([draw.change(snapshot) for _ in range(8)] for draw in draws)
    assert one == other


@pytest.mark.parametrize("name", HUBS)
def test_a_hub_is_changed_and_changed_back(name: str, there: tuple[Store, Concluder, Size]) -> None:
    store, concluder, _ = there
    before = _quads(store)
    found = list(hub_timings(store, concluder, name, 1))
    assert _quads(store) == before
    ((done, undone),) = found
    assert done.facts == undone.facts > 0
    assert done.inferred == undone.inferred > 0
    assert hub_summary(found)["whole worst"] == round(done.whole, 1)


def test_a_summary_is_of_all_changes_and_by_kind(there: tuple[Store, Concluder, Size]) -> None:
    store, concluder, size = there
    found = list(timings(store, concluder, Draw(size, TRIPLES), 6))
    told = summary(found)
    assert told["all"]["changes"] == sum(of["changes"] for k, of in told.items() if k != "all") == 6
    assert all(of["whole p50"] <= of["whole p95"] for of in told.values())


def test_a_hub_that_takes_long_is_not_changed_again(there: tuple[Store, Concluder, Size]) -> None:
    store, concluder, _ = there
    assert len(list(hub_timings(store, concluder, "class of a court", 3))) == 3
    assert len(list(hub_timings(store, concluder, "class of a court", 3, limit=0))) == 1
