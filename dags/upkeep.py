"""Every hour: fold, compact and delete what the streams left behind.

When, nothing else: the task runs one script of spark-submit/, which a person can run by hand with
the same arguments.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronDataIntervalTimetable

from spark_submit import script

DOC = """
### upkeep

Lets the lake be written to for months: ended hours of live are folded, small files compacted, and
rows older than their retention deleted. What a reader counts does not change. Snapshots are expired
by the streaming driver.

| task | runs | a second run |
|---|---|---|
| `upkeep` | `spark-submit/upkeep` | does what is left to do |

**Once a day**, in the run of the hour from 04:00 UTC on, it also lists the warehouse and deletes
files that no table knows (`--orphans`).

**A missed hour** needs no run of its own: the next one does its work as well. It runs beside the
streams and beside a billing run; folding waits for the end of the billing run.

**The worker's environment** is that of `nightly_billing`.

**When the task fails for good**, see docs/runbook.md. Readers notice nothing but slower answers.
"""

# A run by hand may have no interval.
ORPHANS = "{{ '--orphans' if data_interval_start and data_interval_start.hour == 4 else '' }}"

with DAG(
    dag_id="upkeep",
    description="Fold, compact and delete what the streams left behind",
    doc_md=DOC,
    # Late enough that the hour before has ended for folding.
    schedule=CronDataIntervalTimetable("15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 11, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["upkeep"],
    default_args={
        "owner": "upkeep",
        "retries": 1,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=2),
    },
):
    BashOperator(
        task_id="upkeep",
        doc_md="Every step of upkeep. Killed at any point, it may run again.",
        bash_command=script("upkeep", ORPHANS),
    )
