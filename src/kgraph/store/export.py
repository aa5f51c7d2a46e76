"""A snapshot's tables as Parquet files, for whoever reads those: pandas, Spark, DuckDB."""

import shutil
from pathlib import Path

from kgraph.errors import StoreError
from kgraph.store.engine import Engine
from kgraph.store.graphs import Merge, Named, UnionOfAll
from kgraph.store.snapshot import Snapshot

TERMS = "terms.parquet"
QUADS = "quads.parquet"
TRIPLES = "triples.parquet"


def export_parquet(engine: Engine, snapshot: Snapshot, folder: Path) -> list[Path]:
    """Write quads, the union's triples, and the terms that occur in them; the files' paths.

    Identifiers are those of the store. A term: id, lexical, datatype, language, number, as in
    `kgraph.store.schema`; numbers, booleans and dates whose value is in their identifier are not
    among them. Files of these names are replaced.
    """
    cursor = snapshot.cursor()
    default, named = snapshot.relation(Merge((0,))), snapshot.relation(Named())
    quads = f"SELECT s, p, o, 0::BIGINT AS g FROM {default} UNION ALL SELECT * FROM {named}"
    ids = " UNION ".join(f"SELECT {column} AS id FROM quads" for column in "spog")
    texts = {
        QUADS: f"SELECT s AS subject, p AS predicate, o AS object, g AS graph FROM ({quads}) "
        "ORDER BY ALL",
        TRIPLES: "SELECT s AS subject, p AS predicate, o AS object "
        f"FROM {snapshot.relation(UnionOfAll())} ORDER BY ALL",
        TERMS: f"""WITH RECURSIVE quads AS ({quads}), used(id) AS (
            {ids}
            UNION SELECT unnest([t.subject, t.predicate, t.object])
            FROM used JOIN triple_term AS t USING (id))
        SELECT id, lexical, datatype, language, number FROM term SEMI JOIN used USING (id)
        ORDER BY id""",
    }
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            aside = engine.exchange / name
            quoted = str(aside).replace("'", "''")
            cursor.execute(f"COPY ({text}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
            paths.append(Path(shutil.move(aside, folder / name)))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error
    return paths
