"""What the tests of every DAG ask: a task's command line, and Airflow's own commands."""

import subprocess
import sys


def command(dag, task_id, **context):
    """The task's command line as the worker gets it."""
    context = {"params": {"date": None}} | context
    task = dag.get_task(task_id)
    return task.render_template(task.bash_command, context, dag.get_template_env())


def airflow(environment, *arguments):
    """Runs Airflow's own command; a retry of a failed task would wait beyond the timeout."""
    subprocess.run(
        [sys.executable, "-m", "airflow", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        timeout=180,
        check=True,
    )
