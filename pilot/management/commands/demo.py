"""`manage.py demo [--password P]`: the demo's pilots and people, once; what is there is kept."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pilot import demo
from pilot.models import Pilot
from wards.models import User

SLUG = "nam-tu-liem"
LOOK_AT = [
    (
        "Số liệu quận Nam Từ Liêm là minh họa: 07/2020-06/2022, mười phường.",
        "The figures of Nam Từ Liêm are illustrative: July 2020 to June 2022, ten wards.",
    ),
    (
        "Số liệu «Chỉ số 766» là số liệu công khai thật: mười một xã, phường của Đắk Lắk.",
        "The figures of “Index 766” are real and public: eleven communes of Đắk Lắk.",
    ),
    (
        "nhap.metri: nhập tiếp phiếu tháng 6/2022, sửa danh sách cán bộ, báo cáo mốc tiến độ;"
        " chutich.metri: kiểm tra và trình.",
        "nhap.metri: go on with the return of June 2022, the roster, the milestones;"
        " chutich.metri: check and submit.",
    ),
    (
        "phongnoivu: duyệt hoặc trả lại phiếu; tonghop: nhập phiếu của quận.",
        "phongnoivu: approve returns or send them back; tonghop: the district's own returns.",
    ),
    (
        "lanhdao: mở Tổng quan, đổi kỳ và lĩnh vực, bấm một phường trên sơ đồ ô;"
        " quantri: số liệu gốc và người dùng ở /admin/.",
        "lanhdao: open the overview, change period and theme, click a ward on the tile map;"
        " quantri: reference data and people at /admin/.",
    ),
]


class Command(BaseCommand):
    help = "Load the demo: two pilots and people to log in as. What is there already is kept."

    def add_arguments(self, parser):
        parser.add_argument("--password", help="one for all, 14 characters or more; default: drawn")

    def handle(self, *args, **options):
        if Pilot.objects.filter(slug=SLUG).exists():
            self.stdout.write(
                "Dữ liệu minh họa đã có, giữ nguyên. / The demo is loaded already; nothing changed."
            )
            return
        self._refuse_real_people()
        password = options["password"] or secrets.token_urlsafe(12)
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError("--password: " + " ".join(error.messages)) from None
        with transaction.atomic():
            rows = demo.accounts(demo.build(slug=SLUG), password)
            demo.build_766()
        self._tell(rows, password)

    def _refuse_real_people(self):
        """Accounts of these names that the demo did not make would be given its rights and password."""
        taken = User.objects.filter(username__in=demo.USERNAMES).values_list("username", flat=True)
        if taken:
            raise CommandError(
                f"these accounts exist already: {', '.join(taken)}. Load the demo into a database"
                " of its own."
            )

    def _tell(self, rows, password):
        write = self.stdout.write
        write("Đã nạp dữ liệu minh họa. Đăng nhập bằng một trong các tài khoản sau.")
        write("The demo is loaded. Log in with one of these accounts.\n")
        width = max(len(password), len("mật khẩu"))
        write(f"{'tài khoản':<14} {'mật khẩu':<{width}} được làm gì")
        write(f"{'user':<14} {'password':<{width}} may do what")
        for username, vietnamese, english in rows:
            write(f"{username:<14} {password:<{width}} {vietnamese}")
            write(f"{'':<14} {'':<{width}} {english}")
        write("")
        for vietnamese, english in LOOK_AT:
            write(f"- {vietnamese}\n  {english}")
