/**
 * An engine process: one request on stdin, events on stdout, one a line; then it ends. It ends at once when stdin
 * closes, because then nobody is left to listen.
 */
import { createInterface } from 'node:readline';
import { EngineControl, type EngineEvent, EngineRequest } from '../contract/messages.ts';
import { HostControls } from './controls.ts';
import { describeFailure } from './describeFailure.ts';
import { serve } from './serve.ts';

const controls = new HostControls();
const emit = (event: EngineEvent) => process.stdout.write(`${JSON.stringify(event)}\n`);
const finish = (code: number) => process.stdout.write('', () => process.exit(code));

let started = false;
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  try {
    if (started) {
      controls.hear(EngineControl.parse(JSON.parse(line)));
      return;
    }
    started = true;
    const request = EngineRequest.parse(JSON.parse(line));
    serve(request, process.env.TATARA_GGML_CPU, emit, controls).then(() => finish(0), fail);
  } catch (error) {
    fail(error);
  }
});
lines.on('close', () => process.exit(started ? 3 : 2));
process.on('SIGINT', () => {
  // Ctrl-C reaches the whole process group; the backend decides what it means.
});

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  emit(describeFailure(error));
  finish(1);
}
