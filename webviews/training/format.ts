import type { Language } from '../shared/l10n.ts';

/** `494 M`, `1.1 B`; Japanese counts in ten thousands: `4.9 億`. */
export function formatParameters(language: Language, value: number): string {
  const units = language === 'ja' ? unitsInJapanese : unitsInEnglish;
  const [size, name] = units.find(([size]) => value >= size) ?? [1, ''];
  const scaled = value / size;
  return `${scaled >= 100 ? Math.round(scaled).toLocaleString('en-US') : Number(scaled.toFixed(1))}${name}`;
}

const unitsInJapanese = [
  [1e8, ' 億'],
  [1e4, ' 万'],
] as const;
const unitsInEnglish = [
  [1e9, ' B'],
  [1e6, ' M'],
  [1e3, ' k'],
] as const;

/** A share of 0 to 1 in whole percent. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
