"""Every month: close the billing periods of the month before.

When, nothing else: the task runs one script of spark-submit/, which a person can run by hand with
the same arguments.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param

from spark_submit import script

DOC = """
### month_close

Judges the days of a month once more, and closes its billing periods: their entries do not change
any more, and what is found later becomes adjustments in open periods.

| task | runs | a second run for the same month |
|---|---|---|
| `close_period` | `spark-submit/close-period` | closes only what is still open |

**The month** is the one in which the data interval starts: the run of the fifth closes the month
before. By then the billing runs of the first days have made its last local days final in every
time zone, and most late clicks are in. A run that is triggered by hand takes the parameter `month`
instead.

**A closed period stays closed.** Pause this DAG where a person closes months, with
`./clickledger close-period`.

**A missed month** needs a run by hand, with the parameter: the next run closes its own month only.

**The worker's environment** is that of `nightly_billing`. While a billing run is in progress, the
task fails, and is tried again later.

**When the task fails for good**, see docs/runbook.md and docs/ledger.md. The period stays open,
and its documents are provisional until then.
"""

# The interval is looked at only where the parameter is not given: a run by hand may have none.
MONTH = "{{ params.month or data_interval_start.strftime('%Y-%m') }}"

with DAG(
    dag_id="month_close",
    description="Close the billing periods of the past month",
    doc_md=DOC,
    # After the billing run of that night, and the night's retries.
    schedule=CronDataIntervalTimetable("0 9 5 * *", timezone="UTC"),
    start_date=datetime(2026, 11, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=14),
    tags=["billing"],
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])\Z",
            description="Month to close, YYYY-MM; empty: the month before",
        )
    },
    default_args={
        "owner": "billing",
        "retries": 3,
        "retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=3),
    },
):
    BashOperator(
        task_id="close_period",
        doc_md="Closes the month for every advertiser. Killed at any point, it may run again.",
        bash_command=script("close-period", f"--month {MONTH}"),
    )
