/**
 * Exponential moving average, corrected for its start, as TensorBoard smooths: `weight` 0 leaves the curve as it is.
 * A value that is no number is passed on and does not count.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  if (weight <= 0) return values;
  const smoothed = new Float64Array(values.length);
  let sum = 0;
  let norm = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isFinite(value)) {
      sum = weight * sum + (1 - weight) * value;
      norm = weight * norm + (1 - weight);
      smoothed[i] = sum / norm;
    } else {
      smoothed[i] = value;
    }
  }
  return smoothed;
}
