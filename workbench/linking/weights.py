"""Every weight and threshold of the linker, in bits of log-odds (Fellegi and Sunter 1969; tuned on the dev halves).

A bit doubles the odds. The sum of all signals and the prior is turned into a probability, the score.
"""

PRIOR = -5.0
"""Odds of 1 to 32 that two entities which share a blocking key are one thing."""

LINK_SCORE = 0.9
"""Least score of a link: 3.2 bits above even. Lower, and names of people begin to merge on their surroundings alone."""

STRONG_SCORE = 0.98
"""From here a link joins clusters by itself; a weaker one needs most of the pairs across to agree."""

APART_SCORE = 0.02
"""At most this: the two are held for different things, and no chain of links may bring them together."""

NAME_BITS = {
    "same name": 10.0,
    "same core": 9.0,
    "version": 8.5,
    "same words": 8.0,
    "listed alias": 9.5,
    "doubtful alias": 5.5,
    "stated": 12.0,
    "acronym": 6.5,
    "short acronym": 5.0,
    "numeronym": 10.0,
    "misspelling": 8.5,
    "contained": 4.5,
}
"""What agreement of the names is worth, before the name's own doubtfulness is taken off."""

SHORT_NAME = -5.0
"""A name of at most three characters (Go, R, TF): half of what sounds like it is something else."""

FIRST_NAME = -6.5
"""A person's single name: every larger company has two of them."""

FULL_NAME = -1.5
"""A person's full name: two of one name are rare but not unheard of."""

PLAIN_PROJECT = -5.0
"""A project or product called by one ordinary word (Atlas, Mercury)."""

UNKNOWN_WORD = -1.5
"""One capitalised word of unknown kind, on both sides."""

KNOWN_BY_ONE = -2.5
"""One word, whose kind is known on one side only: the opera and the browser Opera."""

MISSPELT_UNKNOWN = -1.0
"""One letter's difference between names of unknown kind."""

MISSPELT_NAME = -4.0
"""One letter's difference between names of people, organisations or projects may be another name."""

MISSPELT_WORD = -6.0
"""One letter's difference between common nouns is mostly another noun (baking, barking)."""

RIVALS = -3.0
"""The short form is contained in two or more longer names that are known."""

TYPE_BITS = {"same": 1.5, "open": 0.0, "near": -0.5}
"""By `workbench.linking.kinds.agreement`. Types that do not go together are never linked, unless a text states it."""

STATED_OTHER_TYPE = -3.0
"""A text states two things of different types to be one: a type was misread, or the statement was."""

NEIGHBOUR_SHARE = 0.5
"""Part of a shared neighbour's rarity (log2 of sessions per session that names it) that counts: neighbours come in
groups, so their bits must not be added up in full."""

NEIGHBOUR_CAP = 7.0
"""Most that shared neighbours give, so that two names which are nothing alike never link by their surroundings."""

NO_NEIGHBOUR = -1.0
"""Doubtful names with neighbours on both sides, none of them shared."""

SAME_ORGANISATION = 4.0
"""People and projects beside one organisation."""

OTHER_ORGANISATION = -9.0
"""People and projects beside different organisations only."""

SAME_SESSION = {
    "same name": 3.0,
    "contained": 5.0,
    "acronym": 4.0,
    "short acronym": 4.0,
    "doubtful alias": 4.0,
}
"""A short form in the session that has the long one: people introduce a thing once and then shorten it, and one name
has one meaning within a session. Weighted by the part of their sessions that both share."""

PERSONAL_ELSEWHERE = -20.0
"""``my car`` of two sessions is never one car by its name."""
