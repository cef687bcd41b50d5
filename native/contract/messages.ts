/**
 * What the backend and an engine process say to each other: one JSON object a line, requests and controls on the
 * engine's stdin, events on its stdout (stderr is free text for the log). The first line on stdin is the request; the
 * process serves exactly one request and ends. When stdin closes, the backend has died and the engine ends at once.
 * Both sides validate every line.
 */
import * as z from 'zod';

/** Bumped when a message changes in a way that an older peer would misread. */
export const protocolVersion = 1;

export const loraTargets = ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'head'] as const;
export const LoraTarget = z.enum(loraTargets);
export type LoraTarget = z.infer<typeof LoraTarget>;

/** Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): y = W x + alpha / rank * B A dropout(x). */
export const LoraMethod = z.strictObject({
  kind: z.literal('lora'),
  rank: z.int().min(1).max(1024),
  alpha: z.number().positive(),
  /** Probability with which an input of A is zeroed while training. */
  dropout: z.number().min(0).lt(1),
  targets: z.array(LoraTarget).min(1),
});

/** Every weight is trained; for small F32 models only. The result is a whole model, not an adapter. */
export const FullMethod = z.strictObject({
  kind: z.literal('full'),
  /** How the weight matrices are stored in the model that is written; norms and biases stay F32. */
  outputType: z.enum(['F32', 'F16', 'Q8_0']),
});

export const Method = z.discriminatedUnion('kind', [LoraMethod, FullMethod]);
export type Method = z.infer<typeof Method>;

export const Schedule = z.strictObject({
  /** Optimizer steps of the whole run. */
  steps: z.int().min(1),
  /** Rows of one micro-batch. */
  batchSize: z.int().min(1),
  /** Micro-batches summed into one optimizer step. */
  gradientAccumulation: z.int().min(1),
  learningRate: z.number().positive(),
  scheduler: z.enum(['linear', 'cosine', 'constant']),
  warmupSteps: z.int().min(0),
  weightDecay: z.number().min(0),
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  epsilon: z.number().positive(),
  /** Gradients are scaled down to this global L2 norm; 0 turns clipping off. */
  maxGradientNorm: z.number().min(0),
  seed: z.int().min(0).max(0xffffffff),
  /** Rows longer than this many tokens are refused by the backend before they get here. */
  contextLength: z.int().min(8),
  /** Recompute each layer in the backward pass instead of keeping its intermediates. */
  gradientCheckpointing: z.boolean(),
  /** Held-out loss every so many steps, and always after the last; 0: only before the first and after the last. */
  evaluateEvery: z.int().min(0),
  /** A checkpoint every so many steps, and always after the last; 0: only after the last and when stopped. */
  checkpointEvery: z.int().min(0),
  /**
   * Checkpoints that stay in `checkpoints/<step>/`: the newest so many, and the one with the lowest held-out loss. Absent:
   * only the one to resume from is kept.
   */
  keepCheckpoints: z.int().min(1).optional(),
});
export type Schedule = z.infer<typeof Schedule>;

/** `auto` takes the device that the library scores best; else a device name as the probe reports it (`CPU`, `CUDA0`). */
export const Device = z.string().min(1);

/** Token files (see native/contract/tokenFile.ts) and what is to be known of them. */
const Data = z.strictObject({
  trainPath: z.string(),
  /** Held-out rows; absent when nothing is held out. */
  heldOutPath: z.string().optional(),
});

export const TrainRequest = z.strictObject({
  type: z.literal('train'),
  protocolVersion: z.literal(protocolVersion),
  basePath: z.string(),
  /** `sha256:` and 64 hex digits, of the base model's file. Recorded in the adapter. */
  baseHash: z.string(),
  method: Method,
  schedule: Schedule,
  data: Data,
  device: Device,
  /** Null: the engine chooses. */
  threads: z.int().min(1).nullable(),
  /** Where checkpoints (`checkpoint/`, `checkpoints/<step>/`) and results (`adapter.gguf`, `peft/` or `model.gguf`) go; it exists. */
  runDirectory: z.string(),
  /** Go on from `checkpoint/` where there is one; without one the run starts at step 0. */
  resume: z.boolean(),
  /**
   * The last step that the backend heard of; a resumed run tells again what came after it up to the checkpoint, before
   * its first own step. Absent: nothing is told again.
   */
  knownStep: z.int().min(0).optional(),
  /**
   * The checkpoint may come from a run with another schedule or other rows: base and shapes must fit, all else is taken
   * as this request says it.
   */
  adopt: z.boolean().optional(),
  /** After every held-out loss a `sample` event, upon which the engine waits for `goOn`. */
  samples: z.boolean().optional(),
  /** Written into the adapter as `tatara.*` metadata, value as given. */
  metadata: z.record(z.string(), z.string()),
});
export type TrainRequest = z.infer<typeof TrainRequest>;

/** Three real optimizer steps on the longest rows, nothing kept: tells memory and time before the start. */
export const PreflightRequest = TrainRequest.omit({
  type: true,
  resume: true,
  knownStep: true,
  adopt: true,
  samples: true,
  metadata: true,
}).extend({
  type: z.literal('preflight'),
});
export type PreflightRequest = z.infer<typeof PreflightRequest>;

/** Loads the native libraries, names the devices, and ends: what a crash here takes down is only this process. */
export const ProbeRequest = z.strictObject({ type: z.literal('probe'), protocolVersion: z.literal(protocolVersion) });

/** The logits of one token sequence, for checks against other engines. Written to `outputPath` as F32 [vocabulary, tokens]. */
export const LogitsRequest = z.strictObject({
  type: z.literal('logits'),
  protocolVersion: z.literal(protocolVersion),
  basePath: z.string(),
  adapterPath: z.string().optional(),
  tokens: z.array(z.int().min(0)).min(1),
  device: Device,
  threads: z.int().min(1).nullable(),
  outputPath: z.string(),
});

/** The result as it would be at a checkpoint: `adapter.gguf` and `peft/`, or `model.gguf`. Needs no device. */
export const ExportRequest = TrainRequest.pick({
  protocolVersion: true,
  basePath: true,
  baseHash: true,
  method: true,
  schedule: true,
  metadata: true,
}).extend({
  type: z.literal('export'),
  checkpointPath: z.string(),
  /** It exists. */
  outputDirectory: z.string(),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

export const EngineRequest = z.discriminatedUnion('type', [
  TrainRequest,
  PreflightRequest,
  ExportRequest,
  ProbeRequest,
  LogitsRequest,
]);
export type EngineRequest = z.infer<typeof EngineRequest>;

/**
 * `stop`: end after the current step with a checkpoint, so that the run can be resumed. `goOn`: what a `sample` was asked
 * for is done.
 */
export const EngineControl = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('goOn') }),
]);
export type EngineControl = z.infer<typeof EngineControl>;

export const DeviceFacts = z.strictObject({
  name: z.string(),
  description: z.string(),
  kind: z.enum(['cpu', 'gpu', 'igpu', 'accelerator']),
  /** Bytes; 0 where the library does not tell. */
  memoryTotal: z.number(),
  memoryFree: z.number(),
});
export type DeviceFacts = z.infer<typeof DeviceFacts>;

const step = z.int().min(0);
const seconds = z.number().min(0);

/** What a chart is drawn from. */
export const StepEvent = z.strictObject({
  type: z.literal('step'),
  step,
  steps: step,
  /** Mean cross-entropy in nats over this step's answer tokens, before the update. */
  loss: z.number(),
  learningRate: z.number(),
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: z.number(),
  /** All tokens computed in this step, prompt and answer, without padding. */
  tokens: z.int(),
  /** The share of them that the loss is taken on. */
  answerTokens: z.int(),
  /** Wall time of the step, s. */
  seconds,
  /** Resident memory of the engine process, bytes, now and at its highest. */
  memory: z.number(),
  peakMemory: z.number(),
});
export const HeldOutEvent = z.strictObject({
  type: z.literal('heldOut'),
  step,
  loss: z.number(),
  answerTokens: z.int(),
});

export const EngineEvent = z.discriminatedUnion('type', [
  /** Of a training or a preflight, before its first step: what was loaded and chosen. */
  z.strictObject({
    type: z.literal('ready'),
    engineVersion: z.string(),
    ggmlVersion: z.string(),
    device: DeviceFacts,
    threads: z.int(),
    /** For a human: which implementation each op uses, e.g. `{"outer product":"out_prod"}`. */
    variants: z.record(z.string(), z.string()),
    trainableParameters: z.number(),
    /** The first step that will be run; above 1 when resumed. */
    firstStep: step,
  }),
  z.strictObject({
    type: z.literal('probed'),
    engineVersion: z.string(),
    ggmlVersion: z.string(),
    /** Where the libraries lie. */
    libraryDirectory: z.string(),
    /** The CPU variant that was chosen, e.g. `sapphirerapids`. */
    cpuVariant: z.string(),
    devices: z.array(DeviceFacts),
  }),
  /** Work before or beside steps: what is being done and how far, 0 to 1. */
  z.strictObject({
    type: z.literal('phase'),
    phase: z.enum(['loading', 'preparing', 'evaluating', 'saving']),
    fraction: z.number().min(0).max(1),
  }),
  StepEvent,
  HeldOutEvent,
  z.strictObject({ type: z.literal('checkpoint'), step, path: z.string() }),
  /**
   * The model as it is at this step may be asked now: the adapter, or the whole model of a full training; neither at step
   * 0, where it is the base. The file goes when the engine is told to go on.
   */
  z.strictObject({
    type: z.literal('sample'),
    step,
    adapterPath: z.string().optional(),
    modelPath: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('preflight'),
    secondsPerStep: seconds,
    /** From process start until the first step began. */
    startupSeconds: seconds,
    /** Of one held-out loss, from one of its batches; 0 where nothing is held out. */
    evaluationSeconds: seconds,
    peakMemory: z.number(),
    /** Bytes that checkpoints and results will take on disk. */
    diskBytes: z.number(),
    tokensPerSecond: z.number(),
  }),
  z.strictObject({ type: z.literal('logits'), outputPath: z.string(), vocabulary: z.int(), tokens: z.int() }),
  /** The last event of an export. Absolute paths; `peftPath` is a folder. */
  z.strictObject({
    type: z.literal('exported'),
    step,
    adapterPath: z.string().optional(),
    peftPath: z.string().optional(),
    modelPath: z.string().optional(),
  }),
  /** The last event of a run that reached its last step. Absolute paths; `peftPath` is a folder. */
  z.strictObject({
    type: z.literal('trained'),
    step,
    adapterPath: z.string().optional(),
    peftPath: z.string().optional(),
    modelPath: z.string().optional(),
  }),
  /** The last event of a run that was stopped; its checkpoint is at `step`. */
  z.strictObject({ type: z.literal('stopped'), step }),
  /** The last event of a request that failed. `code` is one of engineErrors. */
  z.strictObject({
    type: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    /** Values for the placeholders of the message. */
    details: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type EngineEvent = z.infer<typeof EngineEvent>;
