/** Of the engine's numbers: raised when the same recipe, data and seed would give another result. */
export const engineVersion = '0.1.0';
