"""What a person waits for: Chromium against the production server, beside a bare page.

The bare page draws the same figures with the same plotly from constants: what is left when there is
no server, no database, no style and no word around them.
"""

import http.server
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import QUIET, chromium

from .clock import aim, say

RUNS = 5
# Runs before the page's own scripts: when all figures are drawn, says since when.
WATCH = """
    window.drawnAt = null;
    (function look() {
      const all = [...document.querySelectorAll("[data-chart]")];
      const drawn = (div) => div.querySelector(".main-svg .trace path");
      if (document.readyState === "complete" && all.every(drawn)) window.drawnAt = performance.now();
      else requestAnimationFrame(look);
    })();
"""
BARE = """<!doctype html><meta charset="utf-8"><script src="plotly.js"></script>
<style>div {{ height: 400px; width: 30%; float: left }}</style>{divs}<script>
for (const figure of {figures}) {{
  const {{ height, width, ...layout }} = figure.layout;
  Plotly.newPlot(figure.id, figure.data, layout, {{ responsive: true }});
}}</script>"""


def measure(folder, pages):
    """Print bytes, requests and times of `pages` (name -> path); the first has twelve figures."""
    port = free_port()
    server = serve(port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            state = log_in(browser, port)
            for n, (name, path) in enumerate(pages.items()):
                page(
                    browser,
                    state,
                    f"http://127.0.0.1:{port}{path}",
                    name,
                    folder if not n else None,
                )
            browser.close()
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port):
    """The server of `make demo`, as in production."""
    granian = Path(sys.executable).with_name("granian")
    command = [
        *(str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "2", "--log-level", "warning"),
        "pilot.wsgi:application",
    ]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    server = subprocess.Popen(command, env=environment)
    for _try in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5)
            return server
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The server for the browser did not start.")


def log_in(browser, port):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/accounts/login/")
    page.fill("[name=login]", "reviewer")
    page.fill("[name=password]", "bench")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    state = context.storage_state()
    context.close()
    return state


def page(browser, state, url, name, folder):
    cold, warm, requests, sent, text = visits(browser, state, url)
    say(
        f"  {name:<16} drawn cold {cold:7.0f} ms, warm {warm:7.0f} ms;"
        f" {requests} requests, {sent / 1000:.0f} kB cold"
    )
    if folder is None:
        return
    aim(f"{name}: requests", requests, 8, "")
    aim(f"{name}: kB cold", sent / 1000, 700, "kB")
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, re.S)
    figures = [{"id": key, **json.loads(figure)} for key, figure in found]
    with bare(folder, figures) as address:
        bare_cold, bare_warm, *_rest = visits(browser, None, address)
    say(f"  {'bare page':<16} drawn cold {bare_cold:7.0f} ms, warm {bare_warm:7.0f} ms")
    aim(f"{len(figures)} figures cold to the bare page", cold / bare_cold, 1.7, "x")
    aim(f"{len(figures)} figures warm to the bare page", warm / bare_warm, 2, "x")


def visits(browser, state, url):
    """Median ms until drawn with an empty cache and with a full one; requests and bytes of the first."""
    cold, warm, requests, sent = [], [], [], []
    for _run in range(RUNS):
        context = browser.new_context(storage_state=state, viewport={"width": 1366, "height": 900})
        context.add_init_script(WATCH)
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        asked, bytes_of = set(), {}
        line.on("Network.requestWillBeSent", lambda e, a=asked: a.add(e["request"]["url"]))
        line.on(
            "Network.loadingFinished",
            lambda e, b=bytes_of: b.update({e["requestId"]: e["encodedDataLength"]}),
        )
        cold.append(drawn(page, url))
        page.wait_for_load_state("networkidle")
        requests.append(len({each.partition("#")[0] for each in asked}))
        sent.append(sum(bytes_of.values()))
        text = page.content()
        warm.append(statistics.median(drawn(page, url) for _again in range(2)))
        context.close()
    return statistics.median(cold), statistics.median(warm), requests[0], sent[0], text


def drawn(page, url):
    page.goto(url)
    # Not wait_for_function, which the policy of our pages refuses: it makes code of a text.
    for _try in range(600):
        if (at := page.evaluate("window.drawnAt")) is not None:
            return at
        page.wait_for_timeout(50)
    raise SystemExit(f"{url}: the figures were not drawn within 30 seconds.")


class bare:
    """Serves the bare page from memory while it is measured."""

    def __init__(self, folder, figures):
        packed = next(Path(folder).glob("static/vendor/plotly-*/plotly-cartesian.min.js.br"))
        divs = "".join(f'<div id="{each["id"]}" data-chart></div>' for each in figures)
        html = BARE.format(divs=divs, figures=json.dumps(figures)).encode()
        self.files = {
            "/": ("text/html", html, None),
            "/plotly.js": ("text/javascript", packed.read_bytes(), "br"),
        }

    def __enter__(self):
        files = self.files

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                kind, content, encoding = files.get(self.path, ("text/plain", b"", None))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", "max-age=3600" if encoding else "no-cache")
                if encoding:
                    self.send_header("Content-Encoding", encoding)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
