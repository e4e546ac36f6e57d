"""A PostGIS server of the benchmark's own, gone with it."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
import psutil
import psycopg
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from timing import Answer, Method

BINARIES = Path("/usr/lib/postgresql/15/bin")
# generous for a machine of 8 GB and more; nothing is kept, so nothing is synchronised
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_workers_per_gather": "2",
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
}
_PORT = 54321
_SAMPLE_S = 0.02


class Server:
    """PostgreSQL on a socket in a temporary folder, as user postgres under root."""

    def __enter__(self) -> Self:
        """Start the server, with PostGIS in its database."""
        self.folder = Path(tempfile.mkdtemp(prefix="ecogis-postgis-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        data = str(self.folder / "data")
        self._call("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        options = [f"-c{key}={value}" for key, value in SETTINGS.items()]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(BINARIES / "postgres"),
                    *("-D", data, "-k", str(self.folder), "-p", str(_PORT)),
                    *options,
                ],
                user=self._user,
                stdout=log,
                stderr=log,
            )
        self._wait()
        with self.connect() as connection:
            connection.execute("create extension postgis")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove its folder."""
        self._process.terminate()
        self._process.wait(60)
        shutil.rmtree(self.folder)

    def connect(self) -> psycopg.Connection[Any]:
        """Return a new connection; every statement stands alone."""
        return psycopg.connect(
            host=str(self.folder),
            port=_PORT,
            user="postgres",
            dbname="postgres",
            autocommit=True,
        )

    def load(self, name: str, frame: GeoDataFrame, *numbers: str) -> None:
        """Write a frame as table ``name`` (id, geom and the numbers), with an index."""
        shapes = shapely.set_srid(np.asarray(frame.geometry.values), 4548)
        wkb = shapely.to_wkb(shapes, hex=True, include_srid=True)
        columns = "".join(f", {number} float8" for number in numbers)
        values = [frame[number].tolist() for number in numbers]
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                f"create table {name} (id int primary key, geom geometry{columns})"
            )
            with cursor.copy(f"copy {name} from stdin") as copy:
                for row in zip(range(len(frame)), wkb, *values, strict=True):
                    copy.write_row(row)
            cursor.execute(f"create index on {name} using gist (geom)")
            cursor.execute(f"vacuum analyze {name}")

    def ask(self, statements: Sequence[str]) -> NDArray[np.float64]:
        """Run statements on a new connection; return the last one's rows."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return np.array(cursor.fetchall(), dtype=float)

    def version(self) -> str:
        """Return the versions of PostgreSQL, PostGIS and its GEOS."""
        with self.connect() as connection:
            row = connection.execute("select version(), postgis_full_version()")
            found = row.fetchone() or ("", "")
        postgres = str(found[0]).split(" (")[0]
        words = str(found[1]).replace('"', " ").split()
        pairs = dict(word.split("=") for word in words if word.count("=") == 1)
        geos = str(found[1]).split('GEOS="')[1].split("-")[0]
        postgis = pairs.get("POSTGIS") or str(found[1]).split('POSTGIS="')[1].split()[0]
        return f"{postgres}, PostGIS {postgis}, GEOS {geos}"

    def method(
        self,
        name: str,
        statements: Sequence[str],
        answer: Callable[[NDArray[np.float64]], Answer],
    ) -> Method:
        """Return the method that runs statements and makes an answer of the rows."""
        gauge = ServerGauge(self._process.pid)
        return Method(name, lambda: answer(self.ask(statements)), gauge)

    def _call(self, program: str, *words: str) -> None:
        command = [str(BINARIES / program), *words]
        subprocess.run(command, user=self._user, check=True, stdout=subprocess.DEVNULL)

    def _wait(self) -> None:
        for _ in range(300):
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        msg = f"PostgreSQL does not answer; see {self.folder / 'log'}"
        raise RuntimeError(msg)


class ServerGauge:
    """
    What a run costs the server: CPU and private memory of all its processes.

    Memory is sampled every 20 ms (a peak between two samples is missed, in the
    server's favour); the shared buffers, which hold the tables, do not count.
    """

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)

    def start(self) -> None:
        """Begin to sample."""
        self._base_s, self._base_mb = self._cpu_s(), self._private_mb()
        self._peak_mb = self._base_mb
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Return the CPU seconds and the additional memory in MB at its peak."""
        self._over.set()
        self._thread.join()
        # a backend that ends hands its seconds to the server
        time.sleep(0.1)
        return self._cpu_s() - self._base_s, self._peak_mb - self._base_mb

    def _sample(self) -> None:
        while not self._over.wait(_SAMPLE_S):
            self._peak_mb = max(self._peak_mb, self._private_mb())

    def _cpu_s(self) -> float:
        own = self._server.cpu_times()
        total = own.user + own.system + own.children_user + own.children_system
        for child in self._server.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return total

    def _private_mb(self) -> float:
        total = 0
        for child in self._server.children():
            with suppress(psutil.NoSuchProcess):
                memory = child.memory_info()
                total += memory.rss - memory.shared
        return total / 2**20
