"""OpenTelemetry's protocol: bodies of `/v1/traces` and `/v1/logs` to records, in every dialect that is known.

`decode` is the door, for files and for the collector alike. What a dialect calls things stands in `names.py`, what
one model call is and what repeats it in `clients.py`; docs/otlp.md says how a dialect is added.
"""

from tracetui.ingest.otlp.decoding import Decoded, decode
from tracetui.ingest.otlp.recognise import Encoding, Signal
from tracetui.ingest.otlp.rejected import Rejected

__all__ = ["Decoded", "Encoding", "Rejected", "Signal", "decode"]
