import type { Parameters } from '../models/parameters.ts';
import { purposes, random } from './random.ts';

/**
 * A low-rank update starts as nothing: A uniform in +-1/sqrt(in), which is Kaiming's rule as PEFT applies it
 * (`kaiming_uniform_` with a = sqrt 5), B zero.
 */
export function initialiseLora(parameters: Parameters, seed: number): void {
  parameters.specs.forEach(({ name, shape }, index) => {
    const values = new Float32Array(shape[0] * shape[1]);
    if (name.endsWith('.a')) {
      const draw = random(seed, purposes.initial, index);
      const bound = 1 / Math.sqrt(shape[0]);
      for (let i = 0; i < values.length; i++) values[i] = (draw() * 2 - 1) * bound;
    }
    parameters.set(name, values);
  });
}
