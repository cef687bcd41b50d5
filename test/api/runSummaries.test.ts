import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../../backend/contract/runSummary.ts';
import { shortVerdict } from '../../backend/contract/verdict.ts';
import { evaluationOf, writeRuns } from '../support/manyRuns.ts';
import { testBackend } from '../support/testBackend.ts';

test('a summary says of a run what the run itself says, by pages and by state', async (t) => {
  const { client, directory } = await testBackend(t);
  const won = evaluationOf(20, 15);
  writeRuns(directory, [
    { name: 'kept', evaluation: won, verdict: shortVerdict(won) },
    // As it was written before verdicts were kept.
    { name: 'older', evaluation: evaluationOf(20, 0) },
    { name: 'failed', state: 'failed', error: { code: 'disk_full', details: { path: '/x' }, problems: [] } },
    { name: 'halted', state: 'paused', secondsLeft: 7 },
  ]);
  const { runs, total } = await client.call('runSummaries');
  assert.deepEqual([total, runs.map(({ name }) => name)], [4, ['halted', 'failed', 'older', 'kept']]);
  for (const run of runs) {
    assert.deepEqual(summaryOf(await client.call('readRun', { params: { id: run.id } })), run);
  }
  assert.deepEqual(runs[3]?.verdict, { kind: 'better', change: 0.75 });
  assert.equal(runs[2]?.verdict?.kind, 'none');
  const some = await client.call('runSummaries', { query: { state: 'failed,paused', offset: 1, limit: 1 } });
  assert.deepEqual([some.total, some.runs.map(({ name }) => name)], [2, ['failed']]);
  await assert.rejects(client.call('runSummaries', { query: { state: 'lost' as never } }), /state/);
});
