/** The schema, step by step. Append only: a step that was released is never changed, since data bases exist that took it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE dataset_names (
        name TEXT PRIMARY KEY,
        last_version INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE datasets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL REFERENCES dataset_names (name),
        version INTEGER NOT NULL,
        hash TEXT NOT NULL,
        format TEXT NOT NULL,
        source TEXT NOT NULL,
        rows INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        skipped_rows INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (name, version)
      ) STRICT;
      CREATE INDEX datasets_hash ON datasets (hash);

      CREATE TABLE models (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        modified REAL NOT NULL,
        facts TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE adapters (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        base_id TEXT NOT NULL,
        base_hash TEXT NOT NULL,
        run_id TEXT,
        path TEXT NOT NULL,
        peft_path TEXT,
        rank INTEGER NOT NULL,
        alpha REAL NOT NULL,
        bytes INTEGER NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        recipe TEXT NOT NULL,
        base TEXT NOT NULL,
        dataset TEXT NOT NULL,
        held_out_dataset TEXT,
        regression_dataset TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        ended_at TEXT,
        queue_order INTEGER NOT NULL,
        queue_place INTEGER,
        step INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        seconds_left REAL,
        train_loss REAL,
        held_out_loss REAL,
        checkpoint_step INTEGER,
        engine_version TEXT,
        device TEXT,
        error TEXT,
        adapter_id TEXT,
        model_id TEXT,
        evaluation TEXT,
        plan TEXT,
        engine TEXT,
        wanted TEXT
      ) STRICT;
      CREATE INDEX runs_state ON runs (state, queue_order);

      CREATE TABLE run_events (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        id INTEGER NOT NULL,
        at TEXT NOT NULL,
        type TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (run_id, id)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    // Metrics read the steps of a run alone, and lists come newest first.
    version: 2,
    sql: `
      CREATE INDEX run_events_type ON run_events (run_id, type, id);
      CREATE INDEX runs_created ON runs (created_at);
    `,
  },
  {
    // How often the backend died under a run, see jobs/runQueue.ts.
    version: 3,
    sql: 'ALTER TABLE runs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;',
  },
  {
    version: 4,
    sql: `
      CREATE TABLE preferences (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        better TEXT NOT NULL,
        messages TEXT NOT NULL,
        answers TEXT NOT NULL
      ) STRICT;
      CREATE INDEX preferences_created ON preferences (created_at);
    `,
  },
  {
    // What was shown of a model outlives the run that showed it; choices are what a person set for all clients.
    version: 5,
    sql: `
      ALTER TABLE models ADD COLUMN verdict TEXT;
      ALTER TABLE adapters ADD COLUMN verdict TEXT;
      CREATE TABLE choices (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    // Problems of an import are kept with their places, and imports are jobs that outlive the backend. Of older imports
    // only the number of rows that were left out is known.
    version: 6,
    sql: `
      CREATE TABLE import_problems (
        import_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        code TEXT NOT NULL,
        details TEXT NOT NULL,
        line INTEGER NOT NULL,
        "column" INTEGER NOT NULL,
        excerpt TEXT,
        PRIMARY KEY (import_id, number)
      ) STRICT, WITHOUT ROWID;
      ALTER TABLE datasets ADD COLUMN import_id TEXT;
      ALTER TABLE datasets ADD COLUMN problem_count INTEGER NOT NULL DEFAULT 0;
      UPDATE datasets SET problem_count = skipped_rows;
      CREATE INDEX datasets_import ON datasets (import_id);
      CREATE TABLE dataset_jobs (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        request TEXT NOT NULL,
        language TEXT NOT NULL,
        subject TEXT NOT NULL,
        result TEXT,
        error TEXT,
        interruptions INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT
      ) STRICT;
      CREATE INDEX dataset_jobs_state ON dataset_jobs (state);
    `,
  },
  {
    // What comes of a single checkpoint: a run that goes on from it, an adapter that is made of it.
    version: 7,
    sql: `
      ALTER TABLE runs ADD COLUMN continued_from TEXT;
      ALTER TABLE adapters ADD COLUMN step INTEGER;
    `,
  },
  {
    // Lists show it of thousands of runs; the answers that it comes from are too long to be read for that.
    version: 8,
    sql: 'ALTER TABLE runs ADD COLUMN verdict TEXT;',
  },
  {
    // By the hash of the rows, which are the same under whatever name.
    version: 9,
    sql: `
      CREATE TABLE dataset_digests (
        hash TEXT PRIMARY KEY,
        digest TEXT NOT NULL
      ) STRICT;
    `,
  },
];
