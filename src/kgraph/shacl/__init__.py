"""SHACL: shapes, checked; graphs, validated; reports that a curator can act on."""

from kgraph.shacl.acceptance import with_acceptances
from kgraph.shacl.report import ValidationReport, ValidationResult

__all__ = ["ValidationReport", "ValidationResult", "with_acceptances"]
