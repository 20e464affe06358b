"""Drives a headless Chromium by its DevTools protocol: JSON texts that end with a zero byte, over two pipes."""

import base64
import fcntl
import json
import os
import select
import signal
import subprocess
import time


def pipe_with_high(index):
    """A pipe. The end `index` comes first and has a descriptor of at least 10, so that 3 and 4 are free."""
    ends = os.pipe()
    high = fcntl.fcntl(ends[index], fcntl.F_DUPFD, 10)
    os.close(ends[index])
    return high, ends[1 - index]


class Chromium:
    """One running browser. Each of its pages is a session."""

    def __init__(self, home, flags=(), seconds=30):
        self.seconds = seconds
        self.number = 0
        self.buffer = b""
        self.events = []
        theirs_in, self.output = pipe_with_high(0)
        theirs_out, self.input = pipe_with_high(1)
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *flags]
        command += ["--remote-debugging-pipe", f"--user-data-dir={home}/profile"]
        # The browser reads commands from descriptor 3 and writes to 4.
        script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out} {theirs_in}<&- {theirs_out}>&-'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "chromium", *command],
            pass_fds=[theirs_in, theirs_out],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home},
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def receive(self, end):
        """The next message; nil if none arrives before `end`."""
        while b"\0" not in self.buffer:
            readable, _, _ = select.select([self.input], [], [], max(0, end - time.monotonic()))
            if not readable:
                return None
            part = os.read(self.input, 1 << 16)
            if not part:
                raise ConnectionError("Chromium ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + self.seconds
        while answer := self.receive(end):
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)
        raise TimeoutError(f"{method} was not answered")

    def wait(self, method, session):
        """The parameters of the next event of this kind; nil if it does not happen in time."""
        end = time.monotonic() + self.seconds
        while True:
            for index, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    del self.events[: index + 1]
                    return event["params"]
            message = self.receive(end)
            if message is None:
                return None
            self.events.append(message)

    def page(self, private=False):
        """A new tab, or one in a new private window."""
        context = {}
        if private:
            context = {"browserContextId": self.send("Target.createBrowserContext")["browserContextId"]}
        target = self.send("Target.createTarget", url="about:blank", **context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()

    def quit(self):
        try:
            self.send("Browser.close")
            self.process.wait(timeout=10)
        except (OSError, RuntimeError, TimeoutError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
        os.close(self.input)
        os.close(self.output)


class Page:
    """One tab."""

    def __init__(self, browser, session):
        self.browser = browser
        self.session = session
        self.send("Page.enable")
        self.send("Network.enable")

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def open(self, url):
        """Opens the address. Returns the status, or the name of the network error, and the text that is shown."""
        self.browser.events.clear()
        self.send("Page.navigate", url=url)
        return self.outcome()

    def reload(self):
        self.browser.events.clear()
        self.send("Page.reload")
        return self.outcome()

    def outcome(self):
        if self.browser.wait("Page.loadEventFired", self.session) is None:
            return "not loaded", ""
        return self.status(), self.text()

    def status(self):
        """The status, or the network error, of what the tab shows."""
        return self.value("(performance.getEntriesByType('navigation')[0] || {}).responseStatus || "
                          "(document.querySelector('.error-code') || {}).textContent || 'error'")

    def text(self):
        return self.value("document.body.innerText")

    def value(self, expression):
        return self.send("Runtime.evaluate", expression=expression)["result"].get("value")

    def picture(self, file, width=900, height=600):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        data = self.send("Page.captureScreenshot", format="png")["data"]
        with open(file, "wb") as output:
            output.write(base64.b64decode(data))
