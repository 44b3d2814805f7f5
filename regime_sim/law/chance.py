"""The names of a week's uniforms: which position of the week's vector decides what; holds no
randomness itself.

The vector has a fixed length and order, so that week w of world r sees the same luck in every
scenario.
"""

from __future__ import annotations

EXIT = 0  # whether the ruler leaves this week
WAY = 1  # by which way
LADDER = 2  # the pressing power climbs or steps down
COUP_FAILS = 3  # a coup is launched and fails
STREET_ONSET = 4
STREET_SIZE = 5
REBEL_ONSET = 6
REBEL_SIZE = 7
RAID_FAILS = 8
MOOD = 9  # weekly noise of grievance
FRONT = 10  # weekly noise of the front
DEFECTION = 11  # a unit changes sides in public
REGIME_FATE = 12
TUTELAGE = 13
LEADER_FATE = 14
SUCCESSOR_AGE = 15
SUCCESSOR_POWER = 16
PATRON = 17  # first of six, one per patron
DAY = 23  # first of seven, one per day of a crisis
HARDEN = 30  # whether a coup that failed hardens him
REBEL_DRIFT = 31  # weekly noise of the rebels' strength
PALACE_FAILS = 32  # a palace coup is tried and fails
PRINCIPAL = 33  # first of twelve, one per principal: whether he leaves
UNIT = 45  # first of six, one per branch: whether it changes sides
RUNG = 51  # which rung the pressing power climbs to
DEAL = 52  # a deal is struck, or one breaks
TEMPER = 53  # how a new leader of the pressing power differs from the last
THEFT = 54  # a lost vote is stolen
PATRON_MOVE = 55  # first of six, one per patron: whether it gives him up

# whole blocks of four words: the last three decide nothing, and a new mechanism may take them
# without moving the others
WEEK_LENGTH = 64

# the vector of week 0 decides what no observer of this world can see
HIDDEN_ARMY = 0
HIDDEN_COUP = 1
HIDDEN_REBELS = 2

CHANNEL_WEEK = 1  # counter channel of the worlds' weekly vectors
CHANNEL_GENERAL = 2  # one uniform per general and week
CHANNEL_PRIVATE = 3  # private loyalty of each general at the start
CHANNEL_PRIOR = 4  # draws of uncertain parameters
