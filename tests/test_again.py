"""The demo written again is the demo built: else the other tests would stand on sand."""

import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction

from pilot import demo
from wards.models import District, User

from .again import again

pytestmark = pytest.mark.django_db


def build():
    demo.build(wards=2, months=2)


def everything():
    models = sorted(apps.get_models(), key=lambda model: model._meta.label)
    rows = [row for model in models for row in model._base_manager.order_by("pk")]
    return serializers.serialize("json", rows)


def test_rows_written_again_are_those_that_were_built_and_later_ones_find_free_numbers():
    with transaction.atomic():
        again(build)
        built = everything()
        transaction.set_rollback(True)
    assert everything() != built
    again(build)
    assert everything() == built
    User.objects.create_user("later")
    District.objects.create(code="1", name_vi="Quận Một", valid_from="2020-01-01")


def test_where_something_stands_in_the_way_it_is_built_and_that_is_not_taken_for_the_whole():
    def another():
        demo.build(wards=1, months=1)

    for builder in (another, build, another):
        with transaction.atomic():
            own = User.objects.create_user("before")
            again(builder)
            assert User.objects.filter(pk=own.pk, username="before").exists()
            transaction.set_rollback(True)
    again(another)
    assert District.objects.exists()
