"""Sentences: a stable id, English text, and values in their places."""

from credentials.sentence import Sentence, say, say_many


def test_a_sentence_without_values_stands_as_it_is():
    assert str(say("a.b", "100 % sure.")) == "100 % sure."
    assert str(Sentence("a.b", "100 % sure.")) == "100 % sure."


def test_values_take_their_places_and_may_be_sentences():
    inner = say("a.inner", "It is late.")

    assert str(say("a.b", "%(name)s says: %(what)s", name="Ada", what=inner)) == (
        "Ada says: It is late."
    )


def test_one_thing_and_many_things_are_said_differently():
    def badges(count):
        return str(say_many("a.b", "%(count)s badge.", "%(count)s badges.", count=count))

    assert (badges(1), badges(2)) == ("1 badge.", "2 badges.")
