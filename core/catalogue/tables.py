"""The tables of the archive's catalogue."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every table of the catalogue."""

    type_annotation_map = {dict[str, Any]: JSON, int: BigInteger}


class MetaRow(Base):
    """One fact about the archive."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class MediumRow(Base):
    """One medium."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    size_bytes: Mapped[int]
    duration_ms: Mapped[int]
    recorded_at: Mapped[datetime | None]
    info: Mapped[dict[str, Any]]
    added_at: Mapped[datetime]


class LocationRow(Base):
    """One path at which a medium lies."""

    __tablename__ = "locations"

    path: Mapped[str] = mapped_column(primary_key=True)
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), index=True)
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    seen_at: Mapped[datetime]


class StageRow(Base):
    """One finished stage of ingest."""

    __tablename__ = "stages"

    media_id: Mapped[str] = mapped_column(
        ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    detail: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime]


class MomentRow(Base):
    """One moment, and whether it is in the index."""

    __tablename__ = "moments"
    __table_args__ = (
        Index("moments_in_order", "media_id", "track", "unit", "start_ms", "end_ms"),
        Index("moments_to_index", "indexed", "media_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))
    stage: Mapped[str]
    track: Mapped[str]
    unit: Mapped[str]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str]
    language: Mapped[str | None]
    speaker: Mapped[str | None]
    confidence: Mapped[float | None]
    source: Mapped[str]
    indexed: Mapped[bool] = mapped_column(default=False)


class PartRow(Base):
    """How far a stage came that was stopped in the middle, with what it observed until then."""

    __tablename__ = "parts"

    media_id: Mapped[str] = mapped_column(
        ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    reached_ms: Mapped[int]


class ImageVectorRow(Base):
    """The image vector of a frame, as little-endian float16."""

    __tablename__ = "image_vectors"

    moment_id: Mapped[str] = mapped_column(
        ForeignKey("moments.id", ondelete="CASCADE"), primary_key=True
    )
    vector: Mapped[bytes] = mapped_column(LargeBinary)
