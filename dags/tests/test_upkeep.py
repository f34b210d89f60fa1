"""upkeep runs its script every hour, and looks for orphans once a day."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from commands import airflow, command


def hour_of(hour):
    start = datetime(2026, 11, 20, hour, 15, tzinfo=UTC)
    return {"data_interval_start": start, "data_interval_end": start + timedelta(hours=1)}


@pytest.fixture
def upkeep(dag_bag):
    return dag_bag.dags["upkeep"]


def test_runs_every_hour_in_utc(upkeep):
    timetable = upkeep.timetable

    assert (timetable.expression, str(timetable.timezone)) == ("15 * * * *", "UTC")
    assert [task.task_id for task in upkeep.tasks] == ["upkeep"]


def test_looks_for_orphans_once_a_day(upkeep):
    with_orphans = [
        hour
        for hour in range(24)
        if command(upkeep, "upkeep", **hour_of(hour)).endswith(" --orphans")
    ]

    assert with_orphans == [4]


def test_a_run_by_hand_without_an_interval_leaves_orphans(upkeep):
    rendered = command(upkeep, "upkeep", data_interval_start=None)

    assert "--orphans" not in rendered


def test_airflow_runs_the_script_with_the_settings(tmp_path):
    log = tmp_path / "log"
    script = tmp_path / "spark-submit" / "upkeep"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$#" "$@" >> "{log}"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    environment = os.environ | {
        "CLICKLEDGER_HOME": str(tmp_path),
        "CLICKLEDGER_BATCH_SETTINGS": "/a folder/batch.properties",
    }

    airflow(environment, "db", "migrate")
    airflow(environment, "dags", "test", "upkeep", "2026-11-20T05:15:00+00:00")

    assert log.read_text().splitlines() == ["3 --settings /a folder/batch.properties --orphans"]
