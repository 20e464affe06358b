// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
import Foundation
import XCTest

/// Starts `certauth serve` as a service manager does, with sockets and a socket for notifications, and returns a
/// transcript.
struct ServiceManager {
    /// The arguments after `certauth`.
    var arguments: [String]
    /// A path or `@` and an abstract name; nil for none.
    var notify: String?
    /// `WATCHDOG_USEC` and `WATCHDOG_PID`; `PID` is replaced by the server's.
    var watchdog: String?
    var watchdogProcess: String?
    /// What is passed from descriptor 3 on: `tcp`, `udp`, `bound`, `connected`, `file` or `unix:PATH`.
    var sockets: [String] = []
    /// `LISTEN_FDS`, by default the number of sockets if there are any.
    var count: String?
    /// `LISTEN_PID`; `PID` is replaced by the server's.
    var process = "PID"
    /// Further environment variables.
    var environment: [String: String] = [:]
    /// In turn: `line`, `notify`, `kill SIGNAL`, `get`, `closed`, `error TEXT`. The server is killed at the end.
    var steps: [String] = []

    /// Runs the steps. Ports, process numbers and times are replaced by words.
    func run() throws -> [String] {
        let python = try ExternalTool("python3").url
        var specification: [String: Any] = [
            "program": Program.certauth.path, "arguments": arguments, "sockets": sockets, "process": process,
            "environment": environment, "steps": steps,
        ]
        specification["notify"] = notify
        specification["watchdog"] = watchdog
        specification["watchdogProcess"] = watchdogProcess
        specification["count"] = count ?? (sockets.isEmpty ? nil : "\(sockets.count)")
        let json = String(decoding: try JSONSerialization.data(withJSONObject: specification), as: UTF8.self)
        let outcome = try Program.run(python, ["-c", Self.script, json])
        XCTAssertEqual(outcome.status, 0, outcome.errors)
        return outcome.lines
    }

    private static let script = #"""
        import fcntl, http.client, json, os, re, signal, socket, sys, tempfile, time
        spec = json.loads(sys.argv[1])
        kept, port = [], None
        def listening(kind):
            global port
            if kind.startswith("unix:"):
                s = socket.socket(socket.AF_UNIX); s.bind(kind[5:]); s.listen(); return s
            if kind == "udp":
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); return s
            if kind == "file": return open("/dev/null")
            s = socket.socket(); s.bind(("127.0.0.1", 0))
            if kind == "bound": return s
            s.listen()
            if kind == "tcp":
                port = port or s.getsockname()[1]
                return s
            kept.append(s)
            return socket.create_connection(s.getsockname())
        passed = [listening(kind) for kind in spec["sockets"]]
        notify = spec.get("notify")
        if notify:
            box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            box.bind("\0" + notify[1:] if notify[0] == "@" else notify)
            box.settimeout(120)
        errors = tempfile.TemporaryFile()
        out, to = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.dup2(to, 1); os.dup2(errors.fileno(), 2)
            high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 100) for s in passed]
            os.closerange(3, 100)
            for index, fd in enumerate(high): os.dup2(fd, 3 + index)
            env = dict(os.environ); env.update(spec["environment"])
            if spec.get("count") is not None:
                env["LISTEN_FDS"] = spec["count"]
                env["LISTEN_PID"] = spec["process"].replace("PID", str(os.getpid()))
            if notify: env["NOTIFY_SOCKET"] = notify
            if spec.get("watchdog"): env["WATCHDOG_USEC"] = spec["watchdog"]
            if spec.get("watchdogProcess"):
                env["WATCHDOG_PID"] = spec["watchdogProcess"].replace("PID", str(os.getpid()))
            os.execve(spec["program"], [spec["program"]] + spec["arguments"], env)
        os.close(to)
        lines = os.fdopen(out)
        ended = None
        def said():
            errors.seek(0); return errors.read().decode()
        def plain(text):
            text = re.sub(r"(?<=127\.0\.0\.1:)\d+|(?<=\[::1\]:)\d+", "PORT", text)
            return re.sub(r"MONOTONIC_USEC=\d+", "MONOTONIC_USEC=TIME", text).replace("\n", "|")
        try:
            for step in spec["steps"]:
                word, _, rest = step.partition(" ")
                if word == "line":
                    line = lines.readline().strip()
                    found = re.search(r"127\.0\.0\.1:(\d+)", line)
                    if found: port = int(found.group(1))
                    print(plain(line))
                elif word == "notify": print(plain(box.recv(4096).decode()))
                elif word == "kill": os.kill(pid, getattr(signal, "SIG" + rest))
                elif word == "get":
                    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                    client.request("GET", "/public"); print(client.getresponse().status); client.close()
                elif word == "closed":
                    for fd in range(3, 3 + len(passed)):
                        flags = open("/proc/%d/fdinfo/%d" % (pid, fd)).read()
                        print("close-on-exec %s" % bool(int(re.search(r"flags:\s*(\d+)", flags).group(1), 8) & 0o2000000))
                elif word == "error":
                    end = time.time() + 120
                    while rest not in said() and time.time() < end: time.sleep(0.01)
                    print("found" if rest in said() else "missing in " + said())
                elif word == "write":
                    path, _, text = rest.partition(" ")
                    with open(path, "w") as f: f.write(text)
                elif word == "end":
                    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    print("exit %d" % ended)
                    if ended: print(said().strip())
        finally:
            if ended is None:
                os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)
        """#
}
