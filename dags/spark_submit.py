"""How a task runs a script of spark-submit/: the same for every DAG. No DAG itself."""


def script(name: str, arguments: str = "") -> str:
    """The command line of a script of spark-submit/; the worker's shell expands the two paths."""
    home = '"${CLICKLEDGER_HOME:?must be the folder of the built repository}"'
    settings = '"${CLICKLEDGER_BATCH_SETTINGS:?must be the settings file of the batch jobs}"'
    return f"{home}/spark-submit/{name} --settings {settings} {arguments}".strip()
