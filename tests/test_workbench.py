"""Scripts and notebooks: a few lines from files to a number, a verdict and a map."""

import pytest
from shapely import Polygon
from town import COVERAGE, LAYERS, build, frame, square

import ecogis
from ecogis.errors import LayerError, PlanError, SourceError
from ecogis.indicators.green import park_service_coverage


def test_a_few_lines_do_what_the_command_does(tmp_path):
    layers = build(tmp_path).parent / "layers"
    area = ecogis.study_area(
        layers / "districts.gpkg", "甲区", crs="EPSG:4548", area_method="plane"
    )
    parks = ecogis.read_layer("parks", layers / "parks.gpkg", area, margin_m=500)
    homes = ecogis.read_layer(
        "residential_land", layers / "residential_land.gpkg", area
    )
    result = park_service_coverage(area, parks, homes, distance_m=500, min_area_m2=1000)
    assert result.value == pytest.approx(COVERAGE)
    score = ecogis.hold(park_service_coverage, result, year=2023, at_least=24.0)
    assert score.verdict == "met"
    assert score.gap == pytest.approx(COVERAGE - 24)
    page = tmp_path / "map.html"
    ecogis.draw(area, result, title="Parks").save(page)
    assert "https://cdn" not in page.read_text(encoding="utf-8")


def test_a_layer_may_be_read_whole(tmp_path):
    layers = build(tmp_path).parent / "layers"
    zones = ecogis.read_layer("subdistricts", layers / "subdistricts.gpkg")
    assert zones["name"].tolist() == ["西街道", "东街道", "外街道"]
    assert zones.crs.to_epsg() == 4326


def test_the_crs_is_chosen_by_the_place(tmp_path):
    layers = build(tmp_path).parent / "layers"
    area = ecogis.study_area(layers / "districts.gpkg", "甲区")
    assert area.crs.to_epsg() == 4548


def test_a_name_that_is_not_there(tmp_path):
    layers = build(tmp_path).parent / "layers"
    with pytest.raises(PlanError, match="no feature called '甲'"):
        ecogis.study_area(layers / "districts.gpkg", "甲")


def test_a_layer_that_lies_elsewhere_is_no_empty_layer(tmp_path):
    away = frame(square(900_000, 0, 100, 100))
    layers = build(tmp_path, parks=away).parent / "layers"
    area = ecogis.study_area(layers / "districts.gpkg", "甲区")
    with pytest.raises(LayerError, match="lies elsewhere"):
        ecogis.read_layer("parks", layers / "parks.gpkg", area)


def test_what_reading_did_is_told(tmp_path, caplog):
    crossing = Polygon(square(0, 0, 100, 100).exterior.coords[i] for i in (0, 2, 1, 3))
    layers = build(tmp_path, parks=frame(crossing)).parent / "layers"
    area = ecogis.study_area(layers / "districts.gpkg", "甲区")
    ecogis.read_layer("parks", layers / "parks.gpkg", area)
    assert caplog.messages == ["parks: 1 invalid geometry repaired"]


def test_a_raster_is_known_by_its_ending_in_any_case(tmp_path):
    layers = build(tmp_path).parent / "layers"
    area = ecogis.study_area(layers / "districts.gpkg", "甲区")
    (tmp_path / "PEOPLE.TIF").write_bytes(b"no raster")
    with pytest.raises(SourceError, match="cannot be read as a raster"):
        ecogis.read_layer("population", tmp_path / "PEOPLE.TIF", area)


def test_what_is_exported_is_what_is_listed():
    assert sorted(ecogis.__all__) == ecogis.__all__
    for name in ecogis.__all__:
        assert getattr(ecogis, name) is not None


def test_a_layer_of_a_file_with_several_is_named_as_qgis_does(tmp_path):
    town = tmp_path / "town.gpkg"
    LAYERS["districts"].to_file(town, layer="区")
    LAYERS["parks"].to_file(town, layer="公园")
    area = ecogis.study_area(f"{town}|layername=区", "甲区")
    assert len(ecogis.read_layer("parks", f"{town}|layername=公园", area)) == 1
    with pytest.raises(SourceError, match=r"FILE\|layername=NAME"):
        ecogis.read_layer("parks", town, area)
