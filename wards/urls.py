"""How people get in and out, and keep their password; and the roster of a ward.

Of allauth only the parts that this house uses. Its pages for signing up, e-mail addresses and codes
are left out: accounts are made by an administrator. `account_signup` alone stays, because allauth
names it on the log-in page; it is closed.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from . import views

STAFF = [
    path("", views.staff, name="staff"),
    path("officers/add/", views.officer_add, name="officer_add"),
    path("officers/<int:officer>/", views.officer, name="officer"),
    path("officers/<int:officer>/edit/", views.officer_edit, name="officer_edit"),
    path("officers/<int:officer>/assign/", views.assignment_add, name="assignment_add"),
    path("officers/<int:officer>/ratings/add/", views.rating_add, name="rating_add"),
    path("officers/<int:officer>/ratings/<int:year>/", views.rating_correct, name="rating_correct"),
    path("assignments/<int:assignment>/end/", views.assignment_end, name="assignment_end"),
    path("assignments/<int:assignment>/", views.assignment_correct, name="assignment_correct"),
    path("roster.xlsx", views.roster_file, name="roster_file"),
    path("upload/", views.roster_upload, name="roster_upload"),
    path("import/", views.roster_import, name="roster_import"),
    path("posts/", views.posts, name="posts"),
    path("posts/add/", views.posts_add, name="posts_add"),
    path("posts/<int:entry>/", views.posts_correct, name="posts_correct"),
]
urlpatterns = [
    path("wards/<int:ward>/staff/", include(STAFF)),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
