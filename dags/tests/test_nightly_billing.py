"""nightly_billing runs the scripts of spark-submit/, in order, for the right date."""

import copy
import os
import stat
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.exceptions import ParamValidationError
from commands import airflow, command


def day_of(start):
    return {"data_interval_start": start, "data_interval_end": start + timedelta(days=1)}


NIGHT = day_of(datetime(2026, 11, 20, 1, tzinfo=UTC))


def test_runs_every_night_in_utc_on_the_day_that_has_ended(nightly_billing):
    timetable = nightly_billing.timetable

    assert (timetable.expression, str(timetable.timezone)) == ("0 1 * * *", "UTC")
    assert type(timetable).__name__ == "CronDataIntervalTimetable"


def test_migrates_the_lake_then_rolls_up_the_clicks(nightly_billing):
    assert [task.task_id for task in nightly_billing.topological_sort()] == [
        "migrate_lake",
        "roll_up_clicks",
    ]
    assert nightly_billing.get_task("roll_up_clicks").upstream_task_ids == {"migrate_lake"}


def test_names_the_day_on_which_the_interval_starts(nightly_billing):
    assert command(nightly_billing, "roll_up_clicks", **NIGHT).endswith(" --date 2026-11-20")


def test_names_the_date_of_a_run_by_hand_even_without_an_interval(nightly_billing):
    rendered = command(nightly_billing, "roll_up_clicks", params={"date": "2026-10-31"})

    assert rendered.endswith(" --date 2026-10-31")


@pytest.mark.parametrize(
    "date", ["yesterday", "2026-02-30", "2026-11-20; true", "2026-11-20\n", "20261120"]
)
def test_takes_nothing_but_a_date_for_a_date(nightly_billing, date):
    with pytest.raises(ParamValidationError):
        copy.deepcopy(nightly_billing.params)["date"] = date


def test_airflow_runs_the_scripts_in_order_with_the_settings_and_the_date(tmp_path):
    log = tmp_path / "log"
    for name in ("migrate-lake", "roll-up-clicks"):
        script = tmp_path / "spark-submit" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\necho {name} "$#" "$@" >> "{log}"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    environment = os.environ | {
        "CLICKLEDGER_HOME": str(tmp_path),
        "CLICKLEDGER_BATCH_SETTINGS": "/a folder/batch.properties",
    }

    airflow(environment, "db", "migrate")
    airflow(environment, "dags", "test", "nightly_billing", "--conf", '{"date": "2026-11-20"}')

    assert log.read_text().splitlines() == [
        "migrate-lake 2 --settings /a folder/batch.properties",
        "roll-up-clicks 4 --settings /a folder/batch.properties --date 2026-11-20",
    ]


def test_fails_with_a_sentence_where_the_worker_does_not_know_the_repository(nightly_billing):
    run = subprocess.run(
        ["bash", "-c", command(nightly_billing, "migrate_lake", **NIGHT)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode != 0
    assert "CLICKLEDGER_HOME: must be the folder of the built repository" in run.stderr
