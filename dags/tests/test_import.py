"""Every DAG of the folder imports, and says who owns it and what it does."""

from airflow.dag_processing.dagbag import DagBag


def test_every_dag_imports_without_an_error(dag_bag):
    assert dag_bag.import_errors == {}
    assert sorted(dag_bag.dags) == ["month_close", "nightly_billing", "upkeep"]


def test_a_broken_dag_is_an_import_error(tmp_path):
    (tmp_path / "broken.py").write_text(
        "from airflow.sdk import DAG\n\nDAG('broken', schedul='@daily')\n"
    )

    dag_bag = DagBag(dag_folder=tmp_path)

    assert len(dag_bag.import_errors) == 1
    assert "unexpected keyword argument 'schedul'" in next(iter(dag_bag.import_errors.values()))
    assert dag_bag.dags == {}


def test_every_dag_has_documentation_and_explicit_dates(dag_bag):
    for dag in dag_bag.dags.values():
        assert dag.doc_md
        assert dag.start_date is not None
        assert dag.catchup is False
        assert dag.max_active_runs == 1


def test_every_task_has_an_owner_documentation_retries_and_an_end(dag_bag):
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            assert task.owner not in ("", "airflow"), task.task_id
            assert task.doc_md, task.task_id
            assert task.retries > 0, task.task_id
            assert task.execution_timeout is not None, task.task_id
