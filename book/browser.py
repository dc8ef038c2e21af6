"""A real Chromium, driven over its debugging pipe: pages loaded, keys and mouse pressed, measured, printed. Standard library only."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--allow-file-access-from-files", "--remote-debugging-pipe",
]
KEYS = {"Home": 36, "End": 35, "Enter": 13, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38}


def installed():
    """The browser's path, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page of one browser. What the page says on the console and asks for over a network is kept."""

    def __init__(self, path):
        self.folder = tempfile.TemporaryDirectory()
        down_read, self.down = (fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in os.pipe())
        self.up, up_write = (fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in os.pipe())

        def wire():
            os.dup2(down_read, 3)
            os.dup2(up_write, 4)

        command = [path, *FLAGS, f"--user-data-dir={self.folder.name}", "about:blank"]
        self.process = subprocess.Popen(command, preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(down_read)
        os.close(up_write)
        self.buffer, self.number, self.session, self.loads = b"", 0, None, 0
        self.console, self.asked = [], []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.send(f"{domain}.enable")

    def close(self):
        """Ends the browser."""
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()

    def _read(self):
        while b"\0" not in self.buffer:
            chunk = os.read(self.up, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser ended")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(message)
        name, about = message.get("method"), message.get("params", {})
        if name == "Page.loadEventFired":
            self.loads += 1
        elif name == "Runtime.exceptionThrown":
            self.console.append(json.dumps(about["exceptionDetails"].get("exception", about["exceptionDetails"]))[:400])
        elif name in ("Runtime.consoleAPICalled", "Log.entryAdded"):
            self.console.append(json.dumps(about)[:400])
        elif name == "Network.requestWillBeSent" and not about["request"]["url"].startswith(("file:", "data:", "blob:", "about:")):
            self.asked.append(about["request"]["url"])
        return message

    def send(self, method, **params):
        """A command of the debugging protocol and its result."""
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.down, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, address):
        """Loads a page, and waits until it has loaded."""
        before = self.loads
        self.send("Page.navigate", url=address)
        while self.loads == before:
            self._read()

    def run(self, script):
        """The value of an expression in the page, awaited."""
        found = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{script[:80]}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def see(self, width, dark=False, height=900, media=""):
        """The size of the window, the reader's colours, and whether it is a sheet of paper: media `print`."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def scripts(self, on):
        """Whether pages may run scripts."""
        self.send("Emulation.setScriptExecutionDisabled", value=not on)

    def click(self, selector):
        """Presses the mouse in the middle of an element."""
        place = self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: "center"}});
            const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()""")
        for kind in ["mousePressed", "mouseReleased"]:
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def hover(self, selector):
        """Moves the mouse onto the middle of an element."""
        place = self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: "center"}});
            return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {{
              const r = e.getBoundingClientRect(); done([r.x + r.width / 2, r.y + r.height / 2]); }}))); }})()""")
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])

    def focus(self, selector):
        """Puts the focus on an element, as the Tab key does."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")

    def select(self, selector, text):
        """Marks a text in a field, so that what is typed takes its place."""
        found = self.run(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus();
            const at = e.value.indexOf({json.dumps(text)}); e.setSelectionRange(at, at + {len(text)}); return at; }})()""")
        if found < 0:
            raise RuntimeError(f"{selector} does not hold {text}")

    def key(self, name):
        """Presses a key that types nothing."""
        for kind in ["rawKeyDown", "keyUp"]:
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=KEYS[name])

    def type(self, text):
        """Types a text, key by key."""
        for letter in text:
            key = "Enter" if letter == "\n" else letter
            letter = "\r" if letter == "\n" else letter
            self.send("Input.dispatchKeyEvent", type="keyDown", key=key, text=letter, windowsVirtualKeyCode=13 if letter == "\r" else 0)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    def until(self, script, seconds=60):
        """Waits until an expression is true; whether it became so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(script):
                return True
            time.sleep(0.05)
        return False

    def picture(self, path, whole=True):
        """A screenshot of the page."""
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def printed(self):
        """The page as a PDF."""
        sheet = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(sheet["data"])
