"""People and road noise: towns of a few houses, levels held against single sources."""

from functools import cache

import numpy as np
import pytest
from geopandas import GeoDataFrame
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing
from laws import rows_add_up as zones_add_up
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.acoustics import kept, path_levels, sound, transfer
from ecogis.acoustics.emission import line_power_db
from ecogis.acoustics.roads import traffic_of
from ecogis.area import StudyArea
from ecogis.breakdown import break_down
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.noise import noise_exposure

TOWN = StudyArea("town", square(0, 0, 300, 300), CRS, area_method="plane")
A_WEIGHTS = np.array([-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1])
# a house by the road, one behind it, one far from it
NEAR, BEHIND, FAR = (
    square(140, 30, 160, 40),
    square(140, 60, 160, 70),
    square(140, 250, 160, 260),
)
HALVES = frame(square(0, 0, 300, 50), square(0, 50, 300, 300), name=["south", "north"])

LOUD_AT_NIGHT = frame(square(0, 0, 300, 300), **{"class": ["2"]})


def street(*, y=10.0, flow=1000.0, night=100.0, **more):
    fields = {"light_day": flow, "light_evening": flow, "light_night": night}
    fields |= {f"heavy_{p}": 0.0 for p in ("day", "evening", "night")}
    fields |= {"speed_kmh": 50.0, "pavement": "asphalt", "class": "primary", **more}
    line = LineString([(X - 300, Y + y), (X + 600, Y + y)])
    return GeoDataFrame({k: [v] for k, v in fields.items()}, geometry=[line], crs=CRS)


def houses(*shapes, people=(10, 20, 40), **more):
    shapes = shapes or (NEAR, BEHIND, FAR)
    count = len(shapes)
    return frame(*shapes, people=list(people[:count]), height_m=[6.0] * count, **more)


def measured(built=None, road=None, area=TOWN, **more):
    built = houses() if built is None else built
    return noise_exposure(area, street() if road is None else road, built, **more)


def told(found):
    return " | ".join(note.en for note in found.notes)


def by_hand(place, road, *, buildings, barriers=None, shares=(0.5, 0.75, 1.0), step=1):
    """Return dB(A) by day, evening, night: metre by metre of the road."""
    power = line_power_db(traffic_of(road)[0])[0]
    (line,) = road.geometry
    energy = np.zeros(3)
    for metre in np.arange(step / 2, line.length, step):
        point = line.interpolate(metre)
        if np.hypot(point.x - place[0], point.y - place[1]) > 500:
            continue
        found = path_levels(
            (point.x, point.y, 0.05),
            place,
            buildings=buildings,
            barriers=barriers,
            gs=0.0,
            lateral=False,
            reflections=0,
        )
        for period, share in enumerate(shares):
            mixed = (1 - share) * 10 ** (found.L_H / 10)
            mixed += share * 10 ** (found.L_F / 10)
            energy[period] += step * np.sum(
                mixed * 10 ** ((power[period] + A_WEIGHTS) / 10)
            )
    return 10 * np.log10(energy)


def levels(found):
    return found.drawn["facade_levels"]


def test_the_level_before_a_house_is_that_of_the_road_metre_by_metre():
    alone = houses(NEAR)
    found = levels(measured(alone)).iloc[0]
    # the loudest receiver: in the middle of a quarter of the long southern wall
    candidates = [
        by_hand((X + x, Y + 28.5, 4.0), street(), buildings=[(NEAR, 6.0)], step=4)
        for x in (142.5, 147.5)
    ]
    day, evening, night = np.max(candidates, axis=0)
    assert found["night_db"] == pytest.approx(night, abs=0.3)
    both = 10 * np.log10((12 * 10 ** (day / 10) + 4 * 10 ** (evening / 10)) / 16)
    assert found["day_db"] == pytest.approx(both, abs=0.3)
    lden = 12 * 10 ** (day / 10) + 4 * 10 ** ((evening + 5) / 10)
    lden = 10 * np.log10((lden + 8 * 10 ** ((night + 10) / 10)) / 24)
    assert found["lden_db"] == pytest.approx(lden, abs=0.3)


def test_people_count_where_their_house_is_above_the_limit():
    found = measured()
    drawn = levels(found).set_index("people")
    near, behind, far = (drawn.loc[n, "day_db"] for n in (10, 20, 40))
    # class 2 by default: 60 dB
    assert near > 60 > behind > far
    assert found.value == 10
    above = found.drawn["people_above_limits"]
    assert above["people"].tolist() == above["people_above"].tolist() == [10]
    assert above["over_db"].iloc[0] == pytest.approx(near - 60)
    assert measured(counted="people_percent").value == pytest.approx(1000 / 70)
    assert measured(counted="buildings").value == 1
    assert "1 of 3 buildings lie above the limit by day" in told(found)
    assert "3 of 3 buildings lie in no zone" in told(found)


def test_the_limit_is_that_of_the_zone_from_both_sides():
    near = levels(measured()).set_index("people").loc[10, "day_db"]
    # classes whose limits lie on both sides of the level
    for name, limit in (("1", 55), ("2", 60), ("3", 65), ("4a", 70)):
        zones = frame(square(0, 0, 300, 300), **{"class": [name]})
        found = measured(noise_zones=zones)
        assert (found.drawn["people_above_limits"]["people"] == 10).any() == (
            near > limit
        )
        assert "in no zone" not in told(found)
    # a flow that brings the level to just above and just below 60 dB
    factor = 10 ** ((60 - near) / 10)
    assert measured(road=street(flow=1000 * factor * 1.0001)).value == 10
    assert measured(road=street(flow=1000 * factor * 0.9999)).value == 0


def test_night_has_its_own_limit():
    quiet = measured(road=street(night=0.001), period="night")
    assert quiet.value == 0
    loud = measured(road=street(night=1000), period="night")
    assert loud.value >= 10


def test_where_people_live_in_their_house():
    # before a house beside the road only the walls that face it are loud
    found = {
        people_at: measured(people_at=people_at, default_class="2").value
        for people_at in ("most_exposed", "upper_half", "floor_area")
    }
    assert found["most_exposed"] == 10
    # 4 + 2 + 4 + 2 receivers: the six louder ones are the south and the sides
    assert 0 < found["floor_area"] < found["upper_half"] <= 10


def test_the_table_s_bands_hold_everybody_once():
    found = measured(houses(dwellings=[4.0, 8.0, 16.0]))
    for level in ("lden", "day", "night"):
        rows = found.table[found.table["level"] == level]
        for name in ("most_exposed", "upper_half", "floor_area"):
            assert rows[f"people_{name}"].sum() == pytest.approx(70)
        assert rows["dwellings"].sum() == 28
        assert rows["buildings"].sum() == 3
    day = found.table[found.table["level"] == "day"].set_index("from_db")
    for _, home in levels(found).iterrows():
        edge = 5 * np.floor(home["day_db"] / 5)
        if edge >= 45:
            assert day.loc[edge, "people_most_exposed"] >= home["people"]
    assert measured(houses(dwellings=[4.0, 8.0, 16.0]), counted="dwellings").value == 4


def test_a_house_drawn_twice_holds_its_people_once():
    built = houses(NEAR, NEAR, FAR, people=(10, 20, 40))
    found = measured(built)
    assert sorted(levels(found)["people"]) == [10, 20, 40]
    assert found.value == 30


def test_the_class_is_that_of_the_ground_under_the_house():
    # the middle of a horseshoe lies outside it, in its yard
    shoe = square(100, 30, 200, 100) - square(110, 40, 190, 100)
    zones = frame(
        square(109, 41, 191, 100), square(0, 0, 300, 300), **{"class": ["0", "3"]}
    )
    found = measured(houses(shoe, people=(5,)), noise_zones=zones)
    assert levels(found)["class"].tolist() == ["3"]


def test_what_no_road_reaches_is_absent():
    found = measured(max_distance_m=100.0)
    assert sorted(levels(found)["people"]) == [10, 20]
    last = found.table[found.table["level"] == "day"].iloc[-1]
    assert last["people_most_exposed"] == 40
    assert np.isnan(last["from_db"])
    # nothing but a number or nothing: no -99, no infinity
    shown = levels(found)[["day_db", "night_db", "lden_db", "level_db"]]
    assert np.isfinite(shown.to_numpy()).all()
    by_night = measured(road=street(night=0.0), noise_zones=LOUD_AT_NIGHT)
    above = by_night.drawn["people_above_limits"]
    assert above["day_db"].notna().all()
    # Lden has the day in it, the night is silent
    assert above["lden_db"].notna().all()
    assert len(above) == 1
    assert above["night_db"].isna().all()
    assert found.denominator is None
    percent = measured(max_distance_m=100.0, counted="people_percent")
    assert percent.value == pytest.approx(1000 / 70)


def test_a_house_without_a_free_wall_is_unknown():
    block = [square(100 + 10 * n, 30, 110 + 10 * n, 40) for n in range(3)]
    block += [square(100 + 10 * n, 40, 110 + 10 * n, 50) for n in range(3)]
    block += [square(100 + 10 * n, 50, 110 + 10 * n, 60) for n in range(3)]
    found = measured(houses(*block, people=range(1, 10)))
    assert "1 of 9 buildings have no free wall" in told(found)
    assert 5 not in levels(found)["people"].tolist()


def test_a_barrier_helps_and_a_goal_can_do_without():
    line = LineString([(X - 300, Y + 14), (X + 600, Y + 14)])
    wall = GeoDataFrame({"height_m": [4.0]}, geometry=[line], crs=CRS)
    without = measured()
    found = measured(noise_barriers=wall)
    lower = levels(without)["day_db"] - levels(found)["day_db"]
    assert (lower > 3).all()
    assert found.value == 0
    same = measured(noise_barriers=wall, with_barriers=False)
    assert levels(same)["day_db"].tolist() == levels(without)["day_db"].tolist()
    needs = noise_exposure.needs({"with_barriers": False})
    assert "noise_barriers" not in needs
    assert needs["roads"] is True


def test_sound_goes_by_walls_where_it_is_asked_to():
    opposite = square(-300, -10, 600, 0)
    for built, added_db in (
        # receivers hang on the wall, 19.9 m off the road instead of 18.5: -0.32 dB;
        # the wall's own reflection does not count
        ((NEAR,), pytest.approx(-0.32, abs=0.05)),
        # and the road's image in the wall opposite, 39.9 m off, without a fifth, as far
        # as the road is within 100 m: 10 lg(1 + 0.8 / 2 * 0.755) = 1.15 dB more
        ((NEAR, opposite), pytest.approx(1.15 - 0.32, abs=0.05)),
    ):
        off, on = (
            levels(measured(houses(*built), facade_step_m=20.0, reflections=by_walls))
            for by_walls in (False, True)
        )
        added = on["day_db"] - off["day_db"]
        assert added.iloc[0] == added_db
    assert "no reflections" in told(measured())
    assert "swallow 0.2 of the sound" in told(measured(reflections=True))
    assert "no reflections" not in told(measured(reflections=True))


def test_sound_goes_round_houses_where_it_is_asked_to():
    off, on = (
        levels(measured(houses(NEAR, BEHIND), facade_step_m=20.0, lateral=lateral))
        for lateral in (False, True)
    )
    added = (on["day_db"] - off["day_db"]).to_numpy()
    # the first house sees the road; the second hears it past the first's corners
    assert added[0] == pytest.approx(0, abs=0.02)
    assert 0.05 < added[1] < 6
    assert "not round them" in told(measured())
    assert "not round them" not in told(measured(lateral=True))


def test_the_engine_of_the_environmental_impact_guideline_is_a_parameter():
    alone = houses(NEAR)
    road = street(flow=1000.0, night=1000.0, pavement="asphalt")
    found = measured(alone, road, engine="hj24")
    # a thousand light vehicles at 50 km/h, 18.5 m from the middle of the wall, 3.5 m
    # above the road; it is heard as far as 500 m
    away = np.hypot(18.5, 3.5)
    level = 12.6 + 34.73 * np.log10(50) + 10 * np.log10(1000 / 50) - 16
    level += 10 * np.log10(7.5 / away)
    built = levels(found)
    # what is beyond 500 m and what the air takes
    assert built["day_db"].iloc[0] == pytest.approx(level, abs=0.25)
    assert built["day_db"].iloc[0] < level
    assert built["night_db"].iloc[0] == pytest.approx(built["day_db"].iloc[0])
    assert "HJ 2.4-2021 appendix B: formulas not checked" in told(found)
    assert "CNOSSOS" not in told(found)
    assert found.value == 10


def test_a_number_shows_the_rule_of_its_engine():
    rules = {
        engine: noise_exposure.rule(noise_exposure.resolve({"engine": engine}))
        for engine in ("cnossos", "hj24")
    }
    assert "CNOSSOS-EU" in rules["cnossos"][0]
    assert "HJ 2.4-2021" not in rules["cnossos"][0]
    assert rules["cnossos"][1] == "high"
    assert "HJ 2.4-2021" in rules["hj24"][0]
    assert "CNOSSOS" not in rules["hj24"][0]
    # unchecked formulas, applied to maps as we read them
    assert rules["hj24"][1] == "medium"


@pytest.mark.parametrize(
    ("name", "value"),
    [("reflections", True), ("lateral", True), ("favourable_share", (0.5, 0.5, 0.5))],
)
def test_what_one_engine_knows_is_refused_with_the_other(name, value):
    line = f"{name} needs engine = 'cnossos', found 'hj24'; leave one of them out"
    with pytest.raises(PlanError, match=line):
        measured(engine="hj24", **{name: value})
    told = noise_exposure.told(noise_exposure.resolve({"engine": "hj24"}))
    assert name not in told
    assert name in noise_exposure.told(noise_exposure.resolve({}))


def test_the_worst_roads_are_ranked():
    sections = [
        ("South Road", "primary", 10.0, -300, 100),
        ("South Road", "trunk", 10.0, 100, 600),
        (None, "primary", 290.0, -300, 600),
    ]
    roads = GeoDataFrame(
        {
            **{n: [street()[n].iloc[0]] * 3 for n in street() if n != "geometry"},
            "name": [name for name, *_ in sections],
            "class": [kind for _, kind, *_ in sections],
        },
        geometry=[
            LineString([(X + west, Y + y), (X + east, Y + y)])
            for _, _, y, west, east in sections
        ],
        crs=CRS,
    )
    west, east = square(60, 30, 80, 40), square(180, 30, 280, 40)
    found = measured(houses(west, east, FAR, people=(10, 20, 25)), roads)
    table = found.tables["worst_roads"]
    assert table["rank"].tolist() == [1, 2]
    # both sections of one name, of the class before most buildings of the first rank
    assert table["name"].tolist() == ["South Road", None]
    assert table["buildings"].tolist() == [2, 1]
    assert table["people"].tolist() == [30, 25]
    over = levels(found).set_index("people")["over_db"]
    # the unnamed one is found by its place
    assert table[["x_m", "y_m"]].iloc[1].tolist() == [X + 150, Y + 290]
    assert table["over_db"].tolist() == [over.loc[[10, 20]].max(), over.loc[25]]


def test_zones_count_people_and_buildings_whatever_the_value_counts():
    built = houses(dwellings=[4.0, 8.0, 16.0])
    for counted, first in (("people", 10), ("buildings", 1), ("dwellings", 4)):
        found = measured(built, counted=counted)
        rows = break_down(found, HALVES, "lower").set_index("zone")
        assert rows.loc["south", "value"] == first
        above = rows[["people_above", "dwellings_above", "buildings_above"]]
        assert above.loc["south"].tolist() == [10, 4, 1]
        assert above.loc["north"].tolist() == [0, 0, 0]
    # nothing says how many people there are: no column says 0
    none = measured(houses().drop(columns="people"), counted="buildings")
    assert none.counts == ("buildings_above",)


@pytest.mark.parametrize("engine", ["cnossos", "hj24"])
def test_a_whole_ground_factor_is_taken(engine):
    lawn = frame(square(0, 20, 300, 300), g=[0.5])
    whole, same, hard = (
        levels(measured(ground_absorption=lawn, engine=engine, default_g=g))["day_db"]
        for g in (1, 1.0, 0)
    )
    assert whole.tolist() == same.tolist()
    assert (whole < hard).all()


def test_the_loudest_road_is_named():
    two = street(name="South Road")
    other = street(y=290.0, name="North Road")
    both = GeoDataFrame(
        {
            name: [two[name].iloc[0], other[name].iloc[0]]
            for name in two.columns
            if name != "geometry"
        },
        geometry=[two.geometry.iloc[0], other.geometry.iloc[0]],
        crs=CRS,
    )
    found = measured(road=both)
    roads = found.drawn["loudest_roads"]
    assert dict(zip(roads["name"], roads["people"], strict=True)) == {
        "South Road": 10,
        "North Road": 40,
    }
    north, south = (n.en for n in found.notes if "the loudest road" in n.en)
    assert north.startswith("North Road: the loudest road before 1 buildings")
    assert "with 10 people above it" in south


def test_people_come_from_the_population_layer():
    built = houses().drop(columns="people")
    cells = frame(square(0, 0, 300, 100), people=[90.0])
    found = measured(built, population=cells)
    # 90 people in two houses of 200 m² each
    assert found.value == 45
    nowhere = frame(square(0, 100, 100, 200), people=[7.0])
    assert "7 people live on land" in told(measured(built, population=nowhere))


def test_without_people_only_buildings_count():
    built = houses().drop(columns="people")
    with pytest.raises(LayerError, match="population"):
        measured(built)
    found = measured(built, counted="buildings")
    assert found.value == 1
    assert found.table["people_most_exposed"].isna().all()
    assert "only these are counted" in told(found)


def test_dwellings_must_be_stated():
    with pytest.raises(LayerError, match="field 'dwellings' is missing"):
        measured(counted="dwellings")


def test_houses_outside_stand_in_the_way_and_do_not_count():
    low = StudyArea("north", square(0, 50, 300, 300), CRS, area_method="plane")
    found = measured(area=low)
    assert sorted(levels(found)["people"]) == [20, 40]
    alone = measured(houses(BEHIND, FAR, people=(20, 40)), area=low)
    shielded, open_ = (levels(f).set_index("people")["day_db"] for f in (found, alone))
    assert shielded.loc[20] < open_.loc[20] - 0.5


def test_nothing_to_measure_is_none():
    empty = houses().iloc[:0]
    found = measured(empty)
    assert found.value is None
    assert levels(found).empty


@cache
def mapped():
    return measured(grid_m=20.0)


def test_the_map_is_drawn_by_5_db_and_as_grids():
    found = mapped()
    assert set(found.rasters) == {"noise_lden", "noise_day", "noise_night"}
    grid = found.rasters["noise_day"]
    assert grid.values.shape == (15, 15)
    # away from the houses: the farther from the road, the quieter
    column = grid.values[::-1, 1]
    assert (np.diff(column[:6]) < 0).all()
    assert column[-1] < column[0] - 10
    contours = found.drawn["noise_contours"]
    assert (contours["from_db"] % 5 == 0).all()
    assert contours.is_valid.all()
    areas = contours.area
    for row in range(len(contours) - 1):
        one, other = contours.geometry.iloc[[row, row + 1]]
        assert one.intersection(other).area < 1e-6
    assert areas.sum() <= 280 * 280 + 1e-6
    # they are those of the period: what is loudest by day is not so by night
    night = measured(grid_m=20.0, period="night").drawn["noise_contours"]
    highest = 5 * np.floor(np.nanmax(grid.values) / 5)
    assert contours["from_db"].max() == highest
    nightly = np.nanmax(found.rasters["noise_night"].values)
    assert night["from_db"].max() == 5 * np.floor(nightly / 5) < highest
    # absent where nothing was computed
    some = measured(grid_m=20.0, max_distance_m=60.0)
    values = some.rasters["noise_day"].values
    assert np.isnan(values[0]).all()
    assert np.nanmin(values) > 0


def test_what_differs_in_traffic_only_is_propagated_once(monkeypatch):
    calls = []
    work = transfer.heard_everywhere

    def counting(*args):
        calls.append(len(args[1]))
        return work(*args)

    monkeypatch.setattr(transfer, "heard_everywhere", counting)
    kept.KEPT.clear()
    one = measured(grid_m=50.0)
    assert len(calls) == 2
    for changed in (
        street(flow=500.0),
        street(speed_kmh=30.0),
        street(pavement="cement"),
        street(flow=0.0, night=0.0),
    ):
        found = measured(road=changed, grid_m=50.0, period="night")
        assert len(calls) == 2
        assert not levels(found).equals(levels(one))
    # half of the vehicles are 3.01 dB less
    half = levels(measured(road=street(flow=500.0)))["day_db"]
    assert (levels(one)["day_db"] - half).tolist() == pytest.approx([3.0103] * 3)
    # a road that is elsewhere is
    measured(road=street(y=12.0), grid_m=50.0)
    assert len(calls) == 4


CASE = Case(noise_exposure, TOWN, {"roads": street(), "buildings": houses()})


def test_everything_drawn_can_be_drawn():
    can_be_drawn(noise_exposure, mapped())


def test_what_goes_in_stays():
    inputs_stay(CASE)


@pytest.mark.parametrize("counted", ["people", "people_percent", "buildings"])
def test_sub_districts_add_up(counted):
    case = Case(noise_exposure, TOWN, CASE.layers, {"counted": counted})
    zones_add_up(case, HALVES)


def test_order_is_nothing_here():
    order_is_nothing(CASE, 7)


def test_place_is_nothing_here():
    assert CASE.moved((12_345.0, -6_789.0), 90.0).value == CASE.value


def test_batches_of_receivers_change_nothing(monkeypatch):
    whole = measured(grid_m=30.0)
    monkeypatch.setattr(sound, "_BATCH", 7)
    again = measured(grid_m=30.0)
    assert again.table.equals(whole.table)
    assert again.notes == whole.notes
    assert again.drawn["loudest_roads"].equals(whole.drawn["loudest_roads"])
    for name, grid in whole.rasters.items():
        np.testing.assert_array_equal(again.rasters[name].values, grid.values)


def test_where_nobody_knows_how_loud_a_road_is_there_is_no_number():
    road = street()
    road.loc[0, ["class", "speed_kmh"]] = ["qq", np.nan]
    with pytest.raises(LayerError, match="1 of 1 state neither traffic and speed nor"):
        measured(road=road)
