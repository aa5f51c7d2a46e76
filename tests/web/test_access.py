"""The write token: from the settings, from its file, or made."""

import stat
from dataclasses import replace

import pytest

from kgraph.errors import Forbidden, Unauthorized
from kgraph.web.access import load_token


def test_a_token_that_is_set_is_used_and_not_written(settings):
    assert load_token(settings).value == settings.token
    assert not (settings.data_folder / "token").exists()


def test_a_token_is_made_once_and_only_its_owner_reads_it(settings):
    unset = replace(settings, token="")
    made = load_token(unset)
    assert len(made.value) >= 32
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert load_token(unset) == made


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", "Basic abc"])
def test_no_token_is_unauthorized(settings, shown):
    with pytest.raises(Unauthorized, match="Bearer"):
        load_token(settings).check(shown)


@pytest.mark.parametrize("shown", ["Bearer x", "Bearer let-me-in2", "bearer é"])
def test_another_token_is_forbidden(settings, shown):
    with pytest.raises(Forbidden):
        load_token(settings).check(shown)
    load_token(settings).check("bearer let-me-in")
