"""Starts the agent anew from what is deployed, with its settings as they are. Run twice, the second one wins."""

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.request


def main(folder):
    with open(os.path.join(folder, "agent.env")) as file:
        settings = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    with open(os.path.join(folder, "restart.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stop(folder)
        with open(os.path.join(folder, "agent.log"), "ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-B", os.path.join(folder, "code", "agent.py"), os.path.join(folder, "knowledge")],
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        with open(os.path.join(folder, "pid"), "w") as file:
            file.write(str(started.pid))
        wait("http://127.0.0.1:%s/version" % settings["PORT"])


def stop(folder):
    try:
        with open(os.path.join(folder, "pid")) as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return
    while is_alive(pid):
        time.sleep(0.02)


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(address):
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The agent does not answer at " + address)


if sys.argv[1] == "stop":
    stop(sys.argv[2])
else:
    main(sys.argv[1])
