"""Drives a headless Firefox by its Marionette protocol: length-prefixed JSON over a local socket."""

import base64
import json
import os
import socket
import subprocess
import time


# The text of Firefox's page for an error, whose parts are in shadow trees.
ERROR_PAGE = """
const text = (node) => [...node.childNodes, ...(node.shadowRoot ? [node.shadowRoot] : [])]
  .map((part) => part.nodeType === 3 ? part.data : text(part)).join(' ');
return text(document.body).replace(/\\s+/g, ' ');
"""


class Session:
    """One connection to one Firefox."""

    def __init__(self, port, seconds):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.number = 0
        self.receive()
        self.send("WebDriver:NewSession", {"acceptInsecureCerts": False})

    def receive(self):
        length = b""
        while (byte := self.read(1)) != b":":
            length += byte
        return json.loads(self.read(int(length)))

    def read(self, count):
        found = b""
        while len(found) < count:
            part = self.socket.recv(count - len(found))
            if not part:
                raise ConnectionError("Firefox closed the connection")
            found += part
        return found

    def send(self, command, parameters):
        self.number += 1
        text = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, value = self.receive()
        if error:
            raise RuntimeError(error["message"])
        return value


def page(profile, url, picture, seconds):
    """The HTML of a page, or why it was not loaded. Writes what the window shows to the file `picture`."""
    with open(f"{profile}/user.js", "a", encoding="utf-8") as file:
        file.write('user_pref("marionette.port", 0);\n')
    command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile]
    environment = {**os.environ, "HOME": profile, "MOZ_CRASHREPORTER_DISABLE": "1"}
    firefox = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        active = f"{profile}/MarionetteActivePort"
        end = time.monotonic() + seconds
        while not os.path.exists(active) or not os.path.getsize(active):
            if time.monotonic() > end or firefox.poll() is not None:
                return "Firefox did not start"
            time.sleep(0.2)
        with open(active, encoding="utf-8") as file:
            session = Session(int(file.read()), seconds)
        try:
            session.send("WebDriver:Navigate", {"url": url})
        except RuntimeError as error:
            shown = session.send("WebDriver:ExecuteScript", {"script": ERROR_PAGE, "args": []})["value"]
            return f"not loaded: {error}\n{shown}"
        shown = session.send("WebDriver:TakeScreenshot", {"full": False})["value"]
        with open(picture, "wb") as file:
            file.write(base64.b64decode(shown))
        return session.send("WebDriver:GetPageSource", {})["value"]
    finally:
        firefox.terminate()
        firefox.wait(timeout=20)
