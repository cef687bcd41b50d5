/** Converts one Hugging Face folder to GGUF, in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { FormatError } from '../../native/formats/formatError.ts';
import { importHuggingFace } from '../../native/formats/huggingFace/importHuggingFace.ts';
import type { ConvertAnswer } from './modelFiles.ts';

const { folder, output } = workerData as { folder: string; output: string };
try {
  importHuggingFace(folder, output);
  answer(null);
} catch (error) {
  if (!(error instanceof FormatError)) throw error;
  answer({ code: error.code, details: error.details });
}

function answer(value: ConvertAnswer): void {
  parentPort?.postMessage(value);
}
