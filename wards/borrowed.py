"""Texts of the admin, import-export, simple-history and allauth that those lack in Vietnamese.

Nothing runs this. It is here for `make messages` alone: the texts then stand in our own catalogue,
which is asked before theirs.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

IMPORT_EXPORT = [
    *(_("Import"), _("Export"), _("Format"), _("File to import"), _("Submit"), _("Preview")),
    *(_("Confirm import"), _("New"), _("Skipped"), _("Update")),
    _("This importer will import the following fields: "),
    _("This exporter will export the following fields: "),
    _(
        "Below is a preview of data to be imported. If you are satisfied with the results, click"
        " 'Confirm import'"
    ),
    _("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    _(
        "%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct"
        " format for the file."
    ),
    _("No valid data to import. Ensure your file has the correct headers or data for import."),
]
HISTORY = [
    _("Choose a date from the list below to revert to a previous version of this object."),
    _("This object doesn't have a change history."),
    _("Press the 'Revert' button below to revert to this version of the object."),
    *(_("Revert"), _("Revert %s"), _("Revert %(verbose_name)s"), _("View %(verbose_name)s")),
    *(_("View history: %s"), _("Created"), _("Changed"), _("Deleted")),
]
ADMIN = [
    *(_("Breadcrumbs"), _("Sidebar"), _("Toggle navigation"), _("Filter navigation items")),
    *(_("Skip to main content"), _("Hide counts"), _("Show counts"), _("View selected %(model)s")),
    *(_("Set password"), _("Set password: %s"), _("Reset password")),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Enable password-based authentication for this user by setting a password."),
    _("Password-based authentication was disabled."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Constraint “%(name)s” is violated."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    ngettext_lazy("entry", "entries"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]
# allauth brings no Vietnamese; these are the texts of the pages that wards/urls.py opens.
ACCOUNTS = [
    _("Account Inactive"),
    _("Alternative options"),
    _("Are you sure you want to sign out?"),
    _("Bad Token"),
    _("Cancel"),
    _("Change Password"),
    _("Confirm"),
    _("Confirm Access"),
    _("Current Password"),
    _("Email"),
    _("Enter your password:"),
    _("Forgot your password?"),
    _(
        "Forgotten your password? Enter your email address below, and we'll send you an email allowing you to reset it."
    ),
    _("Hello from %(site_name)s!"),
    _("In case you forgot, your username is %(username)s."),
    _("Incorrect password."),
    _("Invalid login."),
    _("Login"),
    _("New Password"),
    _("New Password (again)"),
    _("Password Reset"),
    _("Password Reset Email"),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Please contact us if you have any trouble resetting your password."),
    _("Please reauthenticate to safeguard your account."),
    _("Please type your current password."),
    _("Reset My Password"),
    _("Set Password"),
    _("Sign In"),
    _("Sign Out"),
    _("Sign Up Closed"),
    _("Successfully signed in as %(name)s."),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
    _("The new value must be different from the current one."),
    _(
        'The password reset link was invalid, possibly because it has already been used.  Please request a <a href="%(passwd_reset_url)s">new password reset</a>.'
    ),
    _("The username and/or password you specified are not correct."),
    _("This account is currently inactive."),
    _("This mail can be safely ignored if you did not initiate this action."),
    _("Too many failed login attempts. Try again later."),
    _("Unknown Account"),
    _("Use your password"),
    _("Username"),
    _("We are sorry, but the sign up is currently closed."),
    _(
        "We have sent you an email. If you have not received it please check your spam folder. Otherwise contact us if you do not receive it in a few minutes."
    ),
    _(
        "You are receiving this email because you, or someone else, tried to access an account with email %(email)s. However, we do not have any record of such an account in our database."
    ),
    _("You have signed out."),
    _("You must type the same password each time."),
    _(
        "You're receiving this email because you or someone else has requested a password reset for your user account.\nIt can be safely ignored if you did not request a password reset. Click the link below to reset your password."
    ),
    _("Your password is now changed."),
    _("Your password has been reset."),
    _("If it was you, you can sign up for an account using the link below."),
]
