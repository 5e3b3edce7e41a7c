"""Who logs in to the demo: two of each ward, two of the district, the administrator."""

from django.contrib.auth.hashers import make_password

from wards.models import Membership, User
from wards.vietnamese import fold

HOME = "00631"  # Mễ Trì: the ward whose people log in at the demo
DISTRICT_PEOPLE = {
    "phongnoivu": ("Đặng Thị Minh Châu", "Phòng Nội vụ quận Nam Từ Liêm", Membership.Role.REVIEW),
    "tonghop": ("Vũ Hải Yến", "Văn phòng HĐND và UBND quận", Membership.Role.SUBMIT),
    "lanhdao": ("Phạm Quang Bình", "Thường trực Quận ủy Nam Từ Liêm", Membership.Role.BROWSE),
}
ADMINISTRATOR = "quantri"
USERNAMES = ["nhap.metri", "chutich.metri", *DISTRICT_PEOPLE, ADMINISTRATOR]


def build(pilot, own, units):
    """Make everybody, with their rights; `own` is the Unit of the district; returns the reviewer."""
    reviewer, own.enters = of_district(pilot.district)
    own.submits = own.enters
    office = "Tổ công nghệ thông tin quận Nam Từ Liêm"
    administrator = _user(ADMINISTRATOR, "Quản trị hệ thống", office)
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    home = home_of([unit.ward for unit in units])
    for unit in units:
        _ward_people(unit, home)
    return reviewer


def home_of(wards):
    """The ward whose people log in at the demo: Mễ Trì, or the first."""
    return next((ward for ward in wards if ward.code == HOME), wards[0] if wards else None)


def _usernames(ward, home):
    """A ward's two names, which are their rights; those at home are the same in every build."""
    place = "metri" if ward == home else fold(ward.bare_name).replace(" ", "")
    return f"nhap.{place}", f"chutich.{place}"


def _ward_people(unit, home):
    """The ward's statistics officer enters, its chair submits: the ones of the roster."""
    last = max(each.start for each in unit.assignments)
    holders = {each.position.code: each.officer for each in reversed(unit.in_post(last))}
    enters, submits = _usernames(unit.ward, home)
    office = f"UBND phường {unit.ward.bare_name}"
    unit.enters = _user(enters, holders["office"].full_name, office)
    unit.submits = _user(submits, holders["chair"].full_name, office)
    for user, role in [(unit.enters, "enter"), (unit.submits, "submit")]:
        Membership.objects.get_or_create(user=user, role=role, ward=unit.ward)


def of_district(district):
    """Rights at `district` for the demo's people there; returns the reviewer and who enters."""
    users = []
    for username, (name, office, role) in DISTRICT_PEOPLE.items():
        users.append(_user(username, name, office))
        Membership.objects.get_or_create(user=users[-1], role=role, district=district)
    return users[:2]


def _user(username, name, office):
    """The user, made without a password that could be used until `accounts` gives one."""
    defaults = {"full_name": name, "office": office, "password": make_password(None)}
    return User.objects.get_or_create(username=username, defaults=defaults)[0]


def accounts(pilot, password):
    """Give the demo's people `password`; rows of (username, what they may do, the same in English)."""
    wards = list(pilot.wards.order_by("code"))
    home = home_of(wards)
    usernames = {username for ward in wards for username in _usernames(ward, home)}
    # PBKDF2 is slow on purpose: one hash serves all.
    users = User.objects.filter(username__in=usernames | set(USERNAMES))
    users.update(password=make_password(password))
    place = home.bare_name
    return [
        ("nhap.metri", f"nhập số liệu, phường {place}", f"enters figures, {place} ward"),
        ("chutich.metri", f"kiểm tra và trình, phường {place}", f"checks and submits, {place}"),
        ("phongnoivu", "duyệt hoặc trả lại phiếu của quận", "reviews the district's returns"),
        ("tonghop", "nhập và trình phiếu của quận", "enters the district's own returns"),
        ("lanhdao", "xem toàn quận", "browses the district"),
        (ADMINISTRATOR, "quản trị hệ thống", "administers the system"),
    ]
