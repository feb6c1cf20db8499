"""Events of a verb-final question: what a clause looks for, once its words of time are gone."""

from trikal.indexes.rules.scopes import Scopes
from trikal.indexes.rules.verb_final.stripping import Stripping
from trikal.indexes.rules.verb_final.table import EDGES, Table
from trikal.indexes.rules.verb_final.things import VerbFinalThings
from trikal.indexes.temporal import Ask, Scope, TemporalQuery
from trikal.moments import Track


class VerbFinalEvents:
    """Reads the text of an event.

    Args:
        language: The words that say nothing about what is looked for.
        scopes: Knows the speakers.
    """

    def __init__(self, language: Table, scopes: Scopes) -> None:
        self._language = language
        self._scopes = scopes
        self._stripping = Stripping(language)
        self._things = VerbFinalThings(language, self._stripping.is_empty)
        self._every = language.words("every", "leading")

    def read(self, text: str, *, words: str = "", is_target: bool = False) -> TemporalQuery:
        """Read a clause's text.

        Args:
            text: The text.
            words: The words that hang it on something; they tell the track of an empty text.
            is_target: It is what is asked for.
        """
        text = text.strip(EDGES)
        tracks = self.track(text or words) if is_target else ()
        text, speakers = self._scopes.speakers(text)
        text, ordinal = self._ordinal(text)
        text, every = self._taken_every(text)
        ask = Ask.EVERY if every else Ask.MOMENTS
        if not speakers and (thing := self._things.read(text)):
            return TemporalQuery(target=thing[0], tracks=(thing[1],), ordinal=ordinal, ask=ask)
        quote = self._stripping.quote(text)
        target = quote or self._stripping.topic(text) or (
            self._stripping.bare(text) if is_target else text.strip(EDGES))
        return TemporalQuery(
            target=target, verbatim=bool(quote), ordinal=ordinal,
            tracks=(Track.SPEECH,) if speakers else tracks, scope=Scope(speakers=speakers), ask=ask)

    def names_thing(self, text: str) -> bool:
        """Tell whether a text names a thing that is seen, like a slide, and nothing else."""
        return self._things.read(self._taken_every(text.strip(EDGES))[0]) is not None

    def topic(self, text: str) -> str:
        """Return what a text that ends in a word like "about" is about, or the text itself."""
        return self._stripping.topic(text) or text

    def track(self, text: str) -> tuple[Track, ...]:
        """Return the track that a text names, if it names one."""
        masked = self._language.masked(text)
        return next(((each,) for each, pattern in self._language.tracks.items()
                     if pattern.search(masked)), ())

    def _taken_every(self, text: str) -> tuple[str, bool]:
        """Take away words that want each of something, and tell whether there were any."""
        every = self._every.match(self._language.masked(text))
        if every is None or every.end() == len(text):
            return text, False
        return text[every.end():].strip(EDGES), True

    def _ordinal(self, text: str) -> tuple[str, int | None]:
        """Take an ordinal away: "तीसरी बार", "पहला गोल"."""
        masked = self._language.masked(text)
        for pattern in self._language.ordinals:
            if match := pattern.search(masked):
                number = next((group for group in match.groups() if group), "")
                rest = f"{text[:match.start()]} {text[match.end():]}"
                return " ".join(rest.split()), self._language.amounts.ordinal(number)
        return text, None
