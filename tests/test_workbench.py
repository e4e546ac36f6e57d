"""Scripts and notebooks: a few lines from files to a number, a verdict and a map."""

import pytest
from town import COVERAGE, build

import ecogis
from ecogis.errors import PlanError
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


def test_the_crs_is_chosen_by_the_place(tmp_path):
    layers = build(tmp_path).parent / "layers"
    area = ecogis.study_area(layers / "districts.gpkg", "甲区")
    assert area.crs.to_epsg() == 4548


def test_a_name_that_is_not_there(tmp_path):
    layers = build(tmp_path).parent / "layers"
    with pytest.raises(PlanError, match="no feature called '甲'"):
        ecogis.study_area(layers / "districts.gpkg", "甲")


def test_what_is_exported_is_what_is_listed():
    assert sorted(ecogis.__all__) == ecogis.__all__
    for name in ecogis.__all__:
        assert getattr(ecogis, name) is not None
