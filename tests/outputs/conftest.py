"""What tests of outputs share: a disk that is truly full soon."""

import subprocess

import pytest


@pytest.fixture
def tiny_disk(tmp_path):
    """Return a function that mounts a disk of so many KiB, or skips without root."""
    mounted = []

    def mount(kib):
        folder = tmp_path / f"disk_{len(mounted)}"
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
        try:
            done = subprocess.run(["mount", *options], capture_output=True, check=False)
        except FileNotFoundError:
            pytest.skip("no mount command: a tiny disk needs one, and root")
        if done.returncode:
            pytest.skip("a tiny disk needs root: mount refused")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)
