"""Every route and every status is in docs/http.md."""

from pathlib import Path

from kgraph.web.errors import STATUS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "http.md").read_text(encoding="utf-8")


def test_every_route_is_documented(client):
    for rule in client.application.url_map.iter_rules():
        assert f"`{rule.rule}`" in PAGE, rule.rule


def test_every_status_is_documented():
    for status in {*STATUS.values(), 405}:
        assert str(status) in PAGE
