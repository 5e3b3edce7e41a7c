"""How allauth meets this house: accounts are made by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False


class ReadyLoginForm(LoginForm):
    """The log-in form with the cursor in it: the page is for nothing else."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True
