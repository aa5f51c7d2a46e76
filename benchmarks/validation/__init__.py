"""Validation against pyshacl and shacl-rust: from files, and validation proper."""
