from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scenario.ui.selection import Case, Saved, free_title, presets, saved_from, scenario_from

Start = Callable[..., AppTest]
LEVER = "talks.p_relief"


def _field(fields: Iterable[Any], part: str) -> Any:
    """Return the field of the form of an edit by what it is and what it edits."""
    return next(field for field in fields if str(field.key).startswith(f"edit-{part}-"))


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


def _press(app: AppTest, label: str) -> None:
    """Press the button of that label."""
    next(button for button in app.button if button.label == label).click().run()


def test_a_saved_variant_is_read_back_from_its_text() -> None:
    """What a link holds of a saved variant gives the same variant."""
    own = Saved(title="Mine – “quoted”", of="silent", sets=("talks.p_relief=0.5",), without=("E05",))
    assert saved_from(own.text) == own


@pytest.mark.parametrize("text", ["", "{}", "[1, 2, 3, 4]", '["", "base", [], []]', '["x", "base", [1], []]'])
def test_a_broken_saved_variant_is_refused(text: str) -> None:
    """A text that holds no saved variant is refused."""
    with pytest.raises(ValueError, match=r".+"):
        saved_from(text)


def test_a_saved_variant_never_takes_the_name_of_one_of_the_file(case: Case) -> None:
    """A title that the file uses gets a number behind it; an empty one gets a name."""
    assert free_title("Silent", case) == "Silent 2"
    assert free_title("  ", case) == "My variant"


def test_a_saved_variant_is_the_variant_with_its_changes(case: Case) -> None:
    """A saved variant loads as its variant does with the same changes by hand."""
    from scenario.spec.load import load

    own = Saved(title="Mine", of="silent", sets=("talks.p_relief=0.5",), without=("E05",))
    found = scenario_from(case, presets(case, (own,))["Mine"])
    expected = load(case.name, variant="silent", overrides={"talks.p_relief": 0.5}, without=["E05"])
    assert found.hash == expected.hash


def test_four_variants_stand_side_by_side(start: Start) -> None:
    """With C and D picked, the first page tells all four, and lists what changed in each."""
    app = start("", c="Words only", d="Silent")
    html = _html(app)
    assert html.count('<p class="further">') == 2
    assert all(f'class="tag {letter}"' in html for letter in "abcd")
    assert '<th scope="col">D</th>' in html
    assert not app.exception
    assert not app.error


def test_every_tab_with_four_variants(start: Start) -> None:
    """Every tab under the comparison draws four sides without an error."""
    app = start("", c="Words only", d="Silent")
    for tab in ("Timing", "Flows", "Costs", "Who acts", "All outcomes"):
        app.session_state["detail"] = tab
        app.run()
        assert not app.exception
        assert not app.error


def test_an_edited_number_acts_on_b_and_stands_in_the_link(start: Start) -> None:
    """A number of a link is set in B, is named as changed, and stays in the link."""
    app = start("", set="act.p_true=0.9")
    assert "(1 number changed)" in _html(app)
    assert app.query_params["set"] == "act.p_true=0.9"
    assert ">act.p_true</td>" in _html(app)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("act.p_true=7", "act.p_true"),
        ("act.p_treu=0.5", "Did you mean"),
        ("nonsense", "an override must be PATH=VALUE"),
    ],
)
def test_a_bad_number_of_a_link_is_named_and_left_out(start: Start, text: str, said: str) -> None:
    """A number that cannot be set is named in a warning; everything else is as without it."""
    app = start("", set=text)
    assert "An edited number of the link was ignored" in app.warning[0].value
    assert said in app.warning[0].value.replace("\\", "")
    assert "number changed" not in _html(app)
    assert not app.exception


def test_a_bad_saved_variant_of_a_link_is_named(start: Start) -> None:
    """A saved variant that cannot be read is named in a warning."""
    app = start("", saved='["Mine", "no-such-variant", [], []]')
    assert "A saved variant of the link was ignored" in app.warning[0].value
    assert not app.exception


def test_b_is_saved_under_a_name_and_picked(start: Start) -> None:
    """B with a moved lever is saved: it is picked as B, unchanged, can be picked as C, and stands in the link."""
    app = start()
    app.slider(key=LEVER).set_value(0.75).run()
    app.text_input(key="save_title").set_value("Mine")
    app.button(key="save").click().run()
    assert app.selectbox(key="b").value == "Mine"
    assert app.slider(key=LEVER).value == 0.75
    assert "changed)" not in _html(app)
    assert saved_from(app.query_params["saved"]).sets == (f"{LEVER}=0.75",)
    app.selectbox(key="c").set_value("Mine").run()
    assert not app.exception
    app.selectbox(key="b").set_value("Silent").run()
    app.button(key="forget-Mine").click().run()
    assert app.selectbox(key="c").value == "none"
    assert "saved" not in app.query_params


def test_b_is_saved_as_c_and_stays_what_it_was(start: Start) -> None:
    """B with a moved lever stands as C, beside B as its variant declares it."""
    app = start()
    before = app.slider(key=LEVER).value
    app.slider(key=LEVER).set_value(0.75).run()
    app.text_input(key="save_title").set_value("Mine")
    app.button(key="save-c").click().run()
    assert app.selectbox(key="c").value == "Mine"
    assert app.selectbox(key="b").value == "Staged joint announcement"
    assert app.slider(key=LEVER).value == before


def test_the_shared_link_holds_edits_and_saved_variants(start: Start) -> None:
    """The link under Share holds what the address holds, long runs too."""
    own = Saved(title="Mine", of="silent")
    app = start("", set="act.p_true=0.9", saved=own.text, n="8")
    link = next(code.value for code in app.code if "://" in code.value or code.value.startswith("?"))
    assert all(part in link for part in ("set=act.p_true", "saved=", "n=8"))


def test_a_saved_variant_of_a_link_can_be_picked(start: Start) -> None:
    """A link with a saved variant that is picked as B opens with it."""
    own = Saved(title="Mine", of="silent", sets=(f"{LEVER}=0.5",), without=("E05",))
    app = start("", saved=own.text, b="Mine")
    assert not app.warning
    assert app.selectbox(key="b").value == "Mine"
    assert "“Mine”" in _html(app)


def test_undo_goes_back_step_by_step(start: Start) -> None:
    """Undo takes back a choice, then a lever, then nothing more."""
    app = start()
    before = app.slider(key=LEVER).value
    app.slider(key=LEVER).set_value(0.75).run()
    assert not next(button for button in app.button if button.label == "Undo").disabled
    app.selectbox(key="focus").set_value("Target pauses").run()
    _press(app, "Undo")
    assert app.selectbox(key="focus").value == "Official attribution"
    assert app.slider(key=LEVER).value == 0.75
    _press(app, "Undo")
    assert app.slider(key=LEVER).value == before
    assert next(button for button in app.button if button.label == "Undo").disabled


def test_undo_brings_back_what_another_preset_took(start: Start) -> None:
    """Picking another B drops moved levers and edits; Undo brings variant, levers and edits back."""
    app = start("", set="act.p_true=0.9")
    app.slider(key=LEVER).set_value(0.75).run()
    app.selectbox(key="b").set_value("Quiet deal").run()
    assert "set" not in app.query_params
    _press(app, "Undo")
    assert app.selectbox(key="b").value == "Staged joint announcement"
    assert app.slider(key=LEVER).value == 0.75
    assert app.query_params["set"] == "act.p_true=0.9"


def test_a_number_is_edited_applied_and_taken_back(start: Start) -> None:
    """What nobody can choose is edited for all sides, and can be taken back."""
    app = start("assumptions", number="act.p_true")
    _field(app.selectbox, "kind-act.p_true").set_value("point").run()
    _field(app.number_input, "point-value-act.p_true").set_value(0.9).run()
    app.button(key="edit-apply").click().run()
    assert '"point": 0.9' in app.query_params["world"]
    assert "set" not in app.query_params
    assert "number changed" not in _html(app)
    assert app.button(key="edit-apply").disabled
    app.button(key="edit-back").click().run()
    assert "world" not in app.query_params
    assert not app.exception


def test_after_undo_the_fields_show_what_stands(start: Start) -> None:
    """What was typed and applied is gone from the form once Undo has taken it back."""
    app = start("assumptions", number="act.p_true")
    before = _field(app.selectbox, "kind-act.p_true").value
    _field(app.selectbox, "kind-act.p_true").set_value("point").run()
    _field(app.number_input, "point-value-act.p_true").set_value(0.9).run()
    app.button(key="edit-apply").click().run()
    assert _field(app.number_input, "point-value-act.p_true").value == 0.9
    _press(app, "Undo")
    assert before != "point"
    assert _field(app.selectbox, "kind-act.p_true").value == before
    app = start("assumptions", number="senders.us.corroboration")
    asked_for = _field(app.number_input, "setting-senders.us.corroboration").value
    _field(app.number_input, "setting-senders.us.corroboration").set_value(3).run()
    app.button(key="edit-apply").click().run()
    _press(app, "Undo")
    assert _field(app.number_input, "setting-senders.us.corroboration").value == asked_for
    assert app.button(key="edit-apply").disabled


def test_an_edit_can_act_on_b_alone(start: Start) -> None:
    """Where the user wants it, an edit acts on B alone and counts as a difference."""
    app = start("assumptions", number="act.p_true")
    _field(app.selectbox, "kind-act.p_true").set_value("point").run()
    _field(app.number_input, "point-value-act.p_true").set_value(0.9).run()
    app.segmented_control(key="edit-place-act.p_true").set_value("B alone").run()
    app.button(key="edit-apply").click().run()
    assert '"point": 0.9' in app.query_params["set"]
    assert "(1 number changed)" in _html(app)


@pytest.mark.parametrize(
    ("path", "place", "given", "text"),
    [
        ("senders.us.corroboration", "set", 3, "3"),
        ("act.gravity", "world", 2, "2"),
        ("costs.target.0", "world", 0.25, "0.25"),
        ("policy.demarche", "set", True, "true"),
        ("forums.g7.rule", "set", "unanimity", '"unanimity"'),
        ("shocks.us-election.date", "world", datetime.date(2024, 11, 6), '"2024-11-06"'),
    ],
)
def test_a_setting_is_edited(start: Start, path: str, place: str, given: object, text: str) -> None:
    """A count, a number, a switch, a choice and a date are edited: a coalition's choice for B, others for all sides."""
    app = start("assumptions", number=path)
    field = _field((*app.number_input, *app.toggle, *app.selectbox, *app.date_input), f"setting-{path}")
    assert app.button(key="edit-apply").disabled
    field.set_value(given).run()
    app.button(key="edit-apply").click().run()
    assert app.query_params[place] == f"{path}={text}"
    assert app.button(key="edit-apply").disabled
    assert not app.exception


def test_a_setting_that_all_sides_share_acts_on_all(start: Start) -> None:
    """The horizon cannot be edited for B alone; one beyond its range is refused with the range."""
    app = start("assumptions", number="horizon_days")
    assert app.segmented_control(key="edit-place-horizon_days").options == ["all sides"]
    _field(app.number_input, "setting-horizon_days").set_value(200).run()
    app.button(key="edit-apply").click().run()
    assert app.query_params["world"] == "horizon_days=200"
    assert not app.error
    _field(app.number_input, "setting-horizon_days").set_value(5000).run()
    assert "3,650" in app.error[0].value or "3650" in app.error[0].value
    assert app.button(key="edit-apply").disabled


def test_an_edited_horizon_is_what_is_counted_by(start: Start) -> None:
    """With 200 days edited the page offers 200 days and no more, and runs of 30 days are counted by 30."""
    app = start("", world="horizon_days=200", day="365")
    assert app.selectbox(key="day").options[-1] == "200"
    assert "within 365 days" not in _html(app)
    assert "Delivered within 200 days" in _html(app)
    assert "Delivered within 30 days" in _html(start("", world="horizon_days=30"))


def test_a_horizon_of_one_side_alone_is_ignored(start: Start) -> None:
    """A link that sets the horizon of B alone is told so, and the page stands."""
    app = start("", set="horizon_days=200")
    assert "set" not in app.query_params
    assert any("must be the same on all sides" in said.value for said in app.warning)
    assert "Delivered within 365 days" in _html(app)


def test_a_link_to_a_setting_is_taken(start: Start) -> None:
    """The setting that a link opens in the editor is no ignored part of it."""
    app = start("assumptions", number="forums.g7.quorum")
    assert not app.warning
    assert _field(app.number_input, "setting-forums.g7.quorum").value == 1


def test_an_edit_is_judged_by_the_variant_that_it_stands_in(start: Start) -> None:
    """What only B of the link can hold is kept: a date of a blockade where B has one."""
    app = start("", b="Brussels blocked", set='forums.eu-council.blockade_until="2024-12-01"')
    assert app.query_params["set"] == 'forums.eu-council.blockade_until="2024-12-01"'
    assert not app.warning


def test_another_case_begins_without_the_edits_of_the_former(start: Start) -> None:
    """Edits for all sides belong to their case."""
    app = start("", world='shocks.us-election.date="2024-11-06"')
    other = next(option for option in app.selectbox(key="case").options if option.startswith("belarus"))
    app.selectbox(key="case").set_value(other).run()
    assert "world" not in app.query_params
    assert not app.error


def test_an_edit_for_all_sides_is_no_difference(start: Start) -> None:
    """A world that is edited for all sides leaves a case against itself without a difference, and is named."""
    app = start("", world="act.p_true=0.9", b="Base case")
    assert "no difference by design" in _html(app)
    assert any("Edited for all sides alike: act.p_true" in text.value for text in app.caption)
    _press(app, "Reset")
    assert "world" not in app.query_params


def test_settings_that_cannot_stand_together_keep_the_former_page(start: Start) -> None:
    """An edit against a lever is named at both; the page stays as it was, without a path of the machine."""
    app = start("", set="defaults.sender.bars.warn=0.7")
    before = _html(app)
    lever = "defaults.sender.bars.attribute"
    app.slider(key=lever).set_value(app.slider(key=lever).min).run()
    said = app.error[0].value
    assert "still shows the former ones" in said
    assert "bars" in said
    assert "configs/" not in said
    assert [line for line in before.splitlines() if "sentence" in line and "<h1" in line] == [
        line for line in _html(app).splitlines() if "sentence" in line and "<h1" in line
    ]
    assert not app.exception


def test_long_runs_belong_to_the_session_that_asked(start: Start) -> None:
    """Another session keeps its few runs when one has run many; a link that says so gets the many."""
    first = start()
    _press(first, "8 runs with twins")
    first.session_state["job"].join(60)
    first.run()
    assert "n = 8 pairs" in _html(first)
    assert first.query_params["n"] == "8"
    assert "n = 4 pairs" in _html(start())
    linked = start("", n="8")
    linked.session_state["job"].join(60) if "job" in linked.session_state else None
    assert "n = 8 pairs" in _html(linked.run())


def test_a_link_that_asks_for_long_runs_makes_them(start: Start) -> None:
    """Where the long runs of a link are kept nowhere, they are run."""
    app = start("", n="8")
    app.session_state["job"].join(60)
    assert "n = 8 pairs" in _html(app.run())


def test_a_deep_text_is_no_saved_variant() -> None:
    """A text of thousands of brackets is refused, and a very long one."""
    for text in ("[" * 3000, '"' + "x" * 30_000 + '"'):
        with pytest.raises(ValueError, match=r".+"):
            saved_from(text)


def test_a_value_out_of_range_is_refused_with_the_range(start: Start) -> None:
    """A probability of 2 cannot be applied; the sentence names field, range and value."""
    app = start("assumptions", number="act.p_true")
    _field(app.selectbox, "kind-act.p_true").set_value("point").run()
    _field(app.number_input, "point-value-act.p_true").set_value(2.0).run()
    assert app.button(key="edit-apply").disabled
    assert "act.p_true" in app.error[0].value
    assert "2" in app.error[0].value


def test_the_lever_of_an_edited_number_stands_still(start: Start) -> None:
    """A lever whose number was edited cannot be moved, and the edit is what counts."""
    app = start("", set=f"{LEVER}=0.33")
    assert app.slider(key=LEVER).disabled
    assert "0.33" in _html(app)
