"""Starts the service and its worker anew, as its environment file says. Run twice, the second one wins."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request


def main(folder, releases):
    with open(os.path.join(folder, "agent.env")) as file:
        pairs = [line.rstrip("\n").split("=", 1) for line in file if "=" in line]
    settings = dict(pairs)
    pids = os.path.join(folder, "pids.json")
    with open(os.path.join(folder, "restart.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stop(pids)
        release = os.path.join(releases, settings["RELEASE"])
        logs = open(os.path.join(folder, "service.log"), "ab")

        def start(*words):
            return subprocess.Popen(
                [sys.executable, "-B", "-m", *words],
                cwd=release,
                env={**settings, "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
                stdin=subprocess.DEVNULL,
                stdout=logs,
                stderr=logs,
                start_new_session=True,
                close_fds=True,
            ).pid

        started = [
            start("uvicorn", "agent:app", "--host", "127.0.0.1", "--port", settings["PORT"]),
            start("celery", "-A", "agent:queue", "worker", "--pool", "solo", "-Q", settings["QUEUES"], "-n", "one@agents"),
        ]
        with open(pids, "w") as file:
            json.dump(started, file)
        wait("http://127.0.0.1:%s/health" % settings["PORT"])


def stop(pids):
    if not os.path.exists(pids):
        return
    with open(pids) as file:
        running = json.load(file)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in running:
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                pass
        for _ in range(50):
            running = [pid for pid in running if is_alive(pid)]
            if not running:
                return
            time.sleep(0.1)


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(address):
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The service does not answer at " + address)


if sys.argv[1] == "stop":
    stop(os.path.join(sys.argv[2], "pids.json"))
else:
    main(sys.argv[1], sys.argv[2])
