/**
 * Imports in a process of its own, for tests that limit the process. Arguments: a path, or `jsonl:48` for so many
 * megabytes of made-up rows; the folder for data sets. Prints one line of JSON.
 */
import { Readable } from 'node:stream';
import { TataraError } from '../../backend/contract/errors.ts';
import { importDataset } from '../../backend/datasets/importDataset.ts';
import { memoryDatasetStore } from './memoryDatasetStore.ts';

const [from = '', directory = ''] = process.argv.slice(2);
const [kind, megabytes] = /^(jsonl|json|csv):(\d+)$/.exec(from)?.slice(1) ?? [];

function* content(): Generator<Buffer> {
  yield Buffer.from(kind === 'csv' ? 'question,answer\n' : kind === 'json' ? '[' : '');
  for (let n = 0, bytes = 0; bytes < Number(megabytes) * 1e6; ) {
    let block = '';
    for (const end = n + 500; n < end; n++) {
      const question = `Question ${n}: what is "${n % 97}" in 日本語?`;
      const answer = `It is ${n * 17}, ${'as everybody knows, '.repeat(n % 15)}\nand nothing else.`;
      if (kind === 'csv') block += `"${question.replaceAll('"', '""')}","${answer}"\n`;
      // All elements in one line: the harder case, as the place is counted from its start.
      else
        block +=
          (kind === 'json' && n > 0 ? ', ' : '') + JSON.stringify({ question, answer }) + (kind === 'json' ? '' : '\n');
    }
    const buffer = Buffer.from(block);
    bytes += buffer.length;
    yield buffer;
  }
  yield Buffer.from(kind === 'json' ? ']' : '');
}

try {
  const { dataset } = await importDataset({
    ...{ source: kind === undefined ? from : Readable.from(content()), filename: `data.${kind ?? 'jsonl'}` },
    ...{ skipBroken: false, directory, store: memoryDatasetStore(), language: 'en' },
  });
  console.log(JSON.stringify({ rows: dataset.rows, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
} catch (error) {
  console.log(JSON.stringify({ code: error instanceof TataraError ? error.code : String(error) }));
}
