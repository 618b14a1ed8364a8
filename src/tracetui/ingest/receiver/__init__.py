"""Spans and log records as they come, over OTLP: HTTP (`http.py`) and gRPC (`grpc.py`) into a store (`groups.py`).

What is acknowledged is committed. Nothing here knows the store: a `Writer` is handed in.
"""
