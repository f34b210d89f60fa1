"""A real Airflow with its own folder and database under dags/target."""

import os
import shutil
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[1]
HOME = DAGS / "target" / "airflow"

# Airflow reads its configuration once, at the first import: before any test module's.
shutil.rmtree(HOME, ignore_errors=True)
HOME.mkdir(parents=True)
for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
    del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}
sys.dont_write_bytecode = True


@pytest.fixture(scope="session")
def dag_bag():
    """Every DAG of the folder, imported as Airflow's DAG processor imports it."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=DAGS)


@pytest.fixture
def nightly_billing(dag_bag):
    return dag_bag.dags["nightly_billing"]
