"""The scripts of others: fetched once, checked by hash, and not needed."""

import hashlib
import io
import tarfile

import pytest

from kgraph.web import assets, vendored


def archive(names):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 4
            file.addfile(info, io.BytesIO(b"code"))
    return buffer.getvalue()


def test_installing_twice_fetches_once(tmp_path, monkeypatch):
    fetched = []
    monkeypatch.setattr(assets, "fetch", lambda: fetched.append(1) or archive(vendored.FILES))
    assert not vendored.installed(tmp_path)
    assert assets.install(tmp_path)
    assert vendored.installed(tmp_path)
    assert not assets.install(tmp_path)
    assert len(fetched) == 1


def test_another_archive_than_the_one_we_know_is_refused(monkeypatch):
    def pack(scratch):
        from pathlib import Path

        Path(scratch, "other.tgz").write_bytes(archive(vendored.FILES))

    monkeypatch.setattr(assets, "_npm_pack", pack)
    with pytest.raises(assets.AssetsError, match="SHA-512"):
        assets.fetch()
    assert len(vendored.SHA512) == len(hashlib.sha512().hexdigest())


def test_a_registry_out_of_reach_is_said_and_pages_go_on(tmp_path, monkeypatch, caplog, client):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    assert assets.main(["--to", str(tmp_path / "vendor")]) == 1
    assert "Is the registry reachable?" in caplog.text
    monkeypatch.setattr("kgraph.web.vendored.installed", lambda *a: False)
    page = client.get("/query").text
    assert "<textarea" in page
    assert "yasgui.min.js" not in page
