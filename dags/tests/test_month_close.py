"""month_close closes the month before, on the fifth."""

import copy
import os
import stat
from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import ParamValidationError
from commands import airflow, command


@pytest.fixture
def month_close(dag_bag):
    return dag_bag.dags["month_close"]


def rendered(dag, month=None, **context):
    return command(dag, "close_period", params={"month": month}, **context)


def test_runs_on_the_fifth_of_every_month_in_utc(month_close):
    timetable = month_close.timetable

    assert (timetable.expression, str(timetable.timezone)) == ("0 9 5 * *", "UTC")
    assert type(timetable).__name__ == "CronDataIntervalTimetable"
    assert [task.task_id for task in month_close.tasks] == ["close_period"]


def test_closes_the_month_in_which_the_interval_starts(month_close):
    interval = {
        "data_interval_start": datetime(2026, 12, 5, 9, tzinfo=UTC),
        "data_interval_end": datetime(2027, 1, 5, 9, tzinfo=UTC),
    }

    assert rendered(month_close, **interval).endswith(" --month 2026-12")


def test_closes_the_month_of_a_run_by_hand_even_without_an_interval(month_close):
    assert rendered(month_close, month="2026-10").endswith(" --month 2026-10")


@pytest.mark.parametrize(
    "month", ["October", "2026-13", "2026-10-01", "2026-10; true", "2026-10\n"]
)
def test_takes_nothing_but_a_month_for_a_month(month_close, month):
    with pytest.raises(ParamValidationError):
        copy.deepcopy(month_close.params)["month"] = month


def test_airflow_runs_the_script_with_the_settings_and_the_month(tmp_path):
    log = tmp_path / "log"
    script = tmp_path / "spark-submit" / "close-period"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$#" "$@" >> "{log}"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    environment = os.environ | {
        "CLICKLEDGER_HOME": str(tmp_path),
        "CLICKLEDGER_BATCH_SETTINGS": "/a folder/batch.properties",
    }

    airflow(environment, "db", "migrate")
    airflow(environment, "dags", "test", "month_close", "--conf", '{"month": "2026-10"}')

    assert log.read_text().splitlines() == [
        "4 --settings /a folder/batch.properties --month 2026-10"
    ]
