"""Any history of ingest, killed and opened anew at any point, against a plain picture of it."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from trikal.catalogue import Catalogue, Medium
from trikal.indexes.intervals import Interval
from trikal.moments import Moment, Track, Unit

MEDIA = tuple(f"{number:064x}" for number in (1, 2))
TRACK_OF = {"listen": Track.SPEECH, "watch": Track.FRAME, "read": Track.SCREEN}
media = st.sampled_from(MEDIA)
stages = st.sampled_from(sorted(TRACK_OF))
spans = st.lists(st.tuples(st.integers(-20, 40), st.integers(0, 15)), max_size=5)


def observed(media_id: str, stage: str, at: list[tuple[int, int]]) -> list[Moment]:
    return [Moment(media_id=media_id, track=TRACK_OF[stage], start_ms=start, end_ms=start + length,
                   text=f"{start} and {length}", source="model",
                   unit=Unit.PASSAGE if length > 10 else Unit.OBSERVATION)
            for start, length in at]


class Histories(RuleBasedStateMachine):
    """The catalogue on its database, and beside it what should be in it: dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "catalogue.db"
        self.catalogue = Catalogue.open(self.path)
        self.media: set[str] = set()
        self.moments: dict[str, tuple[str, Moment]] = {}
        self.indexed: set[str] = set()
        self.done: set[tuple[str, str]] = set()
        self.parts: dict[tuple[str, str], int] = {}
        self.pictures: dict[str, float] = {}

    def teardown(self) -> None:
        self.catalogue.close()
        shutil.rmtree(self.folder)

    @initialize()
    def one_is_known(self) -> None:
        self.add(MEDIA[0])

    @rule(media_id=media)
    def add(self, media_id: str) -> None:
        self.catalogue.add_medium(Medium(id=media_id, name=f"{media_id[-1]}.mp4", kind="video",
                                         size_bytes=1, duration_ms=60_000))
        self.media.add(media_id)

    @rule()
    def stop_and_go_on(self) -> None:
        """Nothing but what is on the disk may matter."""
        self.catalogue.close()
        self.catalogue = Catalogue.open(self.path)

    @rule(media_id=media)
    def remove(self, media_id: str) -> None:
        self.catalogue.remove_medium(media_id)
        self.media.discard(media_id)
        for stage in TRACK_OF:
            self._drop(media_id, stage)

    @rule(media_id=media, stage=stages, at=spans, goes_on=st.booleans())
    def finish(
        self, media_id: str, stage: str, at: list[tuple[int, int]], goes_on: bool
    ) -> None:
        if media_id not in self.media:
            return
        moments = observed(media_id, stage, at)
        self.catalogue.finish_stage(media_id, stage, source="model", moments=moments,
                                    goes_on=goes_on)
        if not goes_on:
            self._drop(media_id, stage)
        self._keep(stage, moments)
        self.parts.pop((media_id, stage), None)
        self.done.add((media_id, stage))

    @rule(media_id=media, stage=stages, at=spans, reached=st.integers(0, 60_000))
    def keep_part(
        self, media_id: str, stage: str, at: list[tuple[int, int]], reached: int
    ) -> None:
        if media_id not in self.media:
            return
        moments = observed(media_id, stage, at)
        vectors = np.array([[each.start_ms, 1.0] for each in moments], np.float32).reshape(-1, 2)
        self.catalogue.keep_part(media_id, stage, source="model", reached_ms=reached,
                                 moments=moments,
                                 vectors=vectors if stage == "watch" else None)
        self._keep(stage, moments)
        if stage == "watch":
            for each in moments:
                self.pictures.setdefault(each.id, float(each.start_ms))
        self.parts[media_id, stage] = reached

    @rule(media_id=media, stage=stages)
    def forget(self, media_id: str, stage: str) -> None:
        self.catalogue.forget_stage(media_id, stage)
        self._drop(media_id, stage)

    @rule(share=st.integers(1, 3))
    def index_some(self, share: int) -> None:
        some = sorted(self.moments)[::share]
        self.catalogue.mark_indexed(some)
        self.indexed.update(some)

    @rule(share=st.integers(1, 3))
    def take_some_from_the_index(self, share: int) -> None:
        some = sorted(self.indexed)[::share]
        self.catalogue.mark_unindexed(some)
        self.indexed.difference_update(some)

    @rule()
    def empty_the_index(self) -> None:
        self.catalogue.mark_all_unindexed()
        self.indexed.clear()

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        for media_id in MEDIA:
            expected = sorted((one for _, one in self.moments.values() if one.media_id == media_id),
                              key=lambda one: (one.start_ms, one.end_ms, one.id))
            assert self.catalogue.moments(media_id) == expected
            assert self.catalogue.moments(media_id, overlapping=(0, 10)) == [
                one for one in expected if Interval.of(one).overlaps(Interval(0, 10))]
            assert self.catalogue.moments(media_id, unit=Unit.PASSAGE) == [
                one for one in expected if one.unit == Unit.PASSAGE]
            assert self.catalogue.moments(media_id, tracks=[Track.SPEECH, Track.SCREEN]) == [
                one for one in expected if one.track != Track.FRAME]

    @invariant()
    def what_the_index_lacks_is_known(self) -> None:
        lacking = {one.id for one in self.catalogue.unindexed(limit=10_000)}
        assert lacking == set(self.moments) - self.indexed
        assert self.catalogue.count_moments(indexed=True) == len(self.indexed)
        assert len(self.catalogue.unindexed(limit=2)) == min(2, len(lacking))

    @invariant()
    def the_journal_tells_what_is_done_and_how_far_the_rest_came(self) -> None:
        for media_id in MEDIA:
            finished = {each.stage for each in self.catalogue.stages(media_id)}
            assert finished == {stage for medium, stage in self.done if medium == media_id}
            for stage in TRACK_OF:
                part = self.catalogue.part(media_id, stage)
                assert (part and part.reached_ms) == self.parts.get((media_id, stage))
                assert set(self.catalogue.stage_ids(media_id, stage)) == {
                    id_ for id_, (of, one) in self.moments.items()
                    if of == stage and one.media_id == media_id}

    @invariant()
    def pictures_go_with_their_frames(self) -> None:
        vectors = self.catalogue.image_vectors(self.moments)
        assert {id_: float(vector[0]) for id_, vector in vectors.items()} == self.pictures
        assert self.catalogue.has_image_vectors() == bool(self.pictures)

    def _keep(self, stage: str, moments: list[Moment]) -> None:
        for each in moments:
            self.moments.setdefault(each.id, (stage, each))

    def _drop(self, media_id: str, stage: str) -> None:
        gone = [id_ for id_, (of, one) in self.moments.items()
                if of == stage and one.media_id == media_id]
        for id_ in gone:
            del self.moments[id_]
            self.indexed.discard(id_)
            self.pictures.pop(id_, None)
        self.done.discard((media_id, stage))
        self.parts.pop((media_id, stage), None)


Histories.TestCase.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)
TestHistories = pytest.mark.thorough(Histories.TestCase)
