"""Runs Airflow's programs for one platform until it is told to end. No DAG itself.

Started by dags/airflow, which sets Airflow's configuration: serve.py DATA_FOLDER PORT. It is not
`airflow standalone`, because that one serves logs on every address of the machine.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import psutil

# The API server reads logs from the disk that all of them share. It is the first one: a task that
# starts before it answers fails, and is tried again minutes later only.
PROGRAMS = {
    "api-server": [],
    "scheduler": ["--skip-serve-logs"],
    "dag-processor": [],
    "triggerer": ["--skip-serve-logs"],
}
MAX_START = 300
GRACE = 10


class Refusal(Exception):
    """One sentence for the user."""


def airflow(*arguments):
    return [sys.executable, "-m", "airflow", *arguments]


def connects(host, port):
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def check(data, port):
    """Refuses where the platform is down or the port is taken."""
    settings = (data / "settings" / "batch.properties").read_text()
    catalog = re.search(r"^lake\.catalog-uri = jdbc:postgresql://([^:/]+):(\d+)/", settings, re.M)
    if not connects(catalog[1], int(catalog[2])):
        raise Refusal(f"the platform in {data} is down: start it with ./clickledger up")
    if connects("127.0.0.1", port):
        raise Refusal(f"port {port} is taken: choose another with --port")


def write_pid_file(file, log):
    """Lets `./clickledger down` end this process, which it knows by pid and start time."""
    process = psutil.Process()
    started = datetime.fromtimestamp(process.create_time(), UTC).isoformat(timespec="milliseconds")
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f"name=airflow\npid={process.pid}\nstarted-at={started.replace('+00:00', 'Z')}\nlog={log}\n"
    )


def health(port):
    """The state of each part by its name; nothing while the API server does not answer."""
    try:
        uri = f"http://127.0.0.1:{port}/api/v2/monitor/health"
        with urllib.request.urlopen(uri, timeout=5) as answer:
            return {name: part["status"] for name, part in json.load(answer).items()}
    except OSError:
        return {}


def await_health(port, programs, *parts):
    """Returns when these parts are healthy; fails where a program ends before."""
    deadline = time.monotonic() + MAX_START
    while time.monotonic() < deadline:
        check_alive(programs)
        states = health(port)
        if all(states.get(part) == "healthy" for part in parts):
            return
        time.sleep(0.5)
    raise Refusal(f"Airflow is not ready after {MAX_START} s; logs/airflow.log says more")


def check_alive(programs):
    for name, program in programs.items():
        if program.poll() is not None:
            raise Refusal(
                f"Airflow's {name} ended with {program.returncode}; logs/airflow.log says why"
            )


def end(programs):
    """Ends the programs and all that they started: tasks have process groups of their own."""
    family = []
    for program in programs.values():
        if program.poll() is None:
            started = psutil.Process(program.pid)
            family += [started, *started.children(recursive=True)]
            program.terminate()
    for finish in (psutil.Process.terminate, psutil.Process.kill):
        _, family = psutil.wait_procs(family, timeout=GRACE)
        for process in family:
            try:
                finish(process)
            except psutil.NoSuchProcess:
                pass  # it ended meanwhile
    psutil.wait_procs(family, timeout=GRACE)


def serve(data, port, log):
    """Starts everything and says where it is; a signal or the end of a program ends all."""
    log.parent.mkdir(exist_ok=True)
    password = data / "airflow" / "simple_auth_manager_passwords.json.generated"
    programs = {}
    with log.open("a") as out:
        subprocess.run(airflow("db", "migrate"), stdout=out, stderr=out, check=True)
        try:
            for name, arguments in PROGRAMS.items():
                # A session of its own: Ctrl-C is this program's to hand on.
                programs[name] = subprocess.Popen(
                    airflow(name, *arguments), stdout=out, stderr=out, start_new_session=True
                )
                await_health(port, programs, "metadatabase")
            await_health(port, programs, "scheduler", "dag_processor", "triggerer")
            print(
                f"Airflow runs on http://127.0.0.1:{port}/: user admin, password in {password}.\n"
                "Its DAGs are on: the latest day and hour start now, the next ones by their"
                " schedule.\nTo stop one: ./clickledger airflow dags pause nightly_billing\n"
                f"Its log is {log}. Ctrl-C ends it.",
                flush=True,
            )
            while True:
                check_alive(programs)
                time.sleep(1)
        finally:
            end(programs)


def main():
    data, port = Path(sys.argv[1]), int(sys.argv[2])
    log = data / "logs" / "airflow.log"
    pid_file = data / "pids" / "airflow.pid"

    def interrupt(*_):
        # A second signal must not cut off the end.
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupt)
    try:
        check(data, port)
        write_pid_file(pid_file, log)
        try:
            serve(data, port, log)
        finally:
            pid_file.unlink(missing_ok=True)
    except KeyboardInterrupt:
        print("Airflow has ended.")
    except Refusal as refusal:
        sys.exit(f"clickledger: {refusal}")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"clickledger: {failure}; its log is {log}")


if __name__ == "__main__":
    main()
