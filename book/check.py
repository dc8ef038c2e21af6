#!/usr/bin/env python3
"""Looks at a made book in a real Chromium: python3 book/check.py DIR [--scotoma BINARY] [--axe FILE]

Every page is loaded from its file, 400 and 1100 pixels wide, in light and dark, with everything unfolded. A page must not be
wider than its window, must say nothing on the console, ask for nothing over a network, and show its mathematics. Every page
is printed: nothing reaches beyond the sheet, and a theorem takes few of them; whole.html is one PDF of the book. Without
scripts nothing live shows. Then the live parts are used as a reader uses them, by keys and mouse: captions, an exercise, a
conjecture, matrices. With --scotoma what the page says of a proof is held against what the terminal says; with --axe
(axe.min.js of the npm package axe-core) every page is searched for barriers of every level.
Standard library only. Exit status: 0 all holds, 1 something does not, 3 no Chromium or no book.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import browser  # noqa: E402

WIDTHS = [400, 1100]
# A theorem's page in print, and the pixels across a sheet of A4 within its margins.
SHEETS, ACROSS = 6, 718

# Everything unfolded; what is too wide, what mathematics has no height.
UNFOLD = """document.querySelectorAll("details").forEach(d => { d.removeAttribute("name"); d.open = true; });
document.fonts.ready.then(() => document.querySelectorAll("math").length)"""
MEASURE = """(() => {
  const width = innerWidth, root = document.documentElement;
  const flat = [...document.querySelectorAll("math")].filter(m => m.getClientRects().length && m.getBoundingClientRect().height < 4);
  const wide = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > width + 1
    && !e.closest(".formula, .scroll, .matrices, pre, svg, math, textarea"));
  return {scroll: root.scrollWidth, math: document.querySelectorAll("math").length, flat: flat.length,
    font: document.fonts.check('16px "Noto Sans Math"'), wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 90))};
})()"""
# Only after what scrolls has become reachable by keys.
BARRIERS = """new Promise(done => setTimeout(done, 150)).then(() => axe.run(document, {resultTypes: ["violations"]})).then(r => r.violations.map(v =>
  `${v.id} (${v.impact}): ${v.nodes.length}, the first ${v.nodes[0].html.slice(0, 120)}`))"""


def measured(page, book, axe):
    """What is wrong with the pages as they stand, a line each; how many pages and formulas there are."""
    wrong, formulas = [], 0
    pages = sorted(book.glob("*.html"))
    for path in pages:
        page.see(WIDTHS[0])
        page.open(path.as_uri())
        formulas += page.run(UNFOLD)
        if axe:
            page.run(axe)
        for width in WIDTHS:
            for dark in [False, True]:
                page.see(width, dark)
                found = page.run(MEASURE)
                name = f"{path.name} at {width} px, {'dark' if dark else 'light'}"
                if found["scroll"] > width:
                    wrong.append(f"{name}: {found['scroll']} px wide; {found['wide']}")
                if found["flat"] or (found["math"] and not found["font"]):
                    wrong.append(f"{name}: {found['flat']} formulas without height, font loaded: {found['font']}")
                # Contrast is of the scheme, what scrolls of the width: two of the four views have both of each.
                # whole.html repeats the others, and is too long for a search.
                if axe and dark == (width == WIDTHS[0]) and path.name != "whole.html":
                    wrong += [f"{name}: {barrier}" for barrier in page.run(BARRIERS)]
    return wrong, len(pages), formulas


def scriptless(page, book):
    """What is wrong where no script runs."""
    page.scripts(False)
    page.see(WIDTHS[1])
    for name in ["index.html", "1-objective.html", "swap.html"]:
        page.open((book / name).as_uri())
        # Scripts of the page are off; those of the debugger are not.
        shown = page.run("""[...document.querySelectorAll("[data-live]")].filter(e => e.getClientRects().length).length""")
        live = page.run("""document.querySelectorAll("[data-live]").length""")
        if shown or not live:
            yield f"{name} without scripts: {shown} of {live} live parts show"
    page.scripts(True)


def awake(page, selector):
    """Brings a live part into sight, and waits until it listens."""
    page.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
    return page.until(f"document.querySelector({json.dumps(selector)}).dataset.awake === ''")


def says(page, selector, text):
    """Whether an element comes to say a text."""
    return page.until(f"document.querySelector({json.dumps(selector)})?.textContent.includes({json.dumps(text)})")


def live(page, book, scotoma):
    """Uses the live parts by keys and mouse; what they did not do, a line each."""
    page.see(WIDTHS[1])
    yield from typed_captions(page, book)
    yield from typed_proofs(page, book, scotoma)
    yield from typed_matrices(page, book)
    page.open((book / "swap.html").as_uri())
    page.hover("#assume-involution mi")
    if not page.until("!document.querySelector('.meaning').hidden", 5) or not page.run("document.querySelector('.meaning').textContent.includes('exchanges')"):
        yield "symbols: what the mouse is on is not explained"
    page.focus("#step-1 .permalink")
    page.key("ArrowDown")
    if page.run("document.activeElement.closest('.step')?.id") != "step-2":
        yield "proof: the arrow keys do not lead from step to step"
    page.open((book / "theorems.html").as_uri())
    awake(page, "[data-live=filter]")
    page.click("[data-live=filter] input")
    page.type("prompt sensitivity")
    shown = "[...document.querySelectorAll('.listed')].filter(e => e.getClientRects().length).map(e => e.textContent)"
    if not page.until(f"{shown}.length < 5") or not page.run(f"{shown}.some(text => text.startsWith('Prompt sensitivity'))"):
        yield "search: a theorem is not found by its name"


def typed_captions(page, book):
    """A caption typed turns a free edit into an identified one; another feature map makes it collapsed."""
    answer = "[data-live=captions] .answer"
    page.open((book / "index.html").as_uri())
    awake(page, "[data-live=captions]")
    if not says(page, f"{answer} .fate", "free"):
        yield "captions: the edit is not free at first"
    page.click("[data-live=captions] [name=training]")
    page.run("(e => e.setSelectionRange(e.value.length, e.value.length))(document.querySelector('[data-live=captions] [name=training]'))")
    page.type("\na blue cube on a red sphere")
    if not says(page, f"{answer} .fate", "identified"):
        yield "captions: a typed training caption does not identify the edit"
    if not says(page, f"{answer} .ranks", "7 training captions"):
        yield "captions: the typed caption is not counted"
    page.focus("[data-live=captions] [name=features]")
    page.key("Home")
    if not says(page, f"{answer} .fate", "collapsed"):
        yield "captions: a bag of words does not collapse the edit"
    page.select("[data-live=captions] [name=edits]", "->")
    page.type("to")
    if not says(page, answer, "no arrow"):
        yield "captions: a line without an arrow is not complained of"


def typed_proofs(page, book, scotoma):
    """A wrong proof gets the terminal's words, a mended one is solved, a granted conclusion is not; a conjecture is refuted."""
    box = "[data-file='1-logits.proof']"
    page.open((book / "1-objective.html").as_uri())
    awake(page, box)
    page.click(f"{box} [name=check]")
    if not says(page, f"{box} .diagnostic", "does-not-follow"):
        yield "exercise: the starter is not refused"
    shown = page.run(f"document.querySelector(\"{box} .diagnostic\")?.textContent") or ""
    if scotoma:
        done = subprocess.run([scotoma, "check", "1-logits.proof"], cwd=book / "exercises", capture_output=True, text=True, check=False)
        if not shown or shown.strip() not in done.stderr:
            yield f"exercise: the page says {shown!r} and the terminal {done.stderr!r}"
    page.select(f"{box} textarea", "first   -- which fact belongs here?")
    page.type("second")
    if not says(page, f"{box} .solved", "Solved"):
        yield "exercise: the mended proof is not accepted"
    page.select(f"{box} textarea", "second: h2*S = g*S")
    page.type("second: h2*S = g*S cheat: h1 = h2")
    if not says(page, f"{box} .diagnostic", "not granted: cheat"):
        yield "exercise: a granted conclusion is taken for a solution"
    page.click(f"{box} [name=again]")
    if not says(page, f"{box} .diagnostic", "does-not-follow"):
        yield "exercise: it does not start again"
    awake(page, "[data-file='1-converse.thm']")
    page.click("[data-file='1-converse.thm'] [name=refute]")
    if not says(page, "[data-file='1-converse.thm'] .broken", "It is false"):
        yield "conjecture: it is not refuted"


def typed_matrices(page, book):
    """A reader's own counterexample: an assumption switched off, an entry changed."""
    box = "[data-live=matrices]"
    page.open((book / "sentence_level_rigidity.html").as_uri())
    awake(page, box)
    if not says(page, f"{box} .solved", "as the theorem says"):
        yield "matrices: the theorem does not hold on its own sample"
    entry = f"{box} .matrix input[aria-label^='h,']"
    if not page.until(f"!!document.querySelector(\"{entry}\")"):
        yield "matrices: there is no entry to change"
        return
    page.run(f"document.querySelector(\"{entry}\").select()")
    page.type("17")
    if not says(page, f"{box} .answer", "says nothing of these matrices"):
        yield "matrices: a changed entry changes nothing"
    page.focus(f"{box} [name=without]")
    page.key("End")
    if not says(page, f"{box} .broken", "A counterexample of your own"):
        yield "matrices: the reader's counterexample is not seen"
    page.focus(f"{box} .sizes input")
    page.key("ArrowUp")
    if not page.until(f"document.querySelectorAll(\"{box} .matrix input\").length > 0 && !document.querySelector('{box} .trouble')"):
        yield "matrices: a larger space is not taken"
    page.click(f"{box} [name=draw]")
    if not page.until(f"!!document.querySelector('{box} .answer .verdicts') && !document.querySelector('{box} .trouble')"):
        yield "matrices: no others are drawn"


# What prints beyond the right edge: not spaces at the end of a line, not what stands in something that is too wide itself.
BEYOND = """[...document.querySelectorAll("main *")].filter(e => {
  const out = x => x.getBoundingClientRect().width && x.getBoundingClientRect().right > innerWidth + 1;
  return out(e) && e.checkVisibility({contentVisibilityAuto: true}) && !e.closest("code") && (e.parentElement.tagName === "MAIN" || !out(e.parentElement));
}).map(e => e.outerHTML.slice(0, 90))"""


def sheets(page, book, theorems):
    """What prints beyond the edge, or on more sheets than a reader wants; how many sheets the whole book takes."""
    wrong, whole = [], 0
    for path in sorted(book.glob("*.html")):
        page.see(ACROSS, media="print")
        page.open(path.as_uri())
        page.run("document.fonts.ready.then(() => 1)")
        cut = page.run(BEYOND)
        if cut:
            wrong.append(f"{path.name} in print: {len(cut)} things reach beyond the edge, the first {cut[0]}")
        if path.name == "whole.html" or path.stem in theorems:
            count = len(re.findall(rb"/Type\s*/Page\b", page.printed()))
            whole = count if path.name == "whole.html" else whole
            if path.name != "whole.html" and not 1 <= count <= SHEETS:
                wrong.append(f"{path.name} prints on {count} sheets")
    page.see(WIDTHS[1])
    page.open((book / "whole.html").as_uri())
    missing = [name for name in theorems if not page.run(f"!!document.getElementById({json.dumps(name)})")]
    if missing or whole < len(theorems):
        wrong.append(f"whole.html has {whole} sheets and lacks {missing[:3]}")
    return wrong, whole


def main():
    """The whole check."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("book", type=pathlib.Path)
    parser.add_argument("--scotoma", type=pathlib.Path)
    parser.add_argument("--axe", type=pathlib.Path)
    args = parser.parse_args()
    book, path = args.book.resolve(), browser.installed()
    if not book.joinpath("index.html").is_file() or path is None:
        print("no Chromium is installed" if path is None else f"{book} is no book", file=sys.stderr)
        return 3
    axe = args.axe.read_text(encoding="utf-8") if args.axe else None
    page = browser.Browser(path)
    try:
        wrong, pages, formulas = measured(page, book, axe)
        if formulas == 0:
            wrong.append("there is no MathML")
        wrong += [*scriptless(page, book), *live(page, book, args.scotoma and args.scotoma.resolve())]
        theorems = re.findall(r'class="card" href="(\w+)\.html"', (book / "theorems.html").read_text(encoding="utf-8"))
        printed, whole = sheets(page, book, theorems)
        wrong += printed
        wrong += [f"console: {line}" for line in page.console] + [f"asked for {address}" for address in page.asked]
    finally:
        page.close()
    print(f"{pages} pages at {WIDTHS} px in light and dark, {formulas} formulas" + (", searched for barriers" if axe else ""))
    print(f"{len(theorems)} theorems printed on at most {SHEETS} sheets each, the whole book on {whole}")
    for line in dict.fromkeys(wrong):
        print(f"WRONG {line}")
    print("all holds" if not wrong else f"{len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
