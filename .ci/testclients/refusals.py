"""Refusals in Chromium: what its pages say, and whether it asks for another certificate afterwards."""

import datetime
import os
import re
import sys
import time

from testclients import devtools
from testclients.browsers import Chromium, selection
from testclients.world import GOOD, NONE, REVOKED

PAGES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "Docs")
ERROR = "ERR_BAD_SSL_CLIENT_AUTH_CERT"
CODES = ["no-certificate", "revoked", "partial-chain", "revocation-unknown", "expired"]
# Another certificate helps, but Chromium keeps its choice after a 403. The page says so.
CHOOSE_AGAIN = ["no-certificate", "revoked", "partial-chain", "expired"]
# How long the short-lived certificate is valid after it was issued.
LIFETIME = 12


def sentences():
    """What Docs/Refusals.md says that clients are told, by code."""
    with open(os.path.join(PAGES, "Refusals.md"), encoding="utf-8") as file:
        told = file.read().split("## What the client is told")[1]
    return dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+?) \|", told, re.MULTILINE))


class Refusals:
    """One version of TLS: each code with validation at the request, and in the handshake."""

    def __init__(self, world, screenshots, version):
        self.world = world
        self.screenshots = screenshots
        self.version = version
        self.flags = ["--ssl-version-max=tls1.2"] if version == "1.2" else ["--ssl-version-min=tls1.3"]
        self.right = 0

    def home(self, name, bundle):
        home = self.world.path(f"refused-{self.version}-{name}")
        self.world.fill(f"{home}/.pki/nssdb", bundle)
        return home

    def run(self):
        for code in CODES:
            getattr(self, code.replace("-", "_"))(code)
        return self.right

    def no_certificate(self, code):
        self.both(code, None)

    def revoked(self, code):
        self.both(code, self.world.bundle(REVOKED))

    def partial_chain(self, code):
        # The server names no authority, so Chromium sends certificates that the server does not know.
        flags = ["--ca-names", "none"]
        other = {"anchor": "other/root.pem", "crl": "other/crls.pem"}
        self.both(code, self.world.bundle(GOOD), flags, other)

    def revocation_unknown(self, code):
        flags = ["--revocation", "offline"]
        lists = {"crl": "pki/root.crl.pem"}
        self.both(code, self.world.bundle(GOOD), flags, lists)

    def expired(self, code):
        """A certificate that ends while the browser is open: Chromium does not offer an expired one."""
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=LIFETIME)
        start = (end - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = f"short-{self.version}"
        self.world.issue(name, "--days", "1", "--not-before", start)
        self.both(code, self.world.path(f"pki/{name}.pfx"), end=end)

    def both(self, code, bundle, flags=(), files=None, end=None):
        """Opens the page of both servers in one browser, and checks what it shows."""
        servers = {
            place: self.world.serve("--verify", place, *flags, **(files or {})) for place in ["request", "handshake"]
        }
        with selection(), devtools.Chromium(self.home(code, bundle), self.flags) as browser:
            tabs = {place: browser.page() for place in servers}
            if end:
                for place, port in servers.items():
                    tabs[place].open(f"https://localhost:{port}/whoami")
                time.sleep(max(0, (end - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) + 1.5)
            for place, port in servers.items():
                status, text = tabs[place].open(f"https://localhost:{port}/whoami")
                self.check(code, place, port, status, text, tabs[place])

    def check(self, code, place, port, status, text, tab):
        # The log is read until the line is there: an alert arrives before it.
        deadline = time.monotonic() + 3
        while not (lines := self.world.refusals(port)) and time.monotonic() < deadline:
            time.sleep(0.1)
        logged = [line for line in lines if f"certauth.code={code} " in line]
        if place == "request":
            found = re.fullmatch(r"(.+)\n\n(.+)\n\nCode\n(.+)\nReference\nurn:uuid:(.+)", text)
            right = (
                status == 403
                and found is not None
                and found.group(1) == sentences()[code]
                and found.group(3) == code
                and ("close all windows" in found.group(2)) == (code in CHOOSE_AGAIN)
                and any(f"certauth.id={found.group(4)} " in line for line in logged)
            )
            shown = f"403, {found.group(1)}" if found else f"{status}, {text}"
        else:
            right = status == ERROR and any("certauth.alert=" in line for line in logged)
            shown = str(status)
        self.right += right
        alert = re.search(r"certauth\.alert=(\S+)", logged[-1]) if logged else None
        cause = alert.group(1) if alert else "-"
        print(f"| {self.version} | {place} | {code} | {cause} | {shown} | {'yes' if right else 'WRONG'} |", flush=True)
        if not right:
            print(f"{code}, {place}, TLS {self.version}: {status}\n{text}\n{lines}", file=sys.stderr)
        if self.screenshots:
            for name, width in [("wide", 900), ("narrow", 360)]:
                tab.picture(os.path.join(self.screenshots, f"refused-{self.version}-{code}-{place}-{name}.png"), width)


class Questions:
    """After a refusal without a certificate, one is installed. Which steps make Chromium ask for it?"""

    # Whether the client is accepted after each step.
    expected = {"request": ["no", "no", "yes", "yes"], "handshake": ["yes", "yes", "yes", "yes"]}

    def __init__(self, world, version):
        self.world = world
        self.version = version
        self.flags = ["--ssl-version-max=tls1.2"] if version == "1.2" else ["--ssl-version-min=tls1.3"]

    def run(self):
        wrong = 0
        for place in ["request", "handshake"]:
            home = self.world.path(f"asked-{self.version}-{place}")
            database = f"{home}/.pki/nssdb"
            self.world.fill(database, self.world.bundle(NONE))
            url = f"https://localhost:{self.world.ports[place]}/whoami"
            cells = []
            with selection():
                with devtools.Chromium(home, self.flags) as browser:
                    tab = browser.page()
                    tab.open(url)
                    self.world.add(database, self.world.bundle(GOOD))
                    steps = [tab.reload, lambda: browser.page().open(url), lambda: browser.page(private=True).open(url)]
                    cells += [self.cell(step()) for step in steps]
                with devtools.Chromium(home, self.flags) as browser:
                    cells.append(self.cell(browser.page().open(url)))
            right = cells == self.expected[place]
            wrong += not right
            print(f"| {self.version} | {place} | {' | '.join(cells)} |{'' if right else ' WRONG'}", flush=True)
        return wrong

    @staticmethod
    def cell(outcome):
        return "yes" if outcome[0] == 200 and "alice" in outcome[1] else "no"


def run_refusals(world, screenshots):
    """Prints both tables, and returns the number of wrong outcomes."""
    if missing := Chromium(world, screenshots).missing:
        print(f"\nRefusals in Chromium: skipped, {missing}")
        return 0
    world.pki("init", "--dir", "other", "--root-name", "Other Root", "--intermediate-name", "Other Issuing")
    print("\n| TLS | validated at | code | alert | Chromium shows | right |\n|---|---|---|---|---|---|")
    right = sum(Refusals(world, screenshots, version).run() for version in ["1.2", "1.3"])
    count = 4 * len(CODES)
    print(f"\n{count} refusals in Chromium, {right} right pages.\n")
    print("| TLS | validated at | reload | new tab | private window | restart |\n|---|---|---|---|---|---|")
    return count - right + sum(Questions(world, version).run() for version in ["1.2", "1.3"])
