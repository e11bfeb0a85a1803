"""A language in which most words can be guessed: one determiner, one end mark, verbs that
bring their own preposition."""

from course_utils.data.grammar import Grammar

# The same lexicon as the clean language, so that only what can be guessed differs.
GUESSABLE = Grammar(
    verbs={
        "sat": ("seat",),
        "hid": ("shelter",),
        "rested": ("cover",),
        "stayed": ("near",),
        "fell": ("height",),
        "went": ("destination",),
        "came": ("origin",),
        "entered": ("inside",),
        "slept": ("container",),
        "ran": ("goal",),
        "walked": ("ground",),
    },
    determiners=("the",),
    adverbs=(),
    marks=(".",),
)
