"""A development PKI and its servers, and the kinds of clients that are run against them."""

import os
import re
import shutil
import signal
import subprocess
import sys

SECONDS = 60
PASSWORD = "secret"
GOOD, NONE, REVOKED, LATE, ALERT = "good", "none", "revoked", "late", "alert"
CASES = [GOOD, NONE, REVOKED, LATE, ALERT]
# What the answer says. A browser shows the page of a refusal, with the same code. ALERT: the words of each client.
EXPECTED = {GOOD: "alice", NONE: "no-certificate", REVOKED: "revoked", LATE: "alice"}


def run(*arguments, stdin="", environment=None, seconds=SECONDS):
    """Output and errors of a program, as text."""
    done = subprocess.run(
        arguments,
        input=stdin.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return done.stdout.decode(errors="replace")


def first_version(*arguments):
    found = re.search(r"\d+(\.\d+)+", run(*arguments))
    return found.group(0) if found else "?"


class World:
    """A development PKI, and one server in each mode."""

    def __init__(self, folder, certauth):
        self.folder = folder
        self.certauth = certauth
        self.servers = []
        self.logs = {}
        for command in ["init", "issue localhost --server", "issue alice", "issue bob", "revoke bob"]:
            self.pki(*command.split())
        self.write("password", PASSWORD)
        for name in ["alice", "bob"]:
            self.pki("pfx", name, "--password-file", self.path("password"), "--legacy")
        self.ports = {
            "request": self.serve(),
            "delayed": self.serve("--mode", "delayed"),
            "handshake": self.serve("--verify", "handshake"),
        }

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def pki(self, *arguments):
        done = subprocess.run([self.certauth, "pki", *arguments], cwd=self.folder, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"certauth pki {' '.join(arguments)}: {done.stderr.decode()}")

    def issue(self, name, *flags):
        """A certificate, and its PKCS #12 file."""
        self.pki("issue", name, *flags)
        self.pki("pfx", name, "--password-file", self.path("password"), "--legacy")

    def serve(self, *flags, anchor="pki/root.pem", crl="pki/crls.pem"):
        """Starts a server on a free port, and returns the port."""
        pki = self.path("pki")
        identity = ["--cert", f"{pki}/localhost.chain.pem", "--key", f"{pki}/localhost.key"]
        # Smart cards often hold the client's own certificate only.
        trust = ["--client-ca", self.path(anchor), "--intermediate", f"{pki}/intermediate.pem", "--crl", self.path(crl)]
        log = self.path(f"log-{len(self.servers)}")
        with open(log, "wb") as errors:
            server = subprocess.Popen(
                [self.certauth, "serve", "--listen", "127.0.0.1:0", *identity, *trust, *flags],
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self.servers.append(server)
        line = server.stdout.readline().decode()
        if not line.startswith("listening on "):
            with open(log, encoding="utf-8") as errors:
                sys.exit(f"certauth serve did not start: {errors.read()}")
        port = int(line.rsplit(":", 1)[1])
        self.logs[port] = log
        return port

    def refusals(self, port):
        """The lines of the server's log about refused clients."""
        with open(self.logs[port], encoding="utf-8") as file:
            return [line for line in file if "client refused" in line]

    def url(self, case):
        return f"https://localhost:{self.port(case)}{self.target(case)}"

    def port(self, case):
        return str(self.ports[{LATE: "delayed", ALERT: "handshake"}.get(case, "request")])

    @staticmethod
    def target(case):
        return "/secure/" if case == LATE else "/whoami"

    @staticmethod
    def name(case):
        return {GOOD: "alice", LATE: "alice", REVOKED: "bob", ALERT: "bob", NONE: None}[case]

    def files(self, case):
        """Certificate chain and key; nil without a certificate."""
        name = self.name(case)
        return (self.path(f"pki/{name}.chain.pem"), self.path(f"pki/{name}.key")) if name else None

    def leaf(self, case):
        """A PKCS #12 file of the key and the client's own certificate only, as smart cards hold it."""
        if not (name := self.name(case)):
            return None
        file = self.path(f"{name}-leaf.p12")
        if not os.path.exists(file):
            own = ["-in", self.path(f"pki/{name}.pem"), "-inkey", self.path(f"pki/{name}.key")]
            run("openssl", "pkcs12", "-export", *own, "-out", file, "-passout", f"pass:{PASSWORD}", "-name", name)
        return file

    def bundle(self, case):
        """A PKCS #12 file with the key and the whole chain; nil without a certificate."""
        name = self.name(case)
        return self.path(f"pki/{name}.pfx") if name else None

    def fill(self, database, bundle=None):
        """Makes an NSS database with the root, and the certificates and the key of a PKCS #12 file."""
        os.makedirs(database, exist_ok=True)
        directory = f"sql:{database}"
        run("certutil", "-N", "-d", directory, "--empty-password")
        run("certutil", "-A", "-d", directory, "-t", "C,,", "-n", "root", "-i", self.anchor)
        if bundle:
            self.add(database, bundle)

    @staticmethod
    def add(database, bundle):
        run("pk12util", "-d", f"sql:{database}", "-i", bundle, "-W", PASSWORD, "-K", "")

    @property
    def anchor(self):
        return self.path("pki/root.pem")

    def stop(self):
        for server in self.servers:
            server.send_signal(signal.SIGTERM)
        for server in self.servers:
            server.wait(timeout=20)


class Client:
    """A kind of client. `ask` returns the text in which the outcome is looked for."""

    program = ""
    cases = CASES
    # What the client says when its revoked certificate is refused in the handshake.
    alert = ""

    def __init__(self, world, screenshots):
        self.world = world
        self.screenshots = screenshots

    @property
    def missing(self):
        """What is not installed; nil if the client can run."""
        return None if shutil.which(self.program) else f"{self.program} is not installed"

    def version(self):
        return first_version(self.program, "--version")

    def ask(self, case):
        raise NotImplementedError
