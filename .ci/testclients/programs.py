"""Commands that request a page."""

import os
import shutil

from testclients.world import ALERT, GOOD, NONE, PASSWORD, REVOKED, Client, first_version, run


class Curl(Client):
    name, program = "curl", "curl"
    alert = "sslv3 alert certificate revoked"
    flags = []

    def ask(self, case):
        files = self.world.files(case)
        own = ["--cert", files[0], "--key", files[1]] if files else []
        flags = ["-sS", "--max-time", "20", "--cacert", self.world.anchor, *self.flags]
        return run("curl", *flags, *own, self.world.url(case))


class CurlTLS12(Curl):
    name = "curl, TLS 1.2"
    flags = ["--tls-max", "1.2"]


class Wget(Client):
    name, program = "wget", "wget"
    # It does not show the alert.
    alert = "Giving up."

    def ask(self, case):
        files = self.world.files(case)
        own = [f"--certificate={files[0]}", f"--private-key={files[1]}"] if files else []
        flags = ["-O-", "-t1", "-T20", "--content-on-error", f"--ca-certificate={self.world.anchor}"]
        return run("wget", *flags, *own, self.world.url(case))


class OpenSSL(Client):
    name, program = "openssl s_client", "openssl"
    alert = "sslv3 alert certificate revoked"

    def version(self):
        return first_version("openssl", "version")

    def ask(self, case):
        files = self.world.files(case)
        own = ["-cert", files[0], "-cert_chain", files[0], "-key", files[1]] if files else []
        request = f"GET {self.world.target(case)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        flags = ["-ign_eof", "-enable_pha", "-servername", "localhost", "-CAfile", self.world.anchor]
        return run("openssl", "s_client", "-connect", f"localhost:{self.world.port(case)}", *flags, *own, stdin=request)


class GnuTLS(OpenSSL):
    name, program = "gnutls-cli", "gnutls-cli"
    cases = [GOOD, NONE, REVOKED, ALERT]
    alert = "Certificate was revoked"

    def version(self):
        return first_version("gnutls-cli", "--version")

    def own(self, case):
        files = self.world.files(case)
        return [f"--x509certfile={files[0]}", f"--x509keyfile={files[1]}"] if files else []

    def ask(self, case, environment=None):
        request = f"GET {self.world.target(case)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        flags = [f"--x509cafile={self.world.anchor}", "-p", self.world.port(case), "localhost"]
        return run("gnutls-cli", *self.own(case), *flags, stdin=request, environment=environment)


class SmartCard(GnuTLS):
    """GnuTLS with a certificate and key in a PKCS #11 token, made by SoftHSM."""

    name, program = "gnutls-cli, smart card (SoftHSM)", "softhsm2-util"
    module = "/usr/lib/softhsm/libsofthsm2.so"

    @property
    def missing(self):
        needed = ["gnutls-cli", "softhsm2-util", "p11tool"]
        absent = [name for name in needed if not shutil.which(name)]
        return f"{', '.join(absent)} is not installed" if absent else None

    def version(self):
        return first_version("softhsm2-util", "--version")

    def own(self, case):
        name = self.world.name(case)
        if not name:
            return []
        token = f"pkcs11:token={name};object={name}"
        pin = f"pin-value={PASSWORD}"
        own = [f"--x509certfile={token};type=cert", f"--x509keyfile={token};type=private?{pin}"]
        return [f"--provider={self.module}", *own]

    def prepare(self, name):
        folder = self.world.path(f"token-{name}")
        os.makedirs(folder, exist_ok=True)
        text = f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
        environment = {"SOFTHSM2_CONF": self.world.write(f"softhsm-{name}.conf", text)}
        if os.listdir(folder):
            return environment
        init = ["--init-token", "--free", "--label", name, "--pin", PASSWORD, "--so-pin", PASSWORD]
        run("softhsm2-util", *init, environment=environment)
        chain, key = self.world.files({"alice": GOOD, "bob": REVOKED}[name])
        tool = ["p11tool", f"--provider={self.module}", "--batch", "--login", f"--set-pin={PASSWORD}", "--write"]
        for kind, file in [("--load-privkey", key), ("--load-certificate", chain)]:
            run(*tool, f"--label={name}", "--id=01", f"{kind}={file}", f"pkcs11:token={name}", environment=environment)
        return environment

    def ask(self, case, environment=None):
        name = self.world.name(case)
        return super().ask(case, self.prepare(name) if name else None)


class NSS(Client):
    """The test client of NSS, the library of Firefox."""

    name, program = "NSS tstclnt", "tstclnt"
    flags = []
    # It offers post-handshake authentication, which needs a certificate.
    late = ["-E"]
    alert = "SSL_ERROR_REVOKED_CERT_ALERT"

    @property
    def missing(self):
        absent = [name for name in ["tstclnt", "certutil", "pk12util"] if not shutil.which(name)]
        return f"{', '.join(absent)} is not installed" if absent else None

    def version(self):
        return first_version("dpkg-query", "-W", "-f", "${Version}", "libnss3-tools")

    def ask(self, case):
        database = self.world.path(f"{self.program}-{case}")
        if not os.path.exists(database):
            self.world.fill(database, self.world.leaf(case))
        request = f"GET {self.world.target(case)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        name = self.world.name(case)
        own = ["-n", name, *self.late] if name else []
        flags = ["-4", "-h", "localhost", "-p", self.world.port(case), "-d", f"sql:{database}", *self.flags]
        return run("tstclnt", *flags, *own, "-A", self.world.write("request", request))


class NSSTLS12(NSS):
    name = "NSS tstclnt, TLS 1.2"
    flags = ["-V", "tls1.2:tls1.2"]
