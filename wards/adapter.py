"""How allauth meets this house: accounts are made by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
