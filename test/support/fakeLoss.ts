/** The losses of the fake engine. */
export const fakeLoss = (step: number): number => 4 / (1 + step);
