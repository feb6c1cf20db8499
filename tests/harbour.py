"""Three things that are said of a harbour: the subtitles that many tests ask about."""

HARBOUR = """1
00:00:01,000 --> 00:00:04,000
The harbour bridge was painted green in April.

2
00:00:05,000 --> 00:00:08,000
The ferry to the island leaves every hour.

3
00:00:09,000 --> 00:00:12,000
A storm closed the lighthouse for three weeks.
"""
