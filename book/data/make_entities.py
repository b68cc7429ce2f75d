"""Write entities.tsv: short sentences whose names of people, places and organisations are tagged, one tag for a token.

Sentences are composed from the frames below and followed by some written by hand. All was written for this course. Many names
stand in two lists or in all three, so that the words around a name decide its tag, and often the words after it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

PEOPLE = """paris jordan chelsea sydney charlotte austin florence virginia georgia lincoln washington victoria madison kent
    adelaide troy carter ford morgan hilton anna|brown david|washington florence|hill jordan|reed mary|lincoln maria peter
    clara tom|baker nina samuel emma|stone"""
PLACES = """paris jordan chelsea sydney charlotte austin florence virginia georgia lincoln washington victoria madison kent
    adelaide troy liverpool milan amsterdam new|york port|victoria fort|lincoln new|delhi lisbon vienna cairo
    porto kyoto oslo bath"""
FIRMS = """ford morgan hilton carter troy madison northwind bluebird florence|bank lincoln|bank jordan|motors austin|motors
    victoria|press sydney|foods kent|steel silverline redwood|press"""
CLUBS = "liverpool chelsea milan madison kent paris|united sydney|rovers austin|city northgate|rovers oakfield|united"
LISTS = {slot: names.split() for slot, names in (("PER", PEOPLE), ("LOC", PLACES), ("FIRM", FIRMS), ("CLUB", CLUBS))}
TAGS = {"PER": "PER", "LOC": "LOC", "FIRM": "ORG", "CLUB": "ORG"}
TIMES = 5

FRAMES = """
PER sang last night
PER smiled at the children
PER was late for dinner
PER was born in LOC
PER was tired after the long walk
PER met PER on the train
PER met an old friend in LOC
PER has two brothers and a sister
PER has moved to LOC
PER is a teacher in LOC
PER is my best friend
PER works for FIRM
PER left FIRM in the spring
PER laughed and opened the door
PER wrote a book about LOC
PER will play for CLUB next year
my sister PER plays the piano
my neighbour PER comes from LOC
doctor PER works in LOC
we talked to PER about the weather
a letter from PER came today
the children asked PER for a story
last night PER dreamed of LOC
have you seen PER today
LOC was founded long ago
LOC was quiet on sunday morning
LOC was full of tourists in july
LOC is cold in winter
LOC is far from here
LOC has a famous museum
LOC has many old churches
LOC lies south of the mountains
we moved to LOC in may
we spent the summer in LOC
we drove from LOC to LOC
the roads around LOC were closed by snow
the train to LOC was late again
it rained in LOC for a week
the map shows LOC and the country around it
they sell apples from LOC at the market
last night it snowed in LOC
a letter from LOC takes four days
have you been to LOC
FIRM was founded in a garage
FIRM was bought by FIRM
FIRM was fined for late payments
FIRM has opened an office in LOC
FIRM has hired forty engineers
FIRM is looking for a new director
FIRM sold its oldest factory
FIRM will build a factory near LOC
shares in FIRM fell on monday
she works for FIRM in LOC
the director of FIRM lives in LOC
we talked to FIRM about the contract
a bill from FIRM came today
CLUB won the cup again
CLUB lost at home to CLUB
CLUB has a new coach
CLUB was the better team today
CLUB scored twice before the break
the fans of CLUB sang all night
PER scored twice for CLUB
last night CLUB beat CLUB
""".strip().splitlines()

BY_HAND = """
paris/LOC was founded before paris/PER was born
paris/PER sang last night in paris/LOC
washington/PER met lincoln/PER near washington/LOC
jordan/PER has never been to jordan/LOC
charlotte/PER drove from charlotte/LOC to austin/LOC with austin/PER
florence/PER lives in florence/LOC and works for florence/ORG bank/ORG
ford/PER did not work for ford/ORG
chelsea/PER lives in chelsea/LOC but she is no fan of chelsea/ORG
madison/PER left madison/ORG and moved to madison/LOC
victoria/PER swam in the river near port/LOC victoria/LOC
i read it in a book by virginia/PER
i read it in a book about virginia/LOC
troy/LOC fell after ten years
troy/PER fell off his bike
troy/ORG fell by two percent on monday
rose/PER rose from her chair
mark/PER gave the paper a good mark
will/PER will come in may
may/PER will come with will/PER
bill/PER paid the bill
grace/PER moved with grace
hope/PER lost all hope
i hope that hope/PER can come
nice/LOC is warm in june
what a nice day
we had a nice time in nice/LOC
there was no bath in our hotel in bath/LOC
reading/LOC is an hour from london/LOC
reading is good for children
he likes reading in the garden
the bank of the river was muddy
the florence/ORG bank/ORG is near the river
florence/PER sat on the bank of the river
the hilton/ORG is the best hotel in cairo/LOC
hilton/PER stayed in a small hotel in cairo/LOC
the press was waiting for emma/PER stone/PER
a stone fell on the road to lisbon/LOC
the baker was already awake
tom/PER baker/PER is no baker
the hill was steep and the road was long
the children built a snow house
nobody knew the answer
she closed the window and slept
the new year began with snow
new/LOC york/LOC never sleeps
the old city was quiet
the city lost a good team
austin/ORG city/ORG won and the city sang
our team won the cup in oslo/LOC
the united team sang together
paris/ORG united/ORG has a coach from porto/LOC
the director of the museum is called maria/PER
peter/PER and clara/PER were married in kyoto/LOC
when samuel/PER came home it was dark
in sydney/LOC it is summer now
in sydney/PER we have a good friend
for kent/ORG it was the third win
for kent/PER it was the third coffee
near kent/LOC the road was closed
carter/PER asked carter/ORG for more money
the carter family lives next door
steel is made in the north
kent/ORG steel/ORG makes steel in the north
georgia/PER sent us apples from georgia/LOC
amsterdam/LOC has more bikes than people
oslo/LOC has long nights in winter
""".strip().splitlines()


def endless(items: list[str], draw: random.Random) -> Iterator[str]:
    """The items in a new random order, again and again, so that all come up equally often."""
    while True:
        yield from draw.sample(items, len(items))


def compose(frame: str, supply: dict[str, Iterator[str]]) -> str:
    """Put the next name, tagged, in each place of a frame; no name comes twice in a sentence."""
    used: set[str] = set()

    def name(slot: re.Match[str]) -> str:
        words = next(words for words in (item.split("|") for item in supply[slot[0]]) if not used & set(words))
        used.update(words)
        return " ".join(f"{word}/{TAGS[slot[0]]}" for word in words)

    return re.sub("|".join(LISTS), name, frame)


def rows(seed: int = 8) -> list[tuple[str, str]]:
    """(sentence, tags), both with spaces between tokens, each sentence once."""
    draw = random.Random(seed)
    supply = {slot: endless(names, draw) for slot, names in LISTS.items()}
    marked = chain((compose(frame, supply) for frame in FRAMES for _ in range(TIMES)), BY_HAND)
    pairs = [[token.partition("/") for token in sentence.split()] for sentence in marked]
    found = {" ".join(word for word, _, _ in pair): " ".join(tag or "O" for _, _, tag in pair) for pair in pairs}
    return list(found.items())


if __name__ == "__main__":
    lines = ["\t".join(row) for row in [("sentence", "tags"), *rows()]]
    Path(__file__).with_name("entities.tsv").write_bytes(("\n".join(lines) + "\n").encode())
