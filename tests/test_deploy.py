"""The first minute: whatever stands in the way of the demo is said in one clear line."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)


def test_a_taken_port_is_said_in_one_line_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = run(sys.executable, "deploy/demo.py", "--port", str(port))
    assert found.returncode == 1
    assert found.stderr.startswith(f"Port {port} cannot be used")
    assert len(found.stderr.splitlines()) == 1
    assert "make demo PORT=" in found.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="the make command itself is tried here")
def test_a_missing_or_wrong_python_is_said_in_one_line(tmp_path):
    venv = f"VENV={tmp_path / 'venv'}"
    missing = run("make", "demo", venv, "PYTHON=no-such-python")
    assert missing.returncode != 0
    assert "Python 3.11, 3.12 or 3.13 is needed" in missing.stdout
    old = tmp_path / "python2"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 2.7.18 && exit 0\nexit 1\n')
    old.chmod(0o755)
    wrong = run("make", "demo", venv, f"PYTHON={old}")
    assert "is Python 2.7.18" in wrong.stdout
    assert not (tmp_path / "venv").exists()
