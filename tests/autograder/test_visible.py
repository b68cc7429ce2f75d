"""The checks that come with a notebook, run as a learner runs them: from the shipped file alone."""

import types

import numpy as np
import pytest

from autograder.course import mistaken_source
from autograder.release import _literal, exercise_text, visible_checks


@pytest.fixture(scope="module", params=["notation", "rnn", "bptt", "gradients"])
def topic(request, course):
    return course.topic(request.param)


@pytest.fixture(scope="module")
def shipped(topic):
    return shipped_with(topic)


def shipped_with(topic):
    """The checks file of a topic, as a module that knows nothing else."""
    module = types.ModuleType("unrolled_checks")
    exec(compile(visible_checks(topic), "unrolled_checks.py", "exec", dont_inherit=True), module.__dict__)
    return module


def notebook(course, topic, **written):
    """A learner's namespace: all functions right, but those given."""
    namespace = {"np": np}
    for name in (*topic.brought, *(exercise.name for exercise in topic.exercises)):
        exec(written.get(name) or exercise_text(course.references[name]), namespace)
    return namespace


def test_right_answers_pass(course, topic, shipped, capsys):
    mine = notebook(course, topic)
    for exercise in topic.exercises:
        shipped.check(mine[exercise.name])
    assert capsys.readouterr().out.count("all visible checks passed") == len(topic.exercises)


def test_every_mistake_in_a_gradient_is_caught_without_a_reference(course):
    topic = course.topic("bptt")
    shipped = shipped_with(topic)
    exercises = {exercise.name: exercise for exercise in topic.exercises if exercise.slopes}
    mistakes = [mistake for mistake in topic.mistakes if mistake.function in exercises]
    assert len(mistakes) > 15
    for mistake in mistakes:
        exercise = exercises[mistake.function]
        mine = notebook(course, topic, **{mistake.function: mistaken_source(mistake, exercise.reference)})
        with pytest.raises(shipped.CheckFailed, match="relative error|zero everywhere|shape"):
            shipped.check(mine[mistake.function])


def test_the_sentences_are_the_graders(course):
    topic = course.topic("rnn")
    shipped = shipped_with(topic)
    mine = notebook(course, topic, stack_weights="def stack_weights(Waa, Wax):\n    Waa *= 2\n    return Waa")
    with pytest.raises(shipped.CheckFailed) as failed:
        shipped.check(mine["stack_weights"])
    assert "`Wa` has shape (1, 1); it must have shape (n_a, n_a+n_x) = (1, 3)." in str(failed.value)


def test_an_example_tells_once_of_what_two_outputs_look_at(course):
    topic = course.topic("language_model")
    shipped = shipped_with(topic)
    mine = notebook(course, topic, perplexity="def perplexity(log_probabilities, lengths):\n    return 0.5")
    with pytest.raises(shipped.CheckFailed) as raised:
        shipped.check(mine["perplexity"])
    assert str(raised.value).count("Example 1: ") == 1


def test_an_overwritten_input_is_told(course):
    topic = course.topic("rnn")
    shipped = shipped_with(topic)
    text = "def softmax(z):\n    z -= z.max(0)\n    return np.exp(z) / np.exp(z).sum(0)"
    mine = notebook(course, topic, softmax=text)
    with pytest.raises(shipped.CheckFailed, match="`z` is not what it was before the call"):
        shipped.check(mine["softmax"])


def test_a_missing_helper_is_named(course):
    topic = course.topic("bptt")
    shipped = shipped_with(topic)
    mine = notebook(course, topic)
    del mine["rnn_forward"]
    with pytest.raises(shipped.CheckFailed, match="needs your `rnn_forward`"):
        shipped.check(mine["rnn_backward"])


def test_a_foreign_function_is_no_exercise(shipped):
    with pytest.raises(shipped.CheckFailed, match="no exercise of this notebook"):
        shipped.check(np.tanh)


def test_side_effects_are_told(course):
    topic = course.topic("rnn")
    shipped = shipped_with(topic)
    mine = notebook(course, topic, softmax="def softmax(z):\n    np.random.rand()\n    return np.exp(z)")
    shipped.EXERCISES["softmax"]["examples"] = ()
    with pytest.raises(shipped.CheckFailed, match="global random state"):
        shipped.check(mine["softmax"])
    mine = notebook(course, topic, softmax="def softmax(z):\n    return z[:]")
    with pytest.raises(shipped.CheckFailed, match="`y_pred` shares its memory with an input"):
        shipped.check(mine["softmax"])


def test_a_rule_is_asked(course):
    topic = course.topic("rnn")
    shipped = shipped_with(topic)
    exercise = shipped.EXERCISES["softmax"]
    exercise["examples"] = ()
    exercise["outputs"][0]["rule"] = "within(np.sum(y_pred) - np.sum(softmax(z)), -1e-9, 1e-9) or within(z.size, 1, 2)"
    mine = notebook(course, topic)
    with pytest.raises(shipped.CheckFailed, match="`y_pred` is higher than that of a right program"):
        shipped.check(mine["softmax"])
    exercise["outputs"][0]["rule"] = "within(nowhere, 0, 1)"
    with pytest.raises(shipped.CheckFailed, match="needs your `nowhere`"):
        shipped.check(mine["softmax"])


def test_a_form_stands_for_what_axes_cannot_say(course):
    topic = course.topic("rnn")
    shipped = shipped_with(topic)
    exercise = shipped.EXERCISES["softmax"]
    exercise["examples"] = ()
    for form, right, wrong, told in (
        ("np.ones(z.shape, int)", "np.ones(z.shape, int)", "np.ones(z.shape)", "whole numbers are needed"),
        ("[''] * len(y_pred)", "['one', 'two']", "[1]", r"`y_pred\[0\]` is a whole number"),
        ("[''] * len(y_pred)", "[]", "None", "has not the form"),
        ("{'<UNK>': 0}", "{'<UNK>': 3, 'new': 1}", "{'new': 1}", "lacks the key `<UNK>`"),
    ):
        exercise["outputs"][0]["form"] = form
        shipped.check(notebook(course, topic, softmax=f"def softmax(z):\n    return {right}")["softmax"])
        with pytest.raises(shipped.CheckFailed, match=told):
            shipped.check(notebook(course, topic, softmax=f"def softmax(z):\n    return {wrong}")["softmax"])


def test_numbers_that_are_not_finite_can_be_shipped(course):
    exercise = shipped_with(course.topic("gradients")).EXERCISES["safe_norm"]
    exercise["examples"] = ((np.array([np.nan, -np.inf]), np.inf),)
    assert eval(_literal(exercise["examples"]), {"np": np})[0][1] == np.inf
    np.testing.assert_array_equal(eval(_literal(exercise["examples"]), {"np": np})[0][0], [np.nan, -np.inf])


def test_progress_goes_through_all_steps_and_draws_a_bar(course, capsys):
    shipped = shipped_with(course.topic("rnn"))
    assert list(shipped.progress(range(7), width=4)) == list(range(7))
    out = capsys.readouterr().out
    assert out.endswith("[####] 7/7\n") and out.count("\r") == 5
    assert list(shipped.progress([])) == []
