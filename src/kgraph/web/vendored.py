"""The scripts of others that pages load: which they are, and whether they are in place."""

from pathlib import Path

PACKAGE = "@zazuko/yasgui"
VERSION = "4.6.2"
SHA512 = (
    "670e3929d3e8004d4a45a028c481dd42a789c6f6951b5a10767b70d21cb492d5"
    "f7e59bbc65c72e38bad708bc11f8653ed313332f0f0c8f0e81912655daf52e43"
)
FILES = {
    "package/build/yasgui.min.js": "yasgui.min.js",
    "package/build/yasgui.min.css": "yasgui.min.css",
    "package/package.json": "package.json",
}
FOLDER = Path(__file__).with_name("static") / "vendor"
STAMP = "installed"


def installed(folder: Path = FOLDER) -> bool:
    """Whether the scripts of this version are in place."""
    stamp = folder / STAMP
    wanted = all((folder / name).is_file() for name in FILES.values())
    return wanted and stamp.is_file() and stamp.read_text() == SHA512
