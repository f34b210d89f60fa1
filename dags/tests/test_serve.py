"""dags/airflow runs an Airflow for a platform, on loopback only, and leaves nothing running."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

AIRFLOW = Path(__file__).resolve().parents[1] / "airflow"
START_LIMIT = 300


@pytest.fixture
def catalog():
    """Stands for the platform's PostgreSQL, which is only asked whether it is there."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.fixture
def data(tmp_path, catalog):
    """The data folder of a platform whose warehouse is on S3, and that has a Spark of its own."""
    folder = tmp_path / "data"
    for name in ("settings", "state"):
        (folder / name).mkdir(parents=True)
    uri = f"jdbc:postgresql://127.0.0.1:{catalog}/clickledger?currentSchema=iceberg"
    (folder / "settings" / "batch.properties").write_text(f"lake.catalog-uri = {uri}\n")
    (folder / "state" / "choices.properties").write_text(
        "warehouse=S3\nspark-home=/opt/a\\:spark\n"
    )
    return folder


@pytest.fixture
def environment(tmp_path):
    """A repository whose scripts write down how they were called."""
    home = tmp_path / "home"
    for name in ("migrate-lake", "roll-up-clicks", "upkeep"):
        script = home / "spark-submit" / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(
            f'#!/bin/sh\necho {name} "$@" "$SPARK_HOME $CLICKLEDGER_S3" >> "{home}/log"\n'
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return os.environ | {
        "CLICKLEDGER_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////of/another/airflow.db",
    }


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


def listening(process):
    """The addresses that the process and what it started listen on."""
    addresses = set()
    for member in [process, *process.children(recursive=True)]:
        # A task of Airflow may end meanwhile: what has ended listens on nothing.
        with suppress(psutil.NoSuchProcess):
            addresses |= {
                (connection.laddr.ip, connection.laddr.port)
                for connection in member.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            }
    return addresses


def await_file(file, wanted, process):
    deadline = time.monotonic() + START_LIMIT
    while not (file.exists() and all(text in file.read_text() for text in wanted)):
        assert process.is_running() and time.monotonic() < deadline, f"{wanted} not in {file}"
        time.sleep(0.5)


def test_runs_the_dags_of_a_platform_on_loopback_until_it_is_told_to_end(
    data, environment, tmp_path
):
    port = free_port()
    log = tmp_path / "home" / "log"
    called = [AIRFLOW, "--data-dir", data]

    said = tmp_path / "said"
    with said.open("w") as out:
        started = psutil.Popen([*called, "--port", str(port)], env=environment, stdout=out)
    try:
        await_file(said, ["Ctrl-C ends it."], started)
        await_file(log, ["upkeep ", "migrate-lake "], started)
        settings = data / "settings" / "batch.properties"
        listed = subprocess.run(
            [*called, "dags", "list", "--output", "json"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        family = started.children(recursive=True)

        # The run of one hour a day looks for orphans too.
        upkeep = rf"upkeep --settings {re.escape(str(settings))}( --orphans)? /opt/a:spark true"
        assert re.search(f"^{upkeep}$", log.read_text(), re.MULTILINE)
        dags = json.loads(listed.stdout.splitlines()[-1])
        assert {dag["dag_id"]: dag["is_paused"] for dag in dags} == {
            "month_close": "False",
            "nightly_billing": "False",
            "upkeep": "False",
        }
        assert listening(started) == {("127.0.0.1", port)}
        assert (data / "pids" / "airflow.pid").read_text().startswith("name=airflow\n")
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=120)

    assert started.returncode == 0
    assert [process for process in family if process.is_running()] == []
    assert not (data / "pids" / "airflow.pid").exists()
    assert f"http://127.0.0.1:{port}/: user admin, password in " in said.read_text()
    password = Path(said.read_text().split("password in ")[1].split(".\n")[0])
    assert list(json.loads(password.read_text())) == ["admin"]


def refusal(environment, *arguments):
    run = subprocess.run(
        [AIRFLOW, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    return run.stderr


def test_refuses_in_one_sentence_what_it_cannot_run_for(data, environment, tmp_path, catalog):
    settings = data / "settings" / "batch.properties"

    assert refusal(environment, "--data-dir", tmp_path / "none") == (
        f"clickledger: there is no platform in {tmp_path}/none: make one with ./clickledger up\n"
    )
    assert f"port {catalog} is taken: choose another with --port\n" in refusal(
        environment, "--data-dir", data, f"--port={catalog}"
    )
    settings.write_text(settings.read_text().replace(f":{catalog}/", ":1/"))
    assert f"the platform in {data} is down: start it with ./clickledger up\n" in refusal(
        environment, "--data-dir", data, "--port", str(free_port())
    )
