"""A model service on loopback that answers as OpenAI's does, and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROMPT_TOKENS, COMPLETION_TOKENS = 21, 8
ANSWER = ["Parcel 4711 ", "is on ", "its way: 東京."]


class ModelServer(ThreadingHTTPServer):
    """Answers every question alike; one that says `simulate:500` fails."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        number = len(self.server.asked)
        if "simulate:500" in json.dumps(asked):
            self._answer(500, {"error": {"message": "The model is out of order.", "type": "server_error"}})
        elif self.path.endswith("/embeddings"):
            vector = {"object": "embedding", "index": 0, "embedding": [0.25, -0.5]}
            usage = {"prompt_tokens": PROMPT_TOKENS, "total_tokens": PROMPT_TOKENS}
            self._answer(200, {"object": "list", "data": [vector], "model": asked["model"], "usage": usage})
        elif asked.get("stream"):
            self._stream(f"chatcmpl-{number}", asked["model"])
        else:
            message = {"role": "assistant", "content": "".join(ANSWER)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._answer(200, self._completion(f"chatcmpl-{number}", asked["model"], "", [choice], _USAGE))

    def _stream(self, id: str, model: str) -> None:
        chunks = [{"index": 0, "delta": {"role": "assistant", "content": piece}} for piece in ANSWER]
        chunks.append({"index": 0, "delta": {}, "finish_reason": "stop"})
        said = [self._completion(id, model, ".chunk", [chunk], None) for chunk in chunks]
        said.append(self._completion(id, model, ".chunk", [], _USAGE))
        body = "".join(f"data: {json.dumps(one)}\n\n" for one in said) + "data: [DONE]\n\n"
        self._send(200, "text/event-stream", body.encode())

    def _completion(self, id: str, model: str, kind: str, choices: list[Any], usage: Any) -> dict[str, Any]:
        made = {"id": id, "object": f"chat.completion{kind}", "created": 1_790_856_000, "model": model}
        return made | {"choices": choices, "usage": usage}

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(said).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": COMPLETION_TOKENS,
    "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
}


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server that runs inside the `with`."""
    with ModelServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
