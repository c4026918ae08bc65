"""A sentence renders in English, in the singular or the plural."""

from rubrics.sentence import Sentence, say, say_many


def test_values_go_into_their_places():
    assert str(say("a.b", "Hello %(name)s.", name="Ada")) == "Hello Ada."


def test_a_sentence_without_values_may_contain_a_percent_sign():
    assert str(say("a.b", "Score 80%.")) == "Score 80%."


def test_a_sentence_may_stand_inside_another():
    inner = say("a.inner", "Did you mean %(word)s?", word="all")
    assert str(say("a.b", "Unknown. %(hint)s", hint=inner)) == "Unknown. Did you mean all?"


def test_a_sentence_needs_no_values():
    assert str(Sentence("a.b", "Done.")) == "Done."


def test_one_is_said_in_the_singular_and_the_rest_in_the_plural():
    said = [str(say_many("a.b", "One to go.", "%(count)s to go.", count=n)) for n in (0, 1, 2)]
    assert said == ["0 to go.", "One to go.", "2 to go."]


def test_sentences_are_values():
    assert say("a.b", "Hello %(x)s.", x=[1]) == say("a.b", "Hello %(x)s.", x=[1])
    assert hash(say("a.b", "Hello %(x)s.", x=[1])) == hash(say("a.b", "Hello %(x)s.", x=[2]))
