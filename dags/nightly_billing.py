"""Every night: bring the lake's tables up to date, then turn the past UTC day into final numbers.

When and in what order, nothing else: each task runs one script of spark-submit/, which a person can
run by hand with the same arguments.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param

from spark_submit import script

DOC = """
### nightly_billing

Makes the clicks of one UTC day final and publishes them, with the clicks that came late for
earlier days since the billing run before.

| task | runs | a second run for the same date |
|---|---|---|
| `migrate_lake` | `spark-submit/migrate-lake` | changes nothing |
| `roll_up_clicks` | `spark-submit/roll-up-clicks` | gives the same numbers for the same clicks |

**The date** is the UTC day on which the data interval starts. A run that is triggered by hand takes
the parameter `date` instead.

**A missed night** needs no run of its own: the next one computes every day after the last
published one. Therefore the DAG does not catch up, and never runs twice at a time.

**The worker's environment** says where things are:

- `CLICKLEDGER_HOME`: the built repository, with `spark-submit/`
- `CLICKLEDGER_BATCH_SETTINGS`: the settings file of the batch jobs
- what `spark-submit/submit` reads (`JAVA_HOME`, `SPARK_HOME`, `SPARK_MASTER`,
  `CLICKLEDGER_ENVIRONMENT`, `CLICKLEDGER_S3`), and the secrets that the settings file names

**When a task fails for good**, see docs/runbook.md. Readers keep the last publication until then.
"""

# The interval is looked at only where the parameter is not given: a run by hand may have none.
DATE = "{{ params.date or data_interval_start | ds }}"

with DAG(
    dag_id="nightly_billing",
    description="Final numbers of the past UTC day",
    doc_md=DOC,
    # An hour after the day's end, so that most of its late clicks are in.
    schedule=CronDataIntervalTimetable("0 1 * * *", timezone="UTC"),
    start_date=datetime(2026, 11, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    tags=["billing"],
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="UTC day to make final; empty: the day of the data interval",
        )
    },
    default_args={
        "owner": "billing",
        "retries": 2,
        "retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(hours=4),
    },
):
    migrate_lake = BashOperator(
        task_id="migrate_lake",
        doc_md="Creates missing tables and applies new migrations, so the billing run finds them.",
        bash_command=script("migrate-lake"),
    )
    roll_up_clicks = BashOperator(
        task_id="roll_up_clicks",
        doc_md="Exact dedup, rollups, gate and publication. Killed at any point, it may run again.",
        bash_command=script("roll-up-clicks", f"--date {DATE}"),
    )
    migrate_lake >> roll_up_clicks
