import { engineVersion } from '../contract/engineVersion.ts';
import type { EngineRequest } from '../contract/messages.ts';
import { type Ggml, loadGgml } from '../ffi/library.ts';
import { readGgufHeader } from '../formats/gguf/readGguf.ts';
import { checkLoraFits, readLoraGguf } from '../formats/lora/loraGguf.ts';
import { writeAll, writeAside } from '../formats/writeAside.ts';
import { Device, listDevices } from '../ggml/device.ts';
import { loadModel } from '../models/loadModel.ts';
import { chooseVariants } from '../ops/context.ts';
import { trustedKernels } from '../ops/trustKernels.ts';
import type { Emit } from '../train/emit.ts';
import { exportCheckpoint } from '../train/exportCheckpoint.ts';
import { phaseProgress } from '../train/phaseProgress.ts';
import { Session } from '../train/session.ts';
import { type Controls, preflight, train } from '../train/trainer.ts';

/** Serves one request; its last event has been emitted when the promise resolves. */
export async function serve(
  request: EngineRequest,
  cpuVariant: string | undefined,
  emit: Emit,
  controls: Controls,
): Promise<void> {
  // It only reads and writes files.
  if (request.type === 'export') return exportCheckpoint(request, emit);
  const gpu = request.type === 'probe' || request.device.toLowerCase() !== 'cpu';
  const ggml = loadGgml({ gpu, ...(cpuVariant === undefined ? {} : { cpuVariant }) });
  switch (request.type) {
    case 'probe':
      return probe(ggml, emit);
    case 'train':
      return train(ggml, request, emit, controls);
    case 'preflight':
      return preflight(ggml, request, emit);
    case 'logits':
      return logits(ggml, request, emit);
  }
}

function probe(ggml: Ggml, emit: Emit): void {
  emit({
    type: 'probed',
    engineVersion,
    ggmlVersion: ggml.version(),
    libraryDirectory: ggml.directory,
    cpuVariant: ggml.cpuVariant,
    devices: listDevices(ggml),
  });
}

async function logits(ggml: Ggml, request: EngineRequest & { type: 'logits' }, emit: Emit): Promise<void> {
  const { basePath, adapterPath, outputPath } = request;
  if (adapterPath !== undefined) checkLoraFits(readGgufHeader(adapterPath), readGgufHeader(basePath));
  const adapter = adapterPath === undefined ? null : readLoraGguf(adapterPath);
  using device = new Device(ggml, request.device, request.threads, await trustedKernels(ggml));
  using loaded = await loadModel(device, basePath, { kind: 'evaluate', adapter }, phaseProgress(emit, 'loading'));
  using session = new Session(device, loaded.model, chooseVariants(device));
  const rows = await session.logits(Int32Array.from(request.tokens));
  writeAside(outputPath, (fd) => {
    for (const row of rows) writeAll(fd, row);
  });
  const { vocabulary } = loaded.model.config;
  emit({ type: 'logits', outputPath, vocabulary, tokens: request.tokens.length });
}
