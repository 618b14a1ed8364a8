"""The tables of each version, as SQL text. `schema.py` applies them; nobody else writes DDL.

How it is laid out for ten million traces:

- `traces` is the narrow row: ids, times, numbers. Scans never touch text.
- `trace_texts` holds, under the same id, two previews for the table and one compressed payload
  (input, output, request, response, raw record: see `payloads.py`).
- `routes` are the few combinations of model, deployment, version and connection; a trace has one.
  Narrowing by any of them is a list of routes. '' stands for unknown, so that UNIQUE holds.
- `sums_*` and `latency_*` are the rollups, kept by the writer's own transaction, by UTC quarter of an hour
  and by UTC day. Days of a zone begin on a quarter, hence a period is whole days, then quarters, and at
  ragged ends (a rolling period) rows. Latency has some two hundred buckets a day and is kept by fourteen
  days too: a year by days took 200 ms.
- The indexes by time and by response time hold every column that a filter looks at, 20 bytes a trace more than
  without: a count of 3.5 million traces that match takes 0.4 s from the index alone, and several from the rows.
  `id` stands in them before those columns, or traces of the same time would no longer come in the order of ids.
- `response_bucket` is `domain/buckets.py` of the response time: with it, exact percentiles and the orders by
  response time read one bucket inside a period, never the whole model.
"""

_SUMS = """
    requests INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    response_time_us INTEGER NOT NULL,
    input_known INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_known INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    credits_known INTEGER NOT NULL,
    credits_micro INTEGER NOT NULL,
    cost_known INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
"""

VERSION_1 = f"""
CREATE TABLE origins (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE source_types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('fine-tuned', 'open-source', 'external')),
    type_is_known INTEGER NOT NULL,  -- 0: inferred, and changed by the first record that says
    base_model TEXT,
    added_at INTEGER,
    UNIQUE (name, type)
);
CREATE TABLE routes (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models,
    deployment TEXT NOT NULL,
    version TEXT NOT NULL,
    connection TEXT NOT NULL,
    UNIQUE (model_id, deployment, version, connection)
);
CREATE TABLE deployments (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    deployed_at INTEGER,
    undeployed_at INTEGER,
    hardware TEXT,
    max_replicas INTEGER
);
CREATE UNIQUE INDEX deployment_identity ON deployments (model_id, name, version, coalesce(deployed_at, -1));
CREATE TABLE connections (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models,
    name TEXT NOT NULL,
    added_at INTEGER,
    is_default INTEGER NOT NULL,
    UNIQUE (model_id, name)
);
CREATE TABLE replica_changes (
    model_id INTEGER NOT NULL REFERENCES models,
    deployment TEXT NOT NULL,
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    replicas INTEGER NOT NULL,
    hardware TEXT,
    PRIMARY KEY (model_id, deployment, version, at)
) WITHOUT ROWID;
CREATE TABLE credit_entries (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('deployment', 'fine-tuning')),
    identity TEXT NOT NULL UNIQUE,
    model_id INTEGER REFERENCES models,
    deployment TEXT NOT NULL,
    version TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    credits_micro INTEGER NOT NULL
);
-- With the credits themselves: a year of hourly entries is then summed three times as fast.
CREATE INDEX credits_by_model
    ON credit_entries (model_id, kind, start_at, end_at, credits_micro, deployment, version);
CREATE INDEX credits_by_kind ON credit_entries (kind, start_at, end_at, credits_micro);
CREATE TABLE fine_tuning_jobs (
    id INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL UNIQUE,
    model_id INTEGER NOT NULL REFERENCES models,
    base_model TEXT,
    started_at INTEGER,
    completed_at INTEGER,
    status TEXT
);

-- AUTOINCREMENT: an id is never used twice, so that an index built behind the writer may hold dead ids.
CREATE TABLE traces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    origin_id INTEGER NOT NULL REFERENCES origins,
    request_id TEXT NOT NULL,
    record_id TEXT,  -- NULL: the same as request_id
    model_id INTEGER NOT NULL REFERENCES models,
    route_id INTEGER NOT NULL REFERENCES routes,
    executed_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    response_time_us INTEGER,
    response_bucket INTEGER,
    ttft_us INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    reasoning_tokens INTEGER,
    credits_micro INTEGER,
    cost_nano_usd INTEGER,
    source_type_id INTEGER REFERENCES source_types,
    source_id INTEGER REFERENCES sources,
    user_id TEXT,
    session TEXT,
    status_code INTEGER,
    error_type TEXT,
    finish_reason TEXT,
    is_streamed INTEGER,
    base_model TEXT  -- NULL: the same as the model's
);
CREATE UNIQUE INDEX trace_identity ON traces (coalesce(record_id, request_id), origin_id);
CREATE INDEX traces_by_request_id ON traces (request_id) WHERE record_id IS NOT NULL;
CREATE INDEX traces_by_time
    ON traces (model_id, executed_at, id, status, response_time_us, route_id, source_type_id, source_id);
CREATE INDEX traces_by_route ON traces (route_id, executed_at);
CREATE INDEX traces_by_response_time ON traces
    (model_id, response_bucket, executed_at, response_time_us, route_id, status, source_type_id, source_id);
CREATE INDEX traces_failed
    ON traces (model_id, executed_at, id, response_time_us, route_id, source_type_id, source_id) WHERE status = 1;
CREATE TABLE trace_texts (
    id INTEGER PRIMARY KEY REFERENCES traces,
    input_preview TEXT,
    output_preview TEXT,
    payload BLOB NOT NULL
);
CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY,  -- the dictionary id inside each zstd frame
    content BLOB NOT NULL
);

CREATE TABLE sums_by_quarter (
    route_id INTEGER NOT NULL,
    quarter INTEGER NOT NULL,  -- executed_at / 900,000,000 rounded down
    {_SUMS}
    PRIMARY KEY (route_id, quarter)
) WITHOUT ROWID;
CREATE TABLE sums_by_day (
    route_id INTEGER NOT NULL,
    day INTEGER NOT NULL,  -- executed_at / 86,400,000,000 rounded down
    {_SUMS}
    PRIMARY KEY (route_id, day)
) WITHOUT ROWID;
CREATE TABLE latency_by_quarter (
    route_id INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (route_id, quarter, bucket)
) WITHOUT ROWID;
CREATE TABLE latency_by_day (
    route_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (route_id, day, bucket)
) WITHOUT ROWID;
CREATE TABLE latency_by_fortnight (
    route_id INTEGER NOT NULL,
    fortnight INTEGER NOT NULL,  -- day / 14 rounded down
    bucket INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (route_id, fortnight, bucket)
) WITHOUT ROWID;

CREATE TABLE store_facts (key TEXT PRIMARY KEY, value) WITHOUT ROWID;  -- last_write_us, ...
"""

VERSION_2 = """
-- The search index (`search/index.py`), built behind the writer. Nothing but trace ids is kept of a token.
CREATE VIRTUAL TABLE search_tokens USING fts5 (
    tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
INSERT INTO search_tokens (search_tokens, rank) VALUES ('hashsize', 8388608);
-- All tokens there are: once to know new ones, and once as long texts, in which a piece of a word is soon found.
CREATE TABLE search_words (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE search_word_lists (
    id INTEGER PRIMARY KEY,
    words BLOB NOT NULL  -- UTF-8; a line feed before, between and after them
);
CREATE TABLE search_progress (indexed_to INTEGER NOT NULL);  -- one row: traces up to this id are indexed
INSERT INTO search_progress (indexed_to) VALUES (0);
-- Traces that were filled in. They, and those that are not indexed yet, are read by every search.
CREATE TABLE search_dirty (
    n INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so that what came after a look at the table is kept
    trace_id INTEGER NOT NULL
);
"""

VERSION_3 = """
-- Messages that came apart from their trace (`trace_parts.py`). They wait for it, and stay when it has come.
CREATE TABLE trace_parts (
    record_id TEXT NOT NULL,
    origin_id INTEGER NOT NULL REFERENCES origins,
    part_id TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    side INTEGER NOT NULL,  -- 0: of the request, 1: of the response
    content BLOB NOT NULL,  -- messages and raw record, one zstd frame
    PRIMARY KEY (record_id, origin_id, part_id)
) WITHOUT ROWID;

-- Distributed traces and their spans (`span_trees.py`). Trees are numbered as they come, so that the spans of one
-- batch lie together, though their ids are random.
CREATE TABLE span_trees (
    id INTEGER PRIMARY KEY,
    trace_id BLOB NOT NULL,
    origin_id INTEGER NOT NULL REFERENCES origins,
    newest_at INTEGER NOT NULL,  -- when the span began that began last
    UNIQUE (trace_id, origin_id)
);
CREATE TABLE spans (
    tree_id INTEGER NOT NULL REFERENCES span_trees,
    span_id BLOB NOT NULL,
    parent_id BLOB,
    record_id TEXT,  -- of the trace that it is; NULL: of none; '': both ids, as `parts.span_record_id` writes them
    name TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER,
    source_type TEXT,
    source TEXT,
    raw BLOB,  -- one zstd frame; NULL: its trace has it
    PRIMARY KEY (tree_id, span_id)
) WITHOUT ROWID;
CREATE INDEX spans_by_parent ON spans (tree_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX spans_by_record_id ON spans (record_id) WHERE record_id != '';

-- What a trace has not from its own records: 1 the type of its source, 2 its name, 8 its user, 16 its session,
-- from spans around it, 4 its finish reason, from messages that came apart; NULL: nothing.
ALTER TABLE traces ADD COLUMN inherited INTEGER;
"""

VERSION_4 = f"""
-- What was pruned (`prune.py`) of each route, where its figures were kept. Apart from the sums, which are those of
-- the traces there are: rows, places and percentiles are exact however much was pruned, and traces of pruned time
-- may come again.
CREATE TABLE pruned_by_quarter (
    route_id INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    {_SUMS}
    PRIMARY KEY (route_id, quarter)
) WITHOUT ROWID;
CREATE TABLE pruned_by_day (
    route_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    {_SUMS}
    PRIMARY KEY (route_id, day)
) WITHOUT ROWID;
CREATE TABLE pruned_routes (
    route_id INTEGER PRIMARY KEY REFERENCES routes,
    first_at INTEGER NOT NULL  -- when the first of its traces was executed that was ever pruned
);
"""

VERSION_5 = """
-- A rare source among millions: its rows by themselves, 20 bytes each.
CREATE INDEX traces_by_source ON traces (source_id, model_id, executed_at) WHERE source_id IS NOT NULL;
"""

VERSION_6 = """
-- For whom the calls below a span are, where they do not say it themselves.
ALTER TABLE spans ADD COLUMN user_id TEXT;
ALTER TABLE spans ADD COLUMN session TEXT;
"""
