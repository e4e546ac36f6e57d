"""The nearest workspace wins, file by file, and the delivered one fills the rest."""

from ecogis import workspace as module
from ecogis.workspace import FOLDERS, Workspace, delivered


def make(root, *files):
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    for name in files:
        (root / name).write_text(f'title = "{root.name}"', encoding="utf-8")
    return root


def test_the_checkout_is_a_workspace():
    assert module.CHECKOUT in delivered()
    for folder in FOLDERS:
        assert (module.CHECKOUT / folder).is_dir()


def test_the_workspace_above_a_plan_comes_first(tmp_path):
    own = make(tmp_path / "own")
    plan = own / "maps" / "town" / "plan.toml"
    plan.parent.mkdir()
    plan.touch()
    for start in (plan, plan.parent, own):
        found = Workspace.above(start)
        assert found.home == own
        assert found.roots == (own, *delivered())


def test_the_nearest_of_two_workspaces_wins(tmp_path):
    outer = make(tmp_path / "outer")
    inner = make(outer / "maps" / "inner")
    found = Workspace.above(inner / "maps")
    assert found.home == inner
    assert outer not in found.roots


def test_without_a_workspace_the_delivered_one_is_home(tmp_path):
    found = Workspace.above(tmp_path / "maps" / "town")
    assert found.roots == delivered()


def test_a_folder_with_maps_alone_is_no_workspace(tmp_path):
    (tmp_path / "maps").mkdir()
    assert tmp_path not in Workspace.above(tmp_path / "maps").roots


def test_a_nearer_file_hides_one_of_the_same_name(tmp_path):
    own = make(tmp_path / "own", "layers/parks.toml", "layers/benches.toml")
    far = make(tmp_path / "far", "layers/parks.toml", "layers/rivers.toml")
    workspace = Workspace((own, far))
    assert list(workspace.files("layers")) == [
        own / "layers" / "benches.toml",
        own / "layers" / "parks.toml",
        far / "layers" / "rivers.toml",
    ]


def test_one_file_is_looked_for_from_near_to_far(tmp_path):
    own = make(tmp_path / "own", "styles/palette.toml")
    far = make(tmp_path / "far", "styles/palette.toml", "styles/roads.toml")
    workspace = Workspace((own, far))
    assert workspace.file("styles", "palette.toml") == own / "styles" / "palette.toml"
    assert workspace.file("styles", "roads.toml") == far / "styles" / "roads.toml"
    assert workspace.file("styles", "absent.toml") is None
