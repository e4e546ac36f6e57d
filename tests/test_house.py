"""The house rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecogis.style import Styles
from ecogis.workspace import Workspace

ROOT = Path(__file__).parents[1]
SOURCE = sorted((ROOT / "src/ecogis").rglob("*.py"))
SCRIPTS = sorted(
    [*(ROOT / "scripts").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
)
MODULE_LINES, FUNCTION_LINES, CLASSES = 300, 40, 7
FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "manager", "process"}
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
# put together, so that this file does not hold what it forbids
MACHINE = "/" + "work" + "/"
TEXTS = (".py", ".toml", ".md", ".js", ".css", ".html", ".json", ".yml", ".yaml", "")
STYLES = sorted((ROOT / "styles").glob("*.toml"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(function: ast.FunctionDef, lines: list[str]) -> int:
    """Count a body's lines without its docstring, blank lines and comments."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    if not body:
        return 0
    counted = lines[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(bool(line.strip()) and line.strip()[0] != "#" for line in counted)


@pytest.mark.parametrize("path", [*SOURCE, *SCRIPTS], ids=name)
def test_a_module_fits_in_the_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", [*SOURCE, *SCRIPTS], ids=name)
def test_a_function_fits_on_a_page(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    for function in functions(path):
        assert lines_of_code(function, lines) <= FUNCTION_LINES, function.name


@pytest.mark.parametrize("path", [*SOURCE, *SCRIPTS], ids=name)
def test_names_say_what_is_meant(path):
    assert not FORBIDDEN & set(path.stem.split("_"))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            words = set(re.findall(r"[A-Z]?[a-z]+", node.name))
            assert not FORBIDDEN & {word.lower() for word in words}, node.name
        if isinstance(node, ast.Name):
            assert node.id != "gdf", f"line {node.lineno}: say what the frame holds"


def test_no_file_knows_the_machine_it_was_written_on():
    folders = ("src", "layers", "styles", "maps", "scripts", "benchmarks", "tests")
    files = [path for path in ROOT.glob("*") if path.is_file()]
    files += [p for folder in (*folders, "docs") for p in (ROOT / folder).rglob("*")]
    for path in files:
        carried = not {"__pycache__", ".prepared", "results"} & set(path.parts)
        if carried and path.is_file() and path.suffix in TEXTS:
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert MACHINE not in text, name(path)


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_colours_stand_in_the_palette_only(path):
    stated = HEX.search(path.read_text(encoding="utf-8"))
    assert bool(stated) == (path.stem == "palette")


def test_styles_draw_from_the_palette_in_a_few_classes():
    # reading them refuses a colour that the palette does not have
    for style in Styles.read(Workspace.above(ROOT)).values():
        # what has no value is no class of values
        classes = [rule for rule in style.rule if not rule.missing]
        assert len(classes) <= CLASSES, style.name
        for rule in style.rule:
            assert rule.label.en != rule.label.zh, style.name
