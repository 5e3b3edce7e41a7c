"""What holds before anybody is trusted: policy, cookies, lock-out, settings that refuse to be unsafe."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from wards.models import User

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "four-words-and-a-number-7"
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "SITE_URL": "https://so-ket.example.vn",
}


def manage(*arguments, **environment):
    """Run manage.py with nothing but this in the environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite:///:memory:"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_refuses_to_start_without_a_secret_key_when_debug_is_off():
    found = manage("check", DEBUG="0")
    assert found.returncode != 0
    assert "SECRET_KEY must be set when DEBUG is off" in found.stderr


def test_a_setting_that_is_neither_yes_nor_no_is_refused():
    found = manage("check", DEBUG="maybe")
    assert found.returncode != 0
    assert "DEBUG must be 1 or 0" in found.stderr


def test_it_runs_with_nothing_set():
    assert manage("check").returncode == 0


def test_the_deployment_check_is_clean_with_the_documented_settings():
    found = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout


def test_the_readme_names_every_setting_that_is_read_and_no_other():
    source = (ROOT / "pilot" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:env_bool|env_list|environ\.get|environ)[(\[]"([A-Z_]+)"', source))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("## Settings") :].split("\n## ")[0]
    assert read == set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


def test_sqlite_is_kept_safe_under_many_writers(tmp_path):
    code = (
        "from django.db import connection as c; k = c.cursor();"
        "print([k.execute(f'pragma {n}').fetchone()[0] for n in"
        " ('journal_mode', 'foreign_keys', 'busy_timeout')], c.transaction_mode)"
    )
    url = f"sqlite:///{tmp_path}/db.sqlite3"
    found = manage("shell", "-v0", "-c", code, DATABASE_URL=url)
    assert "['wal', 1, 20000] IMMEDIATE" in found.stdout, found.stderr


def test_what_the_address_of_the_database_says_itself_is_kept():
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    url = "postgresql://u:p@h/d?sslmode=require"
    found = manage("shell", "-v0", "-c", code, DATABASE_URL=url, **PRODUCTION)
    assert "'sslmode': 'require'" in found.stdout
    assert "'pool'" in found.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/accounts/login/", "/nowhere/", "/accounts/password/reset/"])
def test_every_page_has_a_policy_of_self_only_and_nothing_inline(client, url):
    response = client.get(url, follow=True)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
    nothing_inline(response.content.decode())


@pytest.mark.django_db
def test_the_screens_have_nothing_inline(client, pilot):
    client.force_login(User.objects.create_superuser("root"))
    base = f"/pilots/{pilot.slug}/"
    milestone = pilot.milestones.first().pk
    pages = ["", "indicators/", "indicators/service/dossiers_on_time/", "people/"]
    pages += ["milestones/", "milestones/add/", f"milestones/{milestone}/"]
    for page in pages:
        nothing_inline(client.get(base + page).content.decode())
    nothing_inline(client.get("/").content.decode())


def nothing_inline(page):
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|src=\"data:", page)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in each or 'type="application/json"' in each for each in scripts)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.django_db
def test_a_request_of_absurd_length_is_refused_before_it_is_read(client, pilot):
    client.force_login(User.objects.create_superuser("root"))
    url = f"/pilots/{pilot.slug}/milestones/add/"
    answer = client.generic("POST", url, b"", CONTENT_LENGTH=str(61 * 1024 * 1024))
    assert answer.status_code == 413
    assert client.generic("POST", url, b"", CONTENT_LENGTH="").status_code == 200


@pytest.mark.django_db
def test_cookies_are_kept_from_scripts_and_from_other_sites(client):
    client.get("/accounts/login/")
    client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"})
    assert {"csrftoken", "django_language"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


def test_cookies_need_https_unless_the_site_itself_is_plain():
    code = "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    assert "True True" in manage("shell", "-v0", "-c", code, **PRODUCTION).stdout
    plain = PRODUCTION | {"SITE_URL": "http://127.0.0.1:8000"}
    assert "False False" in manage("shell", "-v0", "-c", code, **plain).stdout


@pytest.fixture
def officer(db):
    return User.objects.create_user("officer", password=PASSWORD)


def log_in(client, password, username="officer"):
    data = {"login": username, "password": password}
    return client.post("/accounts/login/", data)


def test_five_wrong_passwords_lock_the_name_and_the_right_one_does_not_open_it(client, officer):
    for _time in range(5):
        assert log_in(client, "wrong").status_code == 200
    locked = log_in(client, PASSWORD)
    assert locked.status_code in {200, 429}
    assert "_auth_user_id" not in client.session


def test_the_lock_holds_for_any_case_of_the_name_and_at_the_administrations_door(client, officer):
    for name in ("officer", "OFFICER", "Officer", "oFFicer", "officeR"):
        log_in(client, "wrong", name)
    log_in(client, PASSWORD)
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/login/").status_code == 302


def test_the_lock_of_one_name_leaves_others_alone_and_ends(client, officer):
    import time_machine

    User.objects.create_user("other", password=PASSWORD)
    for _time in range(5):
        log_in(client, "wrong")
    assert log_in(client, PASSWORD, "other").status_code == 302
    client.logout()
    with time_machine.travel("2030-01-01"):
        assert log_in(client, PASSWORD).status_code == 302


def test_log_in_leads_to_the_page_asked_for_and_never_to_another_site(client, officer):
    data = {"login": "officer", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/accounts/login/", data).headers["Location"] == "/"


def test_nobody_signs_up(client, db):
    data = {"username": "x", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data)
    assert not User.objects.exists()


def test_a_short_or_common_password_is_refused(client, officer):
    client.force_login(officer)
    data = {"oldpassword": PASSWORD, "password1": "short-one-1", "password2": "short-one-1"}
    assert client.post("/accounts/password/change/", data).status_code == 200
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.django_db
def test_vietnamese_comes_first_whatever_the_browser_prefers_and_anybody_may_switch(client):
    page = client.get("/accounts/login/", headers={"Accept-Language": "en-US,en"})
    assert '<html lang="vi"' in page.content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"})
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()
    client.cookies["django_language"] = "xx"
    assert '<html lang="vi"' in client.get("/accounts/login/").content.decode()


def test_no_file_of_the_project_holds_an_address_of_a_package_index_or_a_path_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in listed:
        if name.startswith("requirements"):
            assert "://" not in (ROOT / name).read_text(encoding="utf-8")
