"""Texts of the admin, import-export and simple-history that those lack in Vietnamese.

Nothing runs this. It is here for makemessages alone: the texts then stand in our own catalogue,
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
