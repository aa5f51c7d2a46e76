"""Settings: every variable that kgraph reads, in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kgraph.errors import SettingsError
from kgraph.vocab import DEFAULT_NAMESPACE, Names

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def setting(default: Any, help_line: str) -> Any:
    """A field of Settings with its line of help."""
    return field(default=default, metadata={"help": help_line})


@dataclass(frozen=True)
class Settings:
    """What can be set; each field is read from KGRAPH_<NAME>."""

    host: str = setting("127.0.0.1", "Address to serve on.")
    port: int = setting(8000, "Port to serve on.")
    threads: int = setting(8, "Threads that answer requests.")
    data: str = setting("var", "Folder of the store, of refused changes and attached texts.")
    sources: str = setting("", "Folder with ontology/, shapes/ and data/; empty: find it.")
    namespace: str = setting(DEFAULT_NAMESPACE, "What all our IRIs begin with; ends in / or #.")
    alignments: tuple[str, ...] = setting(
        (), "Alignment files to load, by name, comma separated: prov,org; all: every one."
    )
    token: str = setting("", "Token that writes must show; empty: one is made in the data folder.")
    base_url: str = setting("", "URL the service is reached at, where it is not what clients ask.")
    query_seconds: int = setting(120, "Seconds one query may take; 0: no limit.")
    query_rows: int = setting(0, "Rows one query may give; 0: no limit.")
    memory: str = setting("4GB", "Memory that the engine may use before it goes to disk.")
    max_body_bytes: int = setting(20_000_000, "Largest request body.")
    policy: str = setting(
        "", "File that says which results refuse a change; empty: policy.toml in the data folder."
    )
    aside_changes: int = setting(1_000, "Most refused changes that are kept aside.")
    aside_bytes: int = setting(1_000_000_000, "Most bytes of refused changes that are kept aside.")
    max_literal_bytes: int = setting(1_000_000, "Largest literal that is stored.")
    union_default_graph: bool = setting(True, "Whether the default graph is the union of all.")
    reasoning: bool = setting(
        True, "Whether changes are inferred over and validated; false for bulk data as it comes."
    )
    level: str = setting(
        "public", "Whose view is read where nothing else is said: public, restricted or sealed."
    )
    service_endpoints: tuple[str, ...] = setting(
        (), "Endpoints that SERVICE may ask, comma separated; https alone, unless allowed below."
    )
    service_insecure: bool = setting(False, "Whether SERVICE may ask endpoints over plain http.")
    explain_depth: int = setting(6, "How many steps of a proof are followed.")
    conformance: str = setting("", "Folder of the packed W3C suites, for the tests.")
    report: str = setting("", "The first corpus's text and inventory, for the tests.")
    require_all: bool = setting(False, "Tests: what is absent is a failure, not a skip.")

    def __post_init__(self) -> None:
        """Refuse a namespace that no name can be appended to, and endpoints of other schemes."""
        if not self.namespace.endswith(("/", "#")):
            raise SettingsError(f"KGRAPH_NAMESPACE {self.namespace!r} must end in / or #")
        schemes = ("https://", "http://") if self.service_insecure else ("https://",)
        for endpoint in self.service_endpoints:
            if not endpoint.startswith(schemes):
                raise SettingsError(
                    f"KGRAPH_SERVICE_ENDPOINTS has {endpoint!r}, which is no https URL; "
                    "set KGRAPH_SERVICE_INSECURE to allow http"
                )

    @property
    def names(self) -> Names:
        """The IRIs under this namespace."""
        return Names(self.namespace)

    @property
    def data_folder(self) -> Path:
        """The data folder as a path."""
        return Path(self.data)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ, **given: Any) -> "Settings":
        """Read KGRAPH_<NAME> for each field; a variable no field has is an error.

        `given` wins over the environment: it is what a command line says.
        """
        known = {f"KGRAPH_{f.name}".upper(): f for f in fields(cls)}
        found = {name: text for name, text in env.items() if name.startswith("KGRAPH_")}
        if stray := found.keys() - known.keys():
            raise SettingsError(
                f"no such setting: {', '.join(sorted(stray))}; there are {', '.join(known)}"
            )
        values = {
            known[name].name: _read(name, known[name].type, text) for name, text in found.items()
        }
        return cls(**(values | given))


def _read(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise SettingsError(f"{name} is {text!r}; write true or false")
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{name} is {text!r}; write a whole number") from None
    if kind is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())
