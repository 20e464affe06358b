"""Browsers, each case with a profile of its own."""

import contextlib
import json
import os
import shutil

from testclients import devtools, marionette
from testclients.world import LATE, SECONDS, Client, run


POLICY = "/etc/chromium/policies/managed/certauth-test-clients.json"


@contextlib.contextmanager
def selection():
    """Chromium chooses the certificate itself while this lasts, without a person."""
    os.makedirs(os.path.dirname(POLICY), exist_ok=True)
    choice = json.dumps({"pattern": "https://localhost", "filter": {}})
    with open(POLICY, "w", encoding="utf-8") as file:
        json.dump({"AutoSelectCertificateForUrls": [choice]}, file)
    try:
        yield
    finally:
        os.remove(POLICY)


class Browser(Client):
    """A browser with a profile of its own for each case. Its picture is looked at by people."""

    def profile(self, case):
        folder = self.world.path(f"{self.program}-{case}")
        os.makedirs(folder, exist_ok=True)
        return folder

    @property
    def missing(self):
        absent = [name for name in [self.program, "certutil", "pk12util"] if not shutil.which(name)]
        return f"{', '.join(absent)} is not installed" if absent else None

    def picture(self, case):
        return os.path.join(self.screenshots or self.world.folder, f"{self.program}-{case}.png")


class Chromium(Browser):
    name, program = "Chromium", "chromium"
    alert = "ERR_BAD_SSL_CLIENT_AUTH_CERT"

    @property
    def missing(self):
        return super().missing or (None if os.geteuid() == 0 else "its policy file needs root")

    def ask(self, case):
        home = self.profile(case)
        self.world.fill(f"{home}/.pki/nssdb", self.world.bundle(case))
        # Chromium answers no late request on TLS 1.3.
        flags = ["--ssl-version-max=tls1.2"] if case == LATE else []
        with selection(), devtools.Chromium(home, flags, SECONDS) as browser:
            page = browser.page()
            _, text = page.open(self.world.url(case))
            page.picture(self.picture(case))
            return text


class Firefox(Browser):
    """Firefox prints no page to standard output, so it is driven."""

    name, program = "Firefox", "firefox-esr"
    alert = "SSL_ERROR_REVOKED_CERT_ALERT"

    preferences = {
        "security.default_personal_cert": "Select Automatically",
        "security.tls.enable_post_handshake_auth": True,
        "browser.shell.checkDefaultBrowser": False,
        "browser.aboutConfig.showWarning": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.reportingpolicy.firstRun": False,
        "app.update.enabled": False,
        "network.captive-portal-service.enabled": False,
    }

    def ask(self, case):
        folder = self.profile(case)
        self.world.fill(folder, self.world.bundle(case))
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in self.preferences.items()]
        with open(f"{folder}/user.js", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return marionette.page(folder, self.world.url(case), self.picture(case), SECONDS)
