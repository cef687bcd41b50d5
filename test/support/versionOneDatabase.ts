import Database from 'better-sqlite3';
import { migrations } from '../../backend/db/migrations.ts';

/**
 * A data base as version 1 left it, with something in every table. Written in SQL and not through the stores, because
 * the stores write what the newest version has.
 */
export function writeVersionOneDatabase(path: string): void {
  const database = new Database(path);
  database.exec(migrations[0]!.sql);
  database.pragma(`application_id = ${0x54415441}`);
  database.pragma('user_version = 1');
  const hash = (letter: string) => `sha256:${letter.repeat(64)}`;
  database.exec(`
    INSERT INTO dataset_names VALUES ('pairs', 3);
    INSERT INTO datasets VALUES
      ('dat_1', 'pairs', 1, '${hash('a')}', 'jsonl', 'pairs.jsonl', 2, 120, 0, '2026-11-01T00:00:00.000Z'),
      ('dat_3', 'pairs', 3, '${hash('b')}', 'csv', 'pairs.csv', 5, 300, 1, '2026-11-03T00:00:00.000Z');
    INSERT INTO models VALUES ('mdl_1', 'base', '/models/base.gguf', '${hash('c')}', 1000, 1.5,
      '{"architecture":"llama","parameters":10,"layers":1,"embedding_length":8,"context_length":64,"vocabulary":32,"file_type":"F32","has_chat_template":true,"training_refusal":null}',
      '2026-11-01T00:00:00.000Z');
    INSERT INTO adapters VALUES
      ('adp_1', 'first', 'mdl_1', '${hash('c')}', 'run_1', '/adapters/adp_1/adapter.gguf', '/adapters/adp_1/peft', 8, 16, 99, '2026-11-02T00:00:00.000Z'),
      ('adp_2', 'other', 'mdl_1', '${hash('c')}', NULL, '/adapters/adp_2/adapter.gguf', NULL, 4, 8.5, 77, '2026-11-03T00:00:00.000Z');
    INSERT INTO runs (id, name, state, recipe, base, dataset, created_at, queue_order, step, steps, train_loss, checkpoint_step, adapter_id, error, engine, wanted) VALUES
      ('run_1', 'first', 'succeeded', '{"base":"base","dataset":"pairs"}', '{"id":"mdl_1","name":"base","hash":"${hash('c')}"}',
        '{"id":"dat_1","name":"pairs","hash":"${hash('a')}","version":1}', '2026-11-02T00:00:00.000Z', 1, 9, 9, 0.25, 9, 'adp_1', NULL, NULL, NULL),
      ('run_2', 'second', 'running', '{"base":"base","dataset":"pairs"}', '{"id":"mdl_1","name":"base","hash":"${hash('c')}"}',
        '{"id":"dat_3","name":"pairs","hash":"${hash('b')}","version":3}', '2026-11-03T00:00:00.000Z', 2, 3, 9, 1.5, 2, NULL, NULL, '{"pid":1,"startTime":"7"}', 'cancel');
    INSERT INTO run_events VALUES
      ('run_2', 1, '2026-11-03T00:00:00.000Z', 'state', '{"state":"queued","queue_place":1,"error":null}'),
      ('run_2', 2, '2026-11-03T00:00:01.000Z', 'step', '{"step":1,"steps":9,"loss":2.5}');
  `);
  database.close();
}
