"""The verifiers, each a process that reads cases and writes answers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import Callable

TOP = Path(__file__).resolve().parents[2]
BUILT = TOP / ".build" / "differential"
OURS = "certauth"
# What CertAuth, and others, cannot be asked: paths alone.
PATHS_ALONE = {"go", "pyca", "swift-certificates"}


def commands() -> dict[str, list[str]]:
    scripts = TOP / "Differential" / "judges"
    swift = TOP / "Differential" / "SwiftCertificates" / ".build" / "release" / "Judge"
    return {
        OURS: [str(TOP / ".build" / "debug" / "certauth"), "verify", "--batch", "--profile", "rfc5280"],
        "libcrypto": [sys.executable, "-W", "ignore", str(scripts / "libcrypto.py")],
        "pyca": [sys.executable, "-W", "ignore", str(scripts / "pyca.py")],
        "certvalidator": [sys.executable, "-W", "ignore", str(scripts / "certvalidator.py")],
        "go": [str(BUILT / "go-judge")],
        "java": ["java", "-Xmx512m", "-XX:+UseSerialGC", "-cp", str(BUILT / "java"), "Judge"],
        "swift-certificates": [str(swift)],
    }


def missing() -> set[str]:
    """Verifiers that are not built: the package in Swift takes minutes, so that a share may do without it."""
    return {name for name, command in commands().items() if "/" in command[0] and not Path(command[0]).exists()}


class Judge:
    """One verifier as a process. Questions go in by one thread, answers come out by another."""

    def __init__(self, name: str, command: list[str], receive: Callable[[str, dict], None]) -> None:
        self.name = name
        self.ended = False
        self.questions: Queue[str | None] = Queue(maxsize=400)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.receive = receive
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._read)]
        for thread in self.threads:
            thread.start()

    def ask(self, line: str) -> None:
        self.questions.put(line)

    def finish(self) -> None:
        """Waits for the last answer."""
        self.questions.put(None)
        for thread in self.threads:
            thread.join()
        if self.process.wait() != 0:
            raise RuntimeError(f"{self.name} ended with status {self.process.returncode}")

    def _write(self) -> None:
        while (line := self.questions.get()) is not None:
            if self.ended:
                continue
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                self.ended = True
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            self.ended = True

    def _read(self) -> None:
        for line in self.process.stdout:
            self.receive(self.name, json.loads(line))
        self.ended = True
