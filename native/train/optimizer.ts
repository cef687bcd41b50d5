import type { Schedule } from '../contract/messages.ts';
import { downloadF32 } from '../ggml/arena.ts';
import type { Device } from '../ggml/device.ts';
import { feed, Graph, GraphMemory } from '../ggml/graph.ts';
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import type { Parameters } from '../models/parameters.ts';
import { adamwStep, squaredNorm } from '../ops/adamw.ts';
import type { OpVariants } from '../ops/context.ts';

/** AdamW over all parameters at once. */
export class Optimizer implements Disposable {
  readonly #parameters: Parameters;
  readonly #memories: readonly GraphMemory[];
  readonly #norm: { readonly graph: Graph; readonly output: Tensor };
  readonly #step: { readonly graph: Graph; readonly factor: Tensor; readonly settings: Tensor };

  constructor(device: Device, parameters: Parameters, variants: OpVariants) {
    this.#parameters = parameters;
    const norm = new Graph(device, 8);
    const output = norm.output(squaredNorm({ graph: norm, variants }, parameters.gradients));
    const step = new Graph(device, 8);
    const factor = step.input('F32', shapeOf(1));
    const settings = step.input('F32', shapeOf(7));
    const { values, gradients, firstMoment, secondMoment } = parameters;
    const state = { parameters: values, gradients, firstMoment, secondMoment };
    adamwStep({ graph: step, variants }, state, factor, settings);
    this.#norm = { graph: norm, output };
    this.#step = { graph: step, factor, settings };
    this.#memories = [norm, step].map((graph) => {
      const memory = new GraphMemory(device);
      graph.allocate(memory);
      return memory;
    });
  }

  /** L2 norm of the gradients as they were added up. */
  async gradientNorm(): Promise<number> {
    await this.#norm.graph.compute();
    const [squares = Number.NaN] = downloadF32(this.#norm.graph.device, this.#norm.output);
    return Math.sqrt(squares);
  }

  /** Update number `step`, from 1 on, with the gradients times `factor`; then the gradients are zero again. */
  async update(schedule: Schedule, step: number, learningRate: number, factor: number): Promise<void> {
    const { beta1, beta2, epsilon, weightDecay } = schedule;
    const { graph, settings } = this.#step;
    feed(graph, this.#step.factor, Float32Array.of(factor));
    feed(
      graph,
      settings,
      Float32Array.of(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        1 / (1 - beta1 ** step),
        1 / (1 - beta2 ** step),
      ),
    );
    await graph.compute();
    this.#parameters.zeroGradients();
  }

  [Symbol.dispose](): void {
    this.#norm.graph[Symbol.dispose]();
    this.#step.graph[Symbol.dispose]();
    for (const memory of this.#memories) memory[Symbol.dispose]();
  }
}
