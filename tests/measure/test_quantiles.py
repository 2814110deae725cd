"""Quantile groups against PHEindicatormethods."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.quantiles import add_quantiles
from analysis.words.messages import InsidenError

WITHIN = {"IndSexReg": ["IndSexRef", "ParentCode"], "IndSex": ["IndSexRef"], "AllTogether": []}


def test_phe_quantiles(shared):
    golden = pd.read_csv(shared / "golden" / "phe-quantiles" / "expected.csv")
    for (name, inverted, groups), rows in golden.groupby(["GroupSet", "invert", "nquantiles"]):
        found = add_quantiles(
            rows, "Value", groups=groups, within=WITHIN[name], highest_first=bool(inverted)
        )
        ours, theirs = found["quantile"].astype("Float64"), rows["QuantileInGrp"]
        np.testing.assert_array_equal(ours.to_numpy(float, na_value=np.nan), theirs)
        assert ((found["quantile_why"] == "") == theirs.notna()).all()


def test_ties_gaps_and_small_groups():
    table = pd.DataFrame({"rate": [9, 9, 5, 1, None, 7], "region": list("aaaaab")})
    found = add_quantiles(table, groups=2, within=["region"])
    assert found["quantile"].tolist()[:4] == [1, 1, 2, 2]
    assert found["quantile_why"].tolist() == ["", "", "", "", "no_value", "too_few"]
    assert found["quantile"].isna().tolist() == [False] * 4 + [True] * 2
    assert add_quantiles(table, groups=2)["quantile"].tolist()[5] == 1


def test_one_group_is_no_grouping():
    with pytest.raises(InsidenError) as error:
        add_quantiles(pd.DataFrame({"rate": [1.0]}), groups=1)
    assert error.value.key == "measure.groups"
