"""People named after their rights, and what each of them gets."""

from wards.models import District, Membership, User

PASSWORD = "four-words-and-a-number-7"
PEOPLE = ["anonymous", "stranger", "ward", "other_ward", "leader", "reviewer", "admin"]


def make(pilot):
    """One user for each kind of right, and nobody with more than one; None is nobody logged in."""
    own, other, _third = pilot.wards.order_by("sort_key")
    elsewhere = District.objects.create(code="999", name_vi="Quận Khác", valid_from="2020-01-01")
    rights = {
        "stranger": {"role": "review", "district": elsewhere},
        "ward": {"role": "enter", "ward": own},
        "other_ward": {"role": "submit", "ward": other},
        "leader": {"role": "browse", "district": pilot.district},
        "reviewer": {"role": "review", "district": pilot.district},
    }
    users = {"anonymous": None}
    for name, right in rights.items():
        users[name] = User.objects.create_user(name, password=PASSWORD)
        Membership.objects.create(user=users[name], **right)
    users["admin"] = User.objects.create_superuser("admin", password=PASSWORD)
    return users


def sent(client, people, url, data):
    """Whom a POST of `data` to `url` lets through: what each person gets."""
    found = {}
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        for each in data.values():
            if hasattr(each, "seek"):  # a file that was sent before
                each.seek(0)
        found[person] = client.post(url, data).status_code
    return found
