"""A real Chromium with the network off; what goes wrong in a page fails its test."""

import shutil
from contextlib import contextmanager

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
WIDE = (1440, 900)
READY = "document.documentElement.dataset.ready === 'true'"


@pytest.fixture(scope="session")
def chromium():
    """Start the system's Chromium, or skip."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on the PATH")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opening(chromium, folder):
    """Yield what opens HTML from a file, offline, and a list of what went wrong."""
    faults, contexts = [], []

    def show(html, size=WIDE, anchor="", *, wait=True, touch=False):
        path = folder / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            offline=True,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            has_touch=touch,
        )
        contexts.append(context)
        view = context.new_page()
        view.on("console", lambda m: faults.append(m.text) if m.type == "error" else 0)
        view.on("pageerror", lambda error: faults.append(str(error)))
        view.on("request", lambda asked: _only(path.as_uri(), asked.url, faults))
        view.goto(path.as_uri() + anchor)
        if wait:
            ready(view)
        return view

    show.faults = faults
    yield show, faults
    for context in contexts:
        context.close()


def ready(view):
    """Wait until a page has drawn its first picture."""
    view.wait_for_function(READY, timeout=20_000)


@pytest.fixture
def show(chromium, tmp_path):
    """Return what opens HTML in a fresh window."""
    with opening(chromium, tmp_path) as (opened, faults):
        yield opened
        assert faults == []


@pytest.fixture(scope="module")
def window(request, chromium, tmp_path_factory):
    """Open the module's PAGE once."""
    with opening(chromium, tmp_path_factory.mktemp("pages")) as (opened, faults):
        yield opened(request.module.PAGE), faults


@pytest.fixture
def view(window):
    """Return the module's PAGE as it opens."""
    opened, faults = window
    opened.reload()
    ready(opened)
    yield opened
    assert faults == []


def _only(own, url, faults):
    if url.partition("#")[0] != own and not url.startswith(("data:", "blob:")):
        faults.append(f"asked for {url}")
