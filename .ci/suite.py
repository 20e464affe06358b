"""Runs a test suite and prints what a person reads: progress, then counts, skipped tests and failures.

    suite.py run NAME BUILD-COMMAND... -- TEST-COMMAND...
    suite.py report NAME...

`run` writes the whole output to .build/suite-NAME.log and the results to .build/suite-NAME.json. An empty build command
builds nothing. The tests have a temporary folder of their own; the suite fails if they leave a file or a process there.
`report` prints one table of several suites, with their failures last.
"""

import collections
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRESS_SECONDS = 20
# A suite that takes longer hangs.
MOST_SECONDS = 45 * 60
# A program that the tests left running may hold the pipe for this long after their end.
GRACE_SECONDS = 5
# A failure's message may have many lines; the log has all of them.
MESSAGE_LINES = 8
MESSAGE_COLUMNS = 400
REPORTED_FAILURES = 40

CASE = re.compile(r"^Test Case '(?:-\[(?:\w+\.)?(\w+) (\w+)\]|(\w+)\.(\w+))' (started|passed|failed|skipped)")
FAILURE = re.compile(r"^(.+?):(\d+): error: (?:-\[(?:\w+\.)?(\w+) (\w+)\]|(\w+)\.(\w+)) : (.*)")
SKIP = re.compile(r"Test skipped(?:: required (?:true|false) value but got (?:true|false))?(?: - |: )?(.*)")
FATAL = re.compile(
    r"WARNING: ThreadSanitizer|ERROR: (?:Address|Leak)Sanitizer|runtime error:|Fatal error"
    r"|^error: |error: Exited with|\.swift:\d+:\d+: error:"
)
NOT_OF_A_MESSAGE = re.compile(r"^(Test (Case|Suite) |\S+:\d+: |\d{4}-\d\d-\d\dT|\t? *Executed \d|\[\d+/\d+\])")
EXECUTED = re.compile(r"Executed (\d+) tests?, with (?:\d+ tests? skipped and )?(\d+) failures?")
BUILD_STEP = re.compile(r"^\[\d+/\d+\]")


def words(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def duration(seconds):
    seconds = int(seconds)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def say(text=""):
    print(text, flush=True)


class Sources:
    """Which target a test class belongs to, and where its tests are.

    XCTest on Linux does not name the target. If targets have classes of the same name, those behind package traits count
    only in the suite of the traits.
    """

    def __init__(self, has_traits):
        self.targets, self.files = {}, {}
        for folder, _, names in os.walk("Tests"):
            for name in names:
                if not name.endswith(".swift"):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                is_likely = bool(re.search(r"^#if (Hummingbird|NIOSSL|GRPC)$", text, re.M)) == has_traits
                for found in re.finditer(r"^(?:(?:public|final) )*(class|extension) (\w+)", text, re.M):
                    files = self.files.setdefault(found[2], [])
                    files.insert(0 if is_likely else len(files), path)
                    if found[1] == "class" and (is_likely or found[2] not in self.targets):
                        self.targets[found[2]] = path.split(os.sep)[1]

    def place(self, name, test):
        """The place of a test whose failure has none."""
        for path in self.files.get(name, []):
            with open(path, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    if f"func {test}(" in line:
                        return f"{path}:{number}"
        return "?"


class Suite:
    def __init__(self, name):
        self.name = name
        self.log = f".build/suite-{name}.log"
        self.counts = collections.defaultdict(collections.Counter)
        self.skipped = collections.defaultdict(set)
        self.failures = []
        self.fatal = []
        # The counts that XCTest states last: tests and failures.
        self.executed = (0, 0)
        self.tail = collections.deque(maxlen=20)
        self.running = self.last = None
        self.step = ""
        self.open = None
        self.started = time.monotonic()
        self.sources = Sources(has_traits=name == "traits")

    def read(self, line):
        self.tail.append(line)
        executed = EXECUTED.search(line)
        if executed:
            self.executed = (int(executed[1]), int(executed[2]))
        case = CASE.match(line)
        if case:
            name, test, outcome = case[1] or case[3], case[2] or case[4], case[5]
            self.running = (name, test) if outcome == "started" else None
            self.last = (name, test)
            if outcome != "started":
                self.counts[self.sources.targets.get(name, "?")][outcome] += 1
        elif BUILD_STEP.match(line):
            self.step = line
        failure = FAILURE.match(line)
        if failure:
            name, test = failure[3] or failure[5], failure[4] or failure[6]
            place = f"{os.path.relpath(failure[1])}:{failure[2]}"
            if not os.path.exists(failure[1]):
                place = self.sources.place(name, test)
            self.open = [f"{place}: {name}.{test}: {failure[7][:MESSAGE_COLUMNS]}"]
            self.failures.append(self.open)
            say(f"{self.name}: FAILED {self.open[0][:200]}")
            return
        skip = SKIP.search(line)
        if skip and self.running:
            self.skipped[skip[1].strip()].add(self.running[0])
        if NOT_OF_A_MESSAGE.match(line) or skip:
            self.open = None
        if self.open is not None and len(self.open) < MESSAGE_LINES:
            self.open.append("    " + line[:MESSAGE_COLUMNS])
        elif FATAL.search(line) and line not in self.fatal:
            self.fatal.append(line)

    def total(self, outcome):
        return sum(counter[outcome] for counter in self.counts.values())

    @property
    def ran(self):
        return sum(sum(counter.values()) for counter in self.counts.values())

    def progress(self):
        passed = duration(time.monotonic() - self.started)
        if self.running or self.ran:
            where = "in " + ".".join(self.running) if self.running else "after " + ".".join(self.last)
            failed = self.total("failed")
            say(f"{self.name}: {passed}: {words(self.ran, 'test')}, {failed} failed; {where}")
        else:
            say(f"{self.name}: {passed}: building {self.step[:100]}")

    def follow(self, command, log, environment):
        """Runs a command and reads its output until it has ended, even if a program it left holds the pipe."""
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        rest, due, ended = b"", time.monotonic() + PROGRESS_SECONDS, None
        while True:
            if time.monotonic() - self.started > MOST_SECONDS:
                self.failures.append([f"the suite took longer than {MOST_SECONDS // 60} min and was stopped"])
                process.kill()
                break
            if ended is None and process.poll() is not None:
                ended = time.monotonic()
            if ended is not None and time.monotonic() - ended > GRACE_SECONDS:
                break
            if time.monotonic() >= due:
                self.progress()
                due = time.monotonic() + PROGRESS_SECONDS
            if not selector.select(timeout=1):
                if process.poll() is not None:
                    break
                continue
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data:
                break
            log.write(data)
            log.flush()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self.read(line.decode("utf-8", "replace"))
        if rest:
            self.read(rest.decode("utf-8", "replace"))
        return process.wait()

    def run(self, build, test):
        with open(self.log, "wb") as log:
            status = self.follow(build, log, dict(os.environ)) if build else 0
            if status == 0:
                self.fatal.clear()
                status = self.tests(test, log)
        if self.running:
            name, test = self.running
            place = self.sources.place(name, test)
            self.failures.append([f"{place}: {name}.{test}: the process ended in this test"] + self.fatal[-5:])
        if any("Sanitizer" in line or "runtime error:" in line for line in self.fatal):
            status = status or 1
        tests, failed = self.executed
        if status == 0 and (tests == 0 or failed > 0 or self.total("failed") > 0) and not self.failures:
            self.failures.append([f"{words(tests, 'test')} ran and {failed} failed, but the suite ended without an error"])
        if status != 0 and not self.failures:
            self.failures += [[line] for line in self.fatal[:REPORTED_FAILURES]] or [list(self.tail)]
        self.status = status or (1 if self.failures else 0)
        self.save()
        return self.status

    def tests(self, command, log):
        # Its path is short, because a socket's path in it may have at most 104 bytes.
        folder = tempfile.mkdtemp(prefix="ca-", dir="/tmp")
        try:
            status = self.follow(command, log, dict(os.environ, TMPDIR=folder))
            for left in left_processes(folder) + left_files(folder):
                self.failures.append([f"left behind by the tests: {left}"])
            return status
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def save(self):
        result = {
            "name": self.name,
            "seconds": time.monotonic() - self.started,
            "status": self.status,
            "targets": self.counts,
            "skipped": {reason: sorted(names) for reason, names in self.skipped.items()},
            "failures": self.failures,
        }
        with open(f".build/suite-{self.name}.json", "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)


def proc(identifier, name):
    try:
        with open(f"/proc/{identifier}/{name}", "rb") as file:
            return file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def ps(*options):
    listed = subprocess.run(["ps", *options], capture_output=True, check=False).stdout
    return listed.decode("utf-8", "replace").splitlines()


def processes_of(folder):
    """The identifiers and commands of processes with the folder in their command or environment."""
    if os.path.isdir("/proc/self"):
        for identifier in filter(str.isdigit, os.listdir("/proc")):
            command = proc(identifier, "cmdline")
            if folder in command or folder in proc(identifier, "environ"):
                yield int(identifier), command
        return
    for line in ps("axeww", "-o", "pid=,command="):
        if folder in line:
            identifier = line.split()[0]
            yield int(identifier), " ".join(ps("-p", identifier, "-o", "command="))


def left_processes(folder):
    """Ends the processes of the tests that still run, and names them without their environment."""
    deadline = time.monotonic() + 3
    while True:
        left = [found for found in processes_of(folder) if found[0] != os.getpid()]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    for identifier, _ in left:
        try:
            os.kill(identifier, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return [f"process {identifier}: {command[:160]}" for identifier, command in left]


def left_files(folder):
    """Names what is in the folder, apart from lock files and empty folders of `swift test` itself."""
    left = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        inside = sorted(os.listdir(path)) if os.path.isdir(path) else None
        if name.startswith("TemporaryDirectory.") and inside in ([], [".keep-directory"]):
            continue
        if name.startswith("_") and name.endswith(".lock"):
            continue
        left.append(f"file {name}" if inside is None else f"folder {name} with {', '.join(inside[:6]) or 'nothing'}")
    return left


def load(name):
    try:
        with open(f".build/suite-{name}.json", encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return None


def count(result):
    counts = collections.Counter()
    for counter in result["targets"].values():
        counts.update(counter)
    return counts


def row(name, counts, rest=""):
    numbers = "".join(f"{counts[kind]:>7} {kind}" for kind in ["passed", "failed", "skipped"])
    return f"  {name:<26}{sum(counts.values()):>6} tests{numbers}{rest}"


def failures(result):
    lines = [line for failure in result["failures"][:REPORTED_FAILURES] for line in failure]
    further = len(result["failures"]) - REPORTED_FAILURES
    return lines + ([f"and {further} more"] if further > 0 else [])


def print_skipped(results):
    reasons = collections.defaultdict(set)
    for result in results:
        for reason, names in result["skipped"].items():
            reasons[reason].update(names)
    if reasons:
        say("skipped:")
    for reason, names in sorted(reasons.items()):
        say(f"  {', '.join(sorted(names))}: {reason}")


def print_suite(result):
    log = f".build/suite-{result['name']}.log"
    word = "passed" if result["status"] == 0 else "FAILED"
    say(f"--- suite {result['name']} {word} in {duration(result['seconds'])}; its whole output is in {log}")
    for target, counts in sorted(result["targets"].items()):
        say(row(target, collections.Counter(counts)))
    print_skipped([result])
    for line in failures(result):
        say(line)


def print_report(names):
    results = [result for result in map(load, names) if result]
    say("--- suites")
    for result in results:
        say(row(result["name"], count(result), f"  {duration(result['seconds']):>12}  .build/suite-{result['name']}.log"))
    print_skipped(results)
    for result in results:
        if result["failures"]:
            say(f"failures of suite {result['name']}:")
        for line in failures(result):
            say(line)


def main(arguments):
    if arguments[:1] == ["report"]:
        print_report(arguments[1:])
        return 0
    if arguments[:1] == ["run"] and "--" in arguments[2:]:
        end = arguments.index("--", 2)
        suite = Suite(arguments[1])
        status = suite.run(arguments[2:end], arguments[end + 1 :])
        print_suite(load(suite.name))
        return status if 0 < status < 256 else min(abs(status), 1)
    sys.stderr.write(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
