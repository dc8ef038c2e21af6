#!/usr/bin/env python3
"""Looks at a made book in a real Chromium: python3 book/check.py DIR

Every page is loaded from its file, 400 and 1100 pixels wide, in light and dark, with everything unfolded. A page must not be
wider than its window, must say nothing on the console, ask for nothing over a network, and show its mathematics.
Standard library only. Exit status: 0 all holds, 1 something does not, 3 no Chromium or no book.
"""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WIDTHS = [400, 1100]
NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--allow-file-access-from-files",
    "--virtual-time-budget=600000", "--enable-logging=stderr", "--window-size=1200,900",
]

# A page that loads each page of the book in a frame, one after the other, and writes down what it measures.
MEASURE = """<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><pre id="found"></pre><script>
const pages = PAGES, widths = WIDTHS, found = [];
const load = (frame, page) => new Promise(done => { frame.onload = done; frame.src = page; });
(async () => {
  for (const page of pages) for (const width of widths) {
    const frame = document.createElement("iframe");
    frame.style = `width:${width}px;height:800px;border:0`;
    document.body.append(frame);
    await load(frame, page);
    const inner = frame.contentDocument, root = inner.documentElement;
    inner.querySelectorAll("details").forEach(d => { d.removeAttribute("name"); d.open = true; });
    await inner.fonts.ready;
    const flat = [...inner.querySelectorAll("math")].filter(m => m.getClientRects().length && m.getBoundingClientRect().height < 4);
    const wide = [...inner.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > width + 1
      && !e.closest(".formula, .scroll, .matrices, pre, svg, math"));
    found.push({page, width, scroll: root.scrollWidth, math: inner.querySelectorAll("math").length, flat: flat.length,
      font: inner.fonts.check('16px "Noto Sans Math"'), wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 90))});
    frame.remove();
  }
  document.getElementById("found").textContent = JSON.stringify(found);
})();
</script>"""


def chromium():
    """The browser, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def run(browser, book, dark, folder):
    """Measures all pages; returns what was found, the console's lines, and the addresses asked for."""
    pages = sorted(path.as_uri() for path in book.glob("*.html"))
    text = MEASURE.replace("PAGES", json.dumps(pages), 1).replace("WIDTHS", json.dumps(WIDTHS), 1)
    wrapper, log = folder / "measure.html", folder / f"net-{dark}.json"
    wrapper.write_text(text, encoding="utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    command = [browser, *FLAGS, scheme, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom", wrapper.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    found = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, re.S)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    asked = sorted(set(requests(log.read_text(encoding="utf-8"))))
    return json.loads(html.unescape(found[1])) if found else None, console, asked


def requests(log):
    """Addresses that pages asked for; what the browser wants for itself has no origin."""
    for line in log.splitlines():
        address = re.search(r'"url":"((?:https?|wss?|ftp)://[^"]*)"', line)
        if address and '"initiator":' in line and '"initiator":"not an origin"' not in line:
            yield address[1]


def faults(found):
    """What is wrong with the pages, a line each."""
    for page in found:
        name = f"{os.path.basename(page['page'])} at {page['width']} px"
        if page["scroll"] > page["width"]:
            yield f"{name}: {page['scroll']} px wide; {page['wide']}"
        if page["flat"] or (page["math"] and not page["font"]):
            yield f"{name}: {page['flat']} formulas without height, font loaded: {page['font']}"


def main():
    """The whole check."""
    if len(sys.argv) != 2 or not (book := pathlib.Path(sys.argv[1]).resolve()).joinpath("index.html").is_file():
        print(__doc__, file=sys.stderr)
        return 3
    browser = chromium()
    if browser is None:
        print("no Chromium is installed", file=sys.stderr)
        return 3
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for dark in [False, True]:
            found, console, asked = run(browser, book, dark, pathlib.Path(folder))
            if found is None:
                wrong.append("the pages could not be measured")
                continue
            wrong += faults(found)
            wrong += [f"console: {line}" for line in console] + [f"asked for {address}" for address in asked]
            formulas = sum(page["math"] for page in found) // len(WIDTHS)
            if not dark and formulas == 0:
                wrong.append("there is no MathML")
            print(f"{'dark' if dark else 'light'}: {len(found) // len(WIDTHS)} pages at {WIDTHS} px, {formulas} formulas")
    for line in dict.fromkeys(wrong):
        print(f"WRONG {line}")
    print("all holds" if not wrong else f"{len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
