from dataclasses import fields

import pytest

from kgraph.config import Settings
from kgraph.errors import SettingsError


def test_each_kind_of_setting_is_read() -> None:
    env = {
        "KGRAPH_PORT": "9001",
        "KGRAPH_UNION_DEFAULT_GRAPH": "false",
        "KGRAPH_ALIGNMENTS": "prov, org,",
        "KGRAPH_TOKEN": "x=y",
        "HOME": "elsewhere",
    }
    settings = Settings.from_env(env)
    assert (settings.port, settings.union_default_graph) == (9001, False)
    assert settings.alignments == ("prov", "org")
    assert settings.token == "x=y"


def test_the_command_line_wins() -> None:
    assert Settings.from_env({"KGRAPH_DATA": "a"}, data="b").data == "b"


def test_a_mistyped_variable_is_an_error_that_lists_the_settings() -> None:
    with pytest.raises(
        SettingsError, match="no such setting: KGRAPH_PROT; there are .*KGRAPH_PORT"
    ):
        Settings.from_env({"KGRAPH_PROT": "1"})


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("PORT", "eighty", "whole number"),
        ("UNION_DEFAULT_GRAPH", "maybe", "true or false"),
        ("NAMESPACE", "https://example.org/x", "must end in"),
    ],
)
def test_a_value_that_cannot_be_read_names_the_variable(name: str, value: str, cure: str) -> None:
    with pytest.raises(SettingsError, match=f"KGRAPH_{name}.*{cure}"):
        Settings.from_env({f"KGRAPH_{name}": value})


def test_every_setting_has_a_line_of_help() -> None:
    assert all(f.metadata["help"].endswith(".") for f in fields(Settings))
