"""A workspace of one's own: layers/, styles/, scripts/, a place that runs at once."""

import shutil
import tempfile
from pathlib import Path

from ecogis.errors import PlanError
from ecogis.workspace import delivered

_SKIPPED = shutil.ignore_patterns("results", ".prepared", "__pycache__", "*.html")
_SCRIPTS = ("park_coverage.py", "forest_share.py", "noise_buffers.py")
_IGNORE = "maps/*/results/\nmaps/*.html\n.prepared/\n"


def init(folder: Path) -> Path:
    """
    Make a workspace in ``folder``, with a copy of the demo as its first place.

    Parameters
    ----------
    folder
        Does not exist yet, or is empty; its name becomes the place's name.

    Returns
    -------
    Path
        The plan of the new place.

    Raises
    ------
    PlanError
        The folder holds something, or cannot be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"{folder}: exists and is not empty; name a new folder"
        raise PlanError(msg)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            new = Path(made) / folder.name
            _fill(new, folder.name)
            if folder.exists():
                # a folder that is stood in must not be taken away
                for part in new.iterdir():
                    part.rename(folder / part.name)
            else:
                new.rename(folder)
    except OSError as found:
        msg = f"{folder}: cannot be written: {found.strerror or found}"
        raise PlanError(msg) from found
    return folder / "maps" / folder.name / "plan.toml"


def _fill(new: Path, place: str) -> None:
    root = delivered()[0]
    for name in ("layers", "styles"):
        shutil.copytree(root / name, new / name, ignore=_SKIPPED)
    shutil.copytree(root / "maps" / "demo", new / "maps" / place, ignore=_SKIPPED)
    plan = new / "maps" / place / "plan.toml"
    text = plan.read_text(encoding="utf-8").replace("maps/demo", f"maps/{place}")
    plan.write_text(text, encoding="utf-8")
    (new / "scripts").mkdir()
    for script in _SCRIPTS:
        shutil.copy2(root / "scripts" / script, new / "scripts" / script)
    (new / ".gitignore").write_text(_IGNORE, encoding="utf-8")
