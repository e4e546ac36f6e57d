"""What every test shares: where real data lie, the command, a quiet hypothesis."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ecogis import cli

settings.register_profile(
    "ecogis",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
settings.load_profile("ecogis")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of real data, or skip."""
    folder = Path(os.environ.get("ECOGIS_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is absent; set ECOGIS_DATA")
    return folder


@pytest.fixture
def ecogis(capsys, monkeypatch):
    """Return the command: words in; exit code, output and errors out."""

    def command(*words, locale="C.UTF-8"):
        monkeypatch.setenv("LC_ALL", locale)
        for console in (cli.out, cli.err):
            monkeypatch.setattr(console, "width", 200)
        with pytest.raises(SystemExit) as stopped:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return stopped.value.code or 0, said.out, said.err

    return command
