"""`make demo`: prepare the demo in var/demo and serve it as in production (DEBUG off).

What was entered stays from one run to the next; --reset starts over. Whatever goes wrong is said in
one line.
"""

import argparse
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "demo"
LEAST_SPACE = 200 * 1024**2


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()
    refuse_a_taken_port(options.port)
    if options.reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(FOLDER).free < LEAST_SPACE:
        sys.exit(f"Less than 200 MB are free on the disk of {FOLDER}; the demo needs them.")
    configure(options.port)
    prepare()
    serve(options.port)


def refuse_a_taken_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            sys.exit(
                f"Port {port} cannot be used ({error}). Try: make demo PORT={port % 60000 + 1}"
            )


def configure(port):
    """The environment of a production server, kept to this folder and this machine."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "pilot.settings",
        "DEBUG": "0",
        "SECRET_KEY": kept("secret-key", secrets.token_urlsafe(50)),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'db.sqlite3'}",
        "STATIC_ROOT": str(FOLDER / "static"),
        "MEDIA_ROOT": str(FOLDER / "media"),
    }
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)


def kept(name, fresh):
    """The text of a file in the demo's folder, written when it is not there yet."""
    path = FOLDER / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(fresh)
    return path.read_text()


def prepare():
    """Database, static files and the demo's rows; nothing is done twice."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    manifest = FOLDER / "static" / "staticfiles.json"
    files = [*(ROOT / "static").rglob("*"), ROOT / "pilot" / "bundles.py"]
    newest = max(path.stat().st_mtime for path in files)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        print("Compressing the static files…", flush=True)  # noqa: T201
        call_command("collectstatic", interactive=False, verbosity=0)
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    call_command("demo", password=kept("password", password))
    from pilot.demo import USERNAMES

    print(f"\n  {' · '.join(USERNAMES)}")  # noqa: T201
    print(f"  mật khẩu / password: {kept('password', password)}")  # noqa: T201


def serve(port):
    """Become the production server."""
    print(f"  http://127.0.0.1:{port}   (Ctrl+C: dừng / stop)\n", flush=True)  # noqa: T201
    granian = Path(sys.executable).with_name("granian")
    os.execv(  # noqa: S606
        granian,
        [
            str(granian),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "2", "--log-level", "warning"),
            "pilot.wsgi:application",
        ],
    )


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"The demo could not be prepared: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
