/**
 * `npm run bench`: speed and memory of training, beside the best rate of ggml's own products in the same run, and what
 * the extension costs the editor. The last
 * line is one JSON object with every figure. `-- --quick` takes fewer steps; `-- --threads N` fixes the threads.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchActivation } from './activation.ts';
import { type BenchCase, benchTrain } from './train.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, threads: { type: 'string' }, only: { type: 'string' } },
});
const threads = values.threads === undefined ? availableParallelism() : Number(values.threads);
const steps = values.quick ? 2 : 5;

const long = { rank: 8, alpha: 16, rows: 2, tokens: 512, answerTokens: 511, batchSize: 1, steps } as const;
const cases: readonly BenchCase[] = [
  { name: 'q8_0_recompute', type: 'Q8_0', checkpointing: true, ...long },
  { name: 'q8_0_keep', type: 'Q8_0', checkpointing: false, ...long },
  { name: 'bf16_recompute', type: 'BF16', checkpointing: true, ...long },
  // The little run of the platform that Tatara follows: 5 question-answer pairs, rank 4, alpha 8, one round.
  {
    name: 'five_pairs',
    type: 'Q8_0',
    checkpointing: true,
    rank: 4,
    alpha: 8,
    rows: 5,
    tokens: 64,
    answerTokens: 40,
    batchSize: 1,
    steps: 5,
  },
];

const results: Record<string, object> = {};
const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory_gib: totalmem() / 2 ** 30,
};
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib.toFixed(0)} GiB, ${threads} threads`);
if (values.only !== 'activation') console.log('Random weights in the shape of Qwen2.5-0.5B, LoRA on all linears.\n');
for (const bench of cases) {
  if (values.only !== undefined && values.only !== bench.name) continue;
  const figures = await benchTrain(bench, threads);
  results[bench.name] = figures;
  console.log(bench.name);
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(28)}${value.toPrecision(4)}`);
}
if (values.only === undefined || values.only === 'activation') {
  console.log('activation of the extension and the longest turn of its host in each flow, ms');
  const figures = benchActivation();
  results.activation = figures;
  for (const [name, value] of Object.entries({ ...figures.activation, ...figures.longest_turn })) {
    console.log(`  ${name.padEnd(28)}${value.toPrecision(3)}`);
  }
}
console.log(JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, threads, ...results }));
