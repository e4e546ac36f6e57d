"""Green space in hand-drawn towns, by counting cells, and its laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import (
    Case,
    can_be_drawn,
    inputs_stay,
    order_is_nothing,
    place_is_nothing,
    rows_add_up,
    same,
    twice_is_once,
)
from strategies import CRS, boxes, cells_of_all, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.green import green_space_share
from ecogis.table import table

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
BELT = frame(square(0, 0, 500, 1000), name=["belt"])
GREEN = {"woodland", "grassland", "green"}
WIDER = GREEN | {"cropland", "orchard", "wetland", "water", "agroforestry"}
# ten strips of 100 m, each a tenth of the town
USES = ["woodland", "grassland", "green", "cropland", "orchard", "wetland", "water"]
USES += ["agroforestry", "residential", None]
STRIPS = frame(*(square(100 * n, 0, 100 * n + 100, 1000) for n in range(10)), use=USES)


def share(land_use=STRIPS, **more):
    return green_space_share(TOWN, land_use, **more)


# --- answers that are done in the head -------------------------------------------


def test_three_of_ten_strips_are_green_eight_with_farmland_and_water():
    assert share().value == pytest.approx(30)
    assert share(preset="with_farmland_and_water").value == pytest.approx(80)
    assert share(classes=("water",)).value == pytest.approx(10)


def test_the_presets_are_the_two_that_plans_speak_of():
    rows = {
        name: set(row.columns["classes"]) for name, row in table("green_space").items()
    }
    assert rows == {"green_only": GREEN, "with_farmland_and_water": WIDER}


def test_a_green_belt_is_the_whole_where_it_is_named():
    found = share(green_belts=BELT, denominator="green_belts")
    # woodland, grassland and green are three of the belt's five strips
    assert found.value == pytest.approx(60)
    assert found.denominator == pytest.approx(500_000)


def test_a_belt_is_cut_to_the_area_and_counts_once():
    belts = frame(square(-500, 0, 200, 1000), square(100, 0, 400, 1000))
    found = share(green_belts=belts, denominator="green_belts")
    assert found.value == pytest.approx(75)
    assert "10 ha" in found.notes[0].en


def test_one_of_the_control_zones_is_the_whole_where_it_is_named():
    zones = frame(
        square(0, 0, 500, 1000),
        square(200, 0, 400, 1000),
        zone=["ecological_control", "restricted_construction"],
    )
    layers = {"control_zones": zones, "denominator": "control_zones"}
    assert share(**layers).value == pytest.approx(50)
    assert share(zone="ecological_control", **layers).value == pytest.approx(60)


def test_shared_ground_counts_once_and_is_told():
    over = frame(
        square(0, 0, 200, 1000), square(100, 0, 300, 1000), use=["green", "woodland"]
    )
    found = share(over)
    assert found.value == pytest.approx(30)
    assert "10 ha" in found.notes[0].en


def test_green_space_stands_in_for_an_absent_land_use():
    found = green_space_share(TOWN, green_space=frame(square(0, 0, 1000, 250)))
    assert found.value == pytest.approx(25)
    assert any("no land-use layer" in note.en for note in found.notes)
    assert set(found.drawn["green_ground"]["use"].dropna()) == {"green"}


def test_land_use_wins_over_green_space():
    found = share(green_space=frame(square(0, 0, 1000, 1000)))
    assert found.value == pytest.approx(30)


def test_green_space_is_not_taken_for_farmland_and_water():
    with pytest.raises(LayerError, match="does not tell apart"):
        green_space_share(
            TOWN,
            green_space=frame(square(0, 0, 1000, 250)),
            preset="with_farmland_and_water",
        )


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ({}, "'land_use' or the layer 'green_space'"),
        ({"land_use": STRIPS[["geometry"]]}, "no parcel .* has a known use"),
        ({"land_use": STRIPS.assign(use=None)}, "no parcel .* has a known use"),
        (
            {"land_use": STRIPS, "denominator": "green_belts"},
            "needs the layer 'green_belts'",
        ),
        (
            {"land_use": STRIPS, "denominator": "control_zones"},
            "needs the layer 'control_zones'",
        ),
    ],
)
def test_what_is_absent_is_said_in_one_line(layers, found):
    with pytest.raises(LayerError, match=found) as error:
        green_space_share(TOWN, **layers)
    assert "\n" not in str(error.value)


def test_land_use_without_a_parcel_here_is_a_true_zero():
    assert share(STRIPS.iloc[:0]).value == 0


def test_without_a_belt_there_is_nothing_to_measure():
    found = share(green_belts=BELT.iloc[:0], denominator="green_belts")
    assert found.value is None


def test_only_the_layers_that_are_asked_for_are_read():
    needs = green_space_share.needs(green_space_share.resolve({}))
    assert needs == {"land_use": False, "green_space": False}
    resolved = green_space_share.resolve({"denominator": "green_belts"})
    assert green_space_share.needs(resolved)["green_belts"] is True


@pytest.mark.parametrize(
    ("preset", "said"),
    [("green_only", "do not count"), ("with_farmland_and_water", " count")],
)
def test_farmland_or_woodland_that_is_not_told_apart_is_told(preset, said):
    notes = [note for note in share(preset=preset).notes if "tell apart" in note.en]
    assert len(notes) == 1
    assert notes[0].en.startswith("10.0 ha")
    assert notes[0].en.endswith(said)
    no_mixed = share(STRIPS[STRIPS["use"] != "agroforestry"])
    assert not any("tell apart" in note.en for note in no_mixed.notes)


def test_the_convention_of_the_presets_is_told():
    assert any("not checked" in note.en for note in share().notes)


@pytest.mark.parametrize("classes", [["forest"], "woodland", [1]])
def test_a_use_that_does_not_exist_is_refused(classes):
    with pytest.raises(PlanError, match="green_space_share: parameter classes"):
        share(classes=classes)


def test_a_preset_that_does_not_exist_names_the_nearest():
    with pytest.raises(PlanError, match="did you mean 'green_only'"):
        share(preset="green_onyl")


def test_the_title_says_what_is_green_and_of_what():
    resolved = green_space_share.resolve(
        {"denominator": "green_belts", "preset": "with_farmland_and_water"}
    )
    title = green_space_share.titled(resolved)
    assert title.en == "Green space with farmland and water in the green belts"
    assert title.zh == "绿化隔离地区绿色空间（含农田水域）占比"


def test_green_is_drawn_by_use_and_the_rest_without_one():
    drawn = share().drawn["green_ground"]
    assert drawn["use"].fillna("no").tolist() == [*USES[:3], "no"]
    assert drawn.area.tolist() == pytest.approx([1e5, 1e5, 1e5, 7e5])


# --- a slow oracle, and laws ------------------------------------------------------


def by_cells(land_use, classes, belts=None):
    """Count cells of 50 m, of which the strategies' boxes are made."""
    green = cells_of_all(land_use.geometry[land_use["use"].isin(classes)])
    whole = cells_of_all([TOWN.boundary] if belts is None else belts.geometry)
    return 100 * (green & whole).sum() / whole.sum() if whole.any() else None


LAND_USE = frames(
    boxes(largest=10),
    {"use": st.sampled_from(["woodland", "green", "water", "agroforestry", "bare"])},
    least=1,
)
BELTS = frames(boxes(largest=16), most=3)
PRESETS = st.sampled_from(["green_only", "with_farmland_and_water"])
ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(LAND_USE, BELTS, PRESETS)
@settings(max_examples=25)
def test_agrees_with_counting_cells(land_use, belts, preset):
    classes = GREEN if preset == "green_only" else WIDER
    of_town = share(land_use, preset=preset)
    assert of_town.value == same(by_cells(land_use, classes))
    of_belts = share(
        land_use, preset=preset, green_belts=belts, denominator="green_belts"
    )
    assert of_belts.value == same(by_cells(land_use, classes, belts))


@st.composite
def cases(draw):
    return Case(
        green_space_share,
        TOWN,
        {"land_use": draw(LAND_USE), "green_belts": draw(BELTS)},
        {"denominator": "green_belts", "preset": draw(PRESETS)},
    )


@given(cases(), ZONES)
@settings(max_examples=15)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)


@given(cases(), LAND_USE)
@settings(max_examples=12)
def test_more_green_is_never_less_and_nothing_counts_twice(case, more):
    added = case.with_layers(land_use=together(case.layers["land_use"], more)).value
    assert added is None or added >= case.value - 1e-9
    twice_is_once(case, "land_use", "green_belts")
    inputs_stay(case)
    result = case.result
    can_be_drawn(green_space_share, result)
    # green and the remainder together are the whole
    assert result.parts["denominator"].sum() == pytest.approx(result.denominator)


@given(cases())
@settings(max_examples=8)
def test_nothing_outside_the_area_matters(case):
    beyond = frame(square(1000, -500, 1400, 1500), use=["green"])
    layers = {
        "land_use": together(case.layers["land_use"], beyond),
        "green_belts": together(case.layers["green_belts"], beyond[["geometry"]]),
    }
    assert case.with_layers(**layers).value == same(case.value)
