import { existsSync } from 'node:fs';
import { installDebianPackages } from '../editor/debianPackages.ts';

const places = [process.env.TATARA_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
/** Without it Japanese is drawn as empty boxes. */
const japaneseFont = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

let said = false;

/**
 * Path of a Chromium, installed with a Japanese font where this machine lets it; null, and a word on what is skipped,
 * where there is none.
 */
export function findChromium(): string | null {
  const find = (): string | null => places.find((path) => path !== undefined && existsSync(path)) ?? null;
  const path = find();
  const isDebian = existsSync('/etc/debian_version');
  const missing = [...(path === null ? ['chromium'] : []), ...(existsSync(japaneseFont) ? [] : ['fonts-noto-cjk'])];
  if (missing.length === 0 || (path !== null && !isDebian)) return path;
  const problem = installDebianPackages(missing);
  if (problem === null) return find();
  if (!said) {
    const skipped = path === null ? 'Skipped: no Chromium on this machine' : 'No Japanese font for the screenshots';
    console.warn(`${skipped} (${problem}, or name a Chromium in TATARA_CHROMIUM).`);
  }
  said = true;
  return path;
}
