import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportRequest } from '../contract/messages.ts';
import { readGgufHeader } from '../formats/gguf/readGguf.ts';
import { shapeOf } from '../ggml/tensor.ts';
import { readConfig } from '../models/architecture.ts';
import { count, placeParameters } from '../models/parameters.ts';
import { damagedValues, readState, valuesFile } from './checkpoint.ts';
import type { Emit } from './emit.ts';
import { writeResults } from './results.ts';

/**
 * Writes the result as it would be at a checkpoint, without a device: a checkpoint begins with the values.
 * @throws EngineError `checkpoint_mismatch` where it is damaged; FormatError `disk_full`
 */
export function exportCheckpoint(request: ExportRequest, emit: Emit): void {
  const { checkpointPath, outputDirectory: directory, ...order } = request;
  const state = readState(checkpointPath);
  const specs = state.parameters.map(({ name, shape: [a = 1, b = 1, c = 1, d = 1] }) => {
    return { name, shape: shapeOf(a, b, c, d) };
  });
  const { places } = placeParameters(specs);
  const fd = openSync(join(checkpointPath, valuesFile), 'r');
  try {
    const get = (name: string): Float32Array => {
      const place = places.get(name);
      if (!place) throw damagedValues(checkpointPath);
      const values = new Float32Array(count(place.spec.shape));
      const read = readSync(fd, values, 0, values.byteLength, place.first * 4);
      if (read !== values.byteLength) throw damagedValues(checkpointPath);
      return values;
    };
    const config = readConfig(readGgufHeader(request.basePath));
    emit({ type: 'exported', step: state.step, ...writeResults({ ...order, directory }, config, { specs, get }) });
  } finally {
    closeSync(fd);
  }
}
