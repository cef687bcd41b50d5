/** Numbers as a person reads them: with units, and no more digits than they are good for. */
import type { Language } from '../contract/common.ts';

/** `1,204` in both languages. */
export function formatCount(value: number): string {
  // Not by Intl, whose first use takes 10 ms and each later one as long as a row of a tree.
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Powers of 1000, as disks and the screens of VS Code count: `4.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${units[unit]}`;
}

const durationUnits = {
  en: { hours: ' h', minutes: ' min', seconds: ' s', between: ' ' },
  ja: { hours: ' 時間', minutes: ' 分', seconds: ' 秒', between: ' ' },
} as const;

/** The two largest units: `3 min 10 s`, `2 h 5 min`, `0.4 s`. */
export function formatDuration(language: Language, seconds: number): string {
  const unit = durationUnits[language];
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))}${unit.seconds}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${unit.seconds}`;
  const [large, small, largeUnit, smallUnit] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, unit.minutes, unit.seconds]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), unit.hours, unit.minutes];
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${unit.between}${small}${smallUnit}`;
}

/** A share of 0 to 1: `97.5 %`, `100 %`. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** A change of a share, in percentage points with its sign: `+96`, `−4`, `±0`. */
export function formatChange(change: number): string {
  const points = Math.round(change * 100);
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '±0';
}

/** A loss or a learning rate: three significant digits, never more than a person compares. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1).replace('e+', 'e');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 3);
}

/** Local time to the minute: `2026-11-21 12:04`. */
export function formatTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The beginning of a hash, enough to tell two apart. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 8);
}
