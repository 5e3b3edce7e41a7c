"""The ward on one page: what is picked out is what the figures say, and nothing twice."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import standing

SHARES = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=0, max_size=14)


def cells(shares):
    points = [float("nan") if share is None else float(share) for share in shares]
    return pd.DataFrame({"points": points, "max": 4.0}, index=pd.Index(range(len(shares))))


@given(SHARES)
def test_no_indicator_is_both_strong_and_weak_and_every_strong_one_is_at_least_as_good(shares):
    found = cells(shares)
    best, worst = standing.ends(found, pd.Series(1.0, found.index))
    assert not set(best) & set(worst)
    assert all(shares[each] for each in best)
    assert all(shares[each] < 4 for each in worst)
    if best and worst:
        assert min(shares[each] for each in best) >= max(shares[each] for each in worst)


def test_of_equal_shares_the_better_place_comes_first():
    found = cells([4, 4, 0, 0])
    best, worst = standing.ends(found, pd.Series([3.0, 1.0, 9.0, 10.0]))
    assert best == [1, 0]
    assert worst == [3, 2]


def test_moves_tell_the_sure_ones_first_and_leave_out_what_stayed():
    changes = pd.DataFrame(
        {
            "before": [10.0, 10.0, 10.0, 10.0],
            "after": [20.0, 11.0, 10.0, 5.0],
            "change": [10.0, 1.0, 0.0, -5.0],
            "better": [1.0, 1.0, 0.0, -1.0],
            "certain": [False, True, False, False],
        }
    )
    assert standing.moves(changes) == [[1, 0], [3]]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_a_ward_tells_its_plan_its_posts_and_its_returns(
    client, pilot, people, language
):
    client.force_login(people["leader"])
    client.cookies["django_language"] = language
    ward = pilot.wards.order_by("sort_key").first()
    page = client.get(f"/pilots/{pilot.slug}/wards/{ward.pk}/").content.decode()
    posts = {"vi": "vị trí đã bố trí", "en": "posts filled"}[language]
    in_time = {"vi": "nộp đúng hạn", "en": "came in time"}[language]
    assert posts in page
    assert in_time in page
    assert page.count('class="panel span-3 picked"') == 4
