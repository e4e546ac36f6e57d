"""Does Overpass, asked over a real socket, give what an extract gives?"""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import osmium
import osmnx
import pytest
from pyproj import CRS
from shapely import box

from ecogis import prepare as preparing
from ecogis import sources
from ecogis.errors import SourceError
from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.prepare import prepare, prepare_layer
from ecogis.run import run
from ecogis.source import OsmPbfSource, OverpassSource
from ecogis.sources.osm_features import at_least
from ecogis.workspace import Workspace

CATALOGUE = Catalogue.read(Workspace.above(Path(__file__)))
UTM = CRS("EPSG:32650")
# 1/1000 degree of the ellipsoid at 39.9 degrees: 85.51 m east, 111.03 m north, in a
# projection that shrinks lengths at 116.4 degrees by 0.027 percent
CELL_M2 = 85.51 * 111.03 * (1 - 0.00027) ** 2
DATE = "2024-05-06T07:08:09Z"
STATEMENT = re.compile(
    r"\((node|way|relation)\['([^']*)'(?:='([^']*)')?\]"
    r"\(poly:'([-\d. ]+)'\);\(\._;>;\);\);"
)


class World:
    """A small OpenStreetMap that answers Overpass QL by itself."""

    def __init__(self, path):
        self.places, self.ways, self.relations = {}, {}, {}
        for thing in osmium.FileProcessor(str(path)):
            tags = dict(thing.tags)
            one = {"id": thing.id} | ({"tags": tags} if tags else {})
            if thing.is_node():
                place = {"lat": thing.lat, "lon": thing.lon}
                self.places[thing.id] = {"type": "node", **one, **place}
            elif thing.is_way():
                refs = [n.ref for n in thing.nodes]
                self.ways[thing.id] = {"type": "way", **one, "nodes": refs}
            else:
                kinds = {"n": "node", "w": "way", "r": "relation"}
                parts = [
                    {"type": kinds[m.type], "ref": m.ref, "role": m.role}
                    for m in thing.members
                ]
                self.relations[thing.id] = {"type": "relation", **one, "members": parts}

    def answer(self, query):
        """Return what a query asks for, and what that consists of."""
        assert query.startswith("[out:json]")
        stated = STATEMENT.findall(query)
        # nothing is asked that is not understood here
        assert len(stated) == query.count("poly:") > 0
        found = {}
        for kind, key, value, corners in stated:
            numbers = [float(n) for n in corners.split()]
            lats, lons = numbers[::2], numbers[1::2]
            window = min(lats), min(lons), max(lats), max(lons)
            kinds = {"node": self.places, "way": self.ways, "relation": self.relations}
            for one in kinds[kind].values():
                tag = one.get("tags", {}).get(key)
                asked = tag is not None and value in {"", tag}
                if asked and self._meets(one, window):
                    found[kind, one["id"]] = one
        for one in list(found.values()):
            self._descend(one, found)
        return list(found.values())

    def _meets(self, one, window):
        south, west, north, east = window
        if one["type"] == "node":
            return south <= one["lat"] <= north and west <= one["lon"] <= east
        if one["type"] == "way":
            return any(
                self._meets(self.places[ref], window)
                for ref in one["nodes"]
                if ref in self.places
            )
        return any(
            self._meets(self.ways[m["ref"]], window)
            for m in one["members"]
            if m["type"] == "way" and m["ref"] in self.ways
        )

    def _descend(self, one, found):
        for ref in one.get("nodes", ()):
            if ref in self.places:
                found["node", ref] = self.places[ref]
        for member in one.get("members", ()):
            if member["type"] == "way" and member["ref"] in self.ways:
                found["way", member["ref"]] = self.ways[member["ref"]]
                self._descend(self.ways[member["ref"]], found)


class Server(ThreadingHTTPServer):
    """An Overpass server on this machine; ``script`` overrides its next answers."""

    daemon_threads = True
    world: World | None = None

    def __init__(self):
        self.asked, self.script = [], []
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/api"


class Answer(BaseHTTPRequestHandler):
    """One request: what the script says, else what the world holds."""

    def do_POST(self):
        """Answer a query."""
        length = int(self.headers["Content-Length"])
        (query,) = parse_qs(self.rfile.read(length).decode())["data"]
        self.server.asked.append((self.path, query))
        status, content = 200, None
        if self.server.script:
            status, content = self.server.script.pop(0)
        if content is None:
            elements = self.server.world.answer(query) if self.server.world else []
            stamp = {"timestamp_osm_base": DATE}
            content = json.dumps({"osm3s": stamp, "elements": elements})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_):
        """Stay quiet."""


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(preparing, "_WAITS_S", (0.0, 0.0))
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


# 1/1000 degree is about 85 m east and 111 m north: node 100 y + x at (x, y)
def osm_xml(*ways, relations="", nodes=""):
    grid = "".join(
        f'<node id="{100 * y + x + 1}" lat="{39.9 + y / 1000:.7f}" '
        f'lon="{116.4 + x / 1000:.7f}"/>'
        for y in range(12)
        for x in range(60)
    )
    return f'<osm version="0.6">{grid}{nodes}{"".join(ways)}{relations}</osm>'


def way(number, x, y, wide=1, high=1, **tags):
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    return line(number, corners, **tags)


def line(number, corners, **tags):
    refs = "".join(f'<nd ref="{100 * y + x + 1}"/>' for x, y in corners)
    marks = "".join(f'<tag k="{k}" v={quoteattr(v)}/>' for k, v in tags.items())
    return f'<way id="{number}">{refs}{marks}</way>'


def park(number, name, *members):
    parts = "".join(
        f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members
    )
    marks = {"type": "multipolygon", "leisure": "park", "name": name}
    tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in marks.items())
    return f'<relation id="{number}">{parts}{tags}</relation>'


TOWN = osm_xml(
    way(1, 1, 1, leisure="park", name="日坛"),
    way(2, 3, 1, leisure="garden", access="yes"),
    way(3, 5, 1, leisure="garden"),
    way(4, 7, 1, leisure="park", access="private"),
    # a chain of parks that leaves the window to the east
    *(way(10 + i, 9 + i, 5, leisure="park") for i in range(40)),
    way(60, 55, 9, leisure="park", name="far"),
    way(61, 1, 8, 3, 3),
    way(62, 2, 9),
    line(70, [(0, 0), (20, 0)], highway="primary", name='"quoted" ^$ road'),
    line(71, [(0, 3), (20, 3)], highway="footway"),
    way(72, 12, 1, 2, 2, highway="residential"),
    way(80, 15, 8, building="yes", amenity="school", height="12 m"),
    way(81, 17, 8, building="house"),
    nodes='<node id="9001" lat="39.9025" lon="116.4025"><tag k="highway" '
    'v="bus_stop"/></node><node id="9002" lat="39.9035" lon="116.4035">'
    '<tag k="leisure" v="park"/></node>',
    relations=park(5, "ring", (61, "outer"), (62, "inner")),
)
WINDOW = (116.4, 39.9, 116.42, 39.912)


@pytest.fixture
def town(tmp_path, server):
    (tmp_path / "town.osm").write_text(TOWN)
    server.world = World(tmp_path / "town.osm")
    return tmp_path


def metres(window):
    shape = gpd.GeoSeries([box(*window)], crs="EPSG:4326").to_crs(UTM)
    west, south, east, north = shape.total_bounds
    return west + 20, south + 20, east - 20, north - 20


def both(layer, town, server, path="town.osm", window=WINDOW):
    """Read a layer from the extract and from what was prepared."""
    source = OverpassSource(url=server.url)
    prepare_layer(CATALOGUE[layer], source, window, town / ".prepared")
    where = {"crs": UTM, "box": metres(window), "prepared": town / ".prepared"}
    extract = OsmPbfSource(path=str(path), base=town)
    return (
        sources.read(CATALOGUE[layer], extract, **where),
        sources.read(CATALOGUE[layer], source, **where),
    )


LAYERS = [
    *("parks", "green_space", "roads", "transit_stops", "buildings"),
    *("sensitive_buildings", "water_bodies", "rivers"),
]


@pytest.mark.parametrize("layer", LAYERS)
def test_overpass_gives_what_an_extract_gives(layer, town, server):
    extract, asked = both(layer, town, server)
    assert asked.frame.equals(extract.frame)
    assert asked.notes == extract.notes
    assert asked.frame.crs == UTM


def test_the_parks_of_the_town(town, server):
    _, asked = both("parks", town, server)
    # two single parks and the ring; the chain of 40 is followed beyond the window
    assert len(asked.frame) == 43
    assert set(asked.frame["name"].dropna()) == {"日坛", "ring"}
    assert asked.frame["patch"].nunique() == 4
    assert asked.stamp.path == server.url
    assert asked.stamp.date == "2024-05-06"
    assert asked.stamp.features == 43
    assert [note.en for note in asked.notes] == [
        "parks: 1 feature without Polygon geometry left out"
    ]
    # not link by link
    assert len(server.asked) <= 8


def test_what_is_asked(town, server):
    both("roads", town, server)
    ((path, query),) = server.asked
    assert path == "/api/interpreter"
    assert query.startswith("[out:json][timeout:180];")
    stated = STATEMENT.findall(query)
    assert {key for _, key, _, _ in stated} == {"highway"}
    values = {value for _, _, value, _ in stated}
    assert {"motorway", "trunk_link", "service"} < values
    assert "footway" not in values
    # the window, and the last decimal more
    ((corners),) = {corners for *_, corners in stated}
    numbers = {float(n) for n in corners.split()}
    assert numbers == {39.899999, 116.399999, 39.912001, 116.420001}


# where OSMnx's own shapes differ: rings that cross themselves, members without a role
# or with a wrong one, a tag that is called id, a ring left open
AWKWARD = osm_xml(
    line(
        1,
        [(1, 1), (5, 1), (5, 4), (2, 4), (2, 0), (4, 0), (4, 5), (1, 5), (1, 1)],
        leisure="park",
        name="knot",
    ),
    way(2, 7, 1, 3, 3),
    way(3, 8, 2),
    way(4, 11, 1, 3, 3),
    way(5, 12, 2),
    way(6, 15, 1, leisure="park", name="named", id="x", element="y"),
    line(7, [(17, 1), (18, 1), (18, 2)]),
    relations=park(1, "no roles", (2, ""), (3, ""))
    + park(2, "wrong role", (4, "outer"), (5, "outer"))
    + park(3, "open", (7, "outer")),
)


def test_awkward_shapes_are_those_of_an_extract(tmp_path, server):
    (tmp_path / "town.osm").write_text(AWKWARD)
    server.world = World(tmp_path / "town.osm")
    extract, asked = both("parks", tmp_path, server)
    assert asked.frame.equals(extract.frame)
    assert asked.notes == extract.notes
    # in cells of the grid; a hole is a hole, whatever its role
    cells = dict(zip(asked.frame["name"], asked.frame.area / CELL_M2, strict=True))
    assert cells == {
        "knot": pytest.approx(17, rel=1e-3),
        "named": pytest.approx(1, rel=1e-3),
        "no roles": pytest.approx(8, rel=1e-3),
        "wrong role": pytest.approx(8, rel=1e-3),
    }
    # the open one is not lost without a word
    assert "1 feature without Polygon geometry" in " ".join(n.en for n in asked.notes)


@pytest.mark.parametrize(
    ("layer", "asked"),
    [
        ("parks", {"leisure": ["park", "garden"]}),
        ("buildings", {"building": True}),
        (
            "transit_stops",
            {
                "highway": ["bus_stop"],
                "public_transport": ["platform"],
                "railway": ["station", "halt", "subway_entrance", "tram_stop"],
            },
        ),
    ],
)
def test_the_first_stated_key_is_asked(layer, asked):
    assert at_least(CATALOGUE[layer].osm) == asked


@pytest.mark.real
@pytest.mark.parametrize("layer", ["parks", "buildings", "roads", "green_space"])
def test_a_campus_of_beijing(layer, data, tmp_path, server):
    path = data / "beijing/osm_fragments/cau.osm"
    server.world = World(path)
    window = (116.346, 39.999, 116.357, 40.008)
    extract, asked = both(layer, tmp_path, server, path, window)
    assert asked.frame.equals(extract.frame)
    assert layer == "parks" or len(asked.frame) > 5


def test_nothing_there_is_a_true_zero(town, server):
    server.world = None
    source = OverpassSource(url=server.url)
    prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    reading = sources.read(
        CATALOGUE["roads"], source, crs=UTM, box=metres(WINDOW), prepared=town
    )
    assert reading.frame.empty
    assert {"name", "class", "width_m", "geometry"} <= set(reading.frame.columns)


def unprepared(layer, folder, source=None, window=WINDOW):
    with pytest.raises(SourceError) as error:
        sources.read(
            CATALOGUE[layer],
            source or OverpassSource(),
            crs=UTM,
            box=window and metres(window),
            prepared=folder,
        )
    assert "\n" not in str(error.value)
    return error.value


def test_a_layer_that_was_not_prepared(tmp_path):
    error = unprepared("parks", tmp_path)
    assert str(error) == "layer 'parks' is not prepared: run 'ecogis prepare PLAN'"
    assert "请运行 ecogis prepare PLAN" in error.zh


def test_a_window_that_is_too_small(town, server):
    source = OverpassSource(url=server.url)
    prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    wider = (116.39, 39.9, 116.42, 39.912)
    assert "not prepared for this window" in str(
        unprepared("roads", town, source, wider)
    )


def test_another_question(town, server):
    source = OverpassSource(url=server.url)
    prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    other = OverpassSource(url=server.url, fields={"name": "name:en"})
    assert "is not prepared" in str(unprepared("roads", town, other))
    assert "is not prepared" in str(unprepared("roads", town, OverpassSource()))


@pytest.mark.parametrize("suffix", [".gpkg", ".json"])
def test_prepared_data_that_were_damaged(suffix, town, server):
    source = OverpassSource(url=server.url)
    path = prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    path.with_suffix(suffix).write_bytes(b"{}")
    assert "is not prepared" in str(unprepared("roads", town, source))


def test_the_study_area_cannot_come_from_overpass(tmp_path):
    error = unprepared("districts", tmp_path, window=None)
    assert "the study area itself cannot come from Overpass" in str(error)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ([(400, "bad")], "it answers HTTP 400"),
        ([(504, "busy")] * 3, "it answers HTTP 504"),
        ([(200, "<html>")], "its answer is not Overpass JSON"),
        ([(200, "[]")], "its answer is not Overpass JSON"),
        (
            [(200, '{"elements": [], "remark": "runtime error: Query timed\\nout"}')],
            "runtime error: Query timed out",
        ),
        ([(200, '{"elements": [{"type": "node", "id": 1}]}')], "without id, place"),
    ],
)
def test_a_server_that_fails(script, said, town, server):
    source = OverpassSource(url=server.url)
    before = prepare_layer(CATALOGUE["roads"], source, WINDOW, town).read_bytes()
    server.script = script
    with pytest.raises(SourceError) as error:
        prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    assert said in str(error.value)
    assert "\n" not in str(error.value) + error.value.zh
    # what was there stays, and nothing half-made lies beside it
    assert (town / "roads.gpkg").read_bytes() == before
    names = {path.name for path in town.iterdir()}
    assert names == {"town.osm", "roads.gpkg", "roads.json"}


def test_osmnx_is_left_as_it_was(town, server):
    before = vars(osmnx.settings).copy()
    look_up = socket.getaddrinfo
    both("roads", town, server)
    server.script = [(400, "bad")]
    with pytest.raises(SourceError):
        both("roads", town, server)
    assert vars(osmnx.settings) == before
    assert socket.getaddrinfo is look_up


def test_an_address_may_name_the_interpreter(town, server):
    source = OverpassSource(url=f"{server.url}/interpreter/")
    prepare_layer(CATALOGUE["roads"], source, WINDOW, town)
    assert [path for path, _ in server.asked] == ["/api/interpreter"]


def test_only_prepare_pays_for_osmnx():
    code = "import sys, ecogis.cli; sys.exit('osmnx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_server_that_is_silent(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(preparing, "_WAITS_S", (0.0,))
    monkeypatch.setattr(preparing, "_CLIENT_S", 0.2)
    # it takes calls, and never says a word
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        source = OverpassSource(url=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(SourceError, match="it does not answer in time") as error:
            prepare_layer(CATALOGUE["roads"], source, WINDOW, tmp_path)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_busy_server_is_asked_again(town, server):
    server.script = [(429, "slow down"), (504, "busy")]
    both("roads", town, server)
    assert len(server.asked) == 3


def test_nobody_there(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SourceError, match="connection refused"):
        prepare_layer(CATALOGUE["roads"], OverpassSource(url=url), WINDOW, tmp_path)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "nowhere", "http://"])
def test_an_address_that_is_none(url, tmp_path):
    with pytest.raises(SourceError) as error:
        prepare_layer(CATALOGUE["roads"], OverpassSource(url=url), WINDOW, tmp_path)
    assert "\n" not in str(error.value)


PLAN = """
title = "Town"
year = 2024
crs = "EPSG:32650"
area = { layer = "districts", name = "town" }
context = ["roads"]
[sources]
default = { kind = "overpass", url = "URL" }
parks = { path = "layers/own.gpkg" }
[[goal]]
row = "1"
title = "reported"
unit = "%"
target = { at_least = 1, year = 2030 }
"""


def test_a_plan_is_prepared_for_its_area_and_margins(tmp_path, server, town):
    place = tmp_path / "place"
    (place / "layers").mkdir(parents=True)
    (place / "plan.toml").write_text(PLAN.replace("URL", server.url))
    area = gpd.GeoDataFrame({"name": ["town"]}, geometry=[box(*WINDOW)], crs=4326)
    area.to_file(place / "layers/districts.gpkg")
    plan = read_plan(place / "plan.toml")
    paths = list(prepare(plan, CATALOGUE))
    assert paths == [place / "layers/.prepared/roads.gpkg"]
    about = json.loads(paths[0].with_suffix(".json").read_text())
    west, south, east, north = about["window"]
    assert west <= WINDOW[0]
    assert south <= WINDOW[1]
    assert east >= WINDOW[2]
    assert north >= WINDOW[3]
    assert town.exists()


WALK = """
[[goal]]
row = "2"
indicator = "park_access_on_foot"
parameters = { denominator = "buildings" }
"""


def test_streets_from_overpass_are_split_too(tmp_path, server, town):
    place = tmp_path / "place"
    (place / "layers").mkdir(parents=True)
    text = PLAN.replace("URL", server.url).replace('["roads"]', "[]") + WALK
    text = text.replace('parks = { path = "layers/own.gpkg" }', "")
    (place / "plan.toml").write_text(text)
    area = gpd.GeoDataFrame({"name": ["town"]}, geometry=[box(*WINDOW)], crs=4326)
    area.to_file(place / "layers/districts.gpkg")
    plan = read_plan(place / "plan.toml")
    unknown = run(plan, CATALOGUE)["2"]
    assert (unknown.verdict, unknown.value) == ("unknown", None)
    assert "prepare" in unknown.reason.en
    names = [path.name for path in prepare(plan, CATALOGUE)]
    assert names[-1] == "walkable_ways.streets.parquet"
    kept = place / "layers/.prepared" / names[-1]
    before = run(plan, CATALOGUE)["2"]
    assert before.value is not None
    # what was split is not asked once the answer it was made of is another
    (place / "layers/.prepared/walkable_ways.gpkg").unlink()
    assert run(plan, CATALOGUE)["2"].value is None
    assert kept.is_file()
    assert town.exists()
