/** Values of options, checked where they are read. */
import { UsageError } from './usageError.ts';

export function wholeNumber(option: string, least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least) throw new UsageError('usage.number', { option, least, value });
    return number;
  };
}

export function realNumber(option: string, least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number) || number < least) {
      throw new UsageError('usage.number', { option, least, value });
    }
    return number;
  };
}

export function oneOf<T extends string>(option: string, choices: readonly T[]): (value: string) => T {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    if (!found) throw new UsageError('usage.choice', { option, choices: choices.join(', '), value });
    return found;
  };
}
