import { existsSync } from 'node:fs';
import { installDebianPackages } from '../editor/debianPackages.ts';

const places = [process.env.TATARA_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
/** Debian's packages by a file of theirs; without them Japanese and emoji are drawn as empty boxes. */
const fonts = {
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  'fonts-noto-color-emoji': '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf',
};

let said = false;

/**
 * Path of a Chromium, installed with fonts where this machine lets it; null, and a word on what is skipped,
 * where there is none.
 */
export function findChromium(): string | null {
  const find = (): string | null => places.find((path) => path !== undefined && existsSync(path)) ?? null;
  const path = find();
  const isDebian = existsSync('/etc/debian_version');
  const missing = Object.keys(fonts).filter((name) => !existsSync(fonts[name as keyof typeof fonts]));
  if (path === null) missing.push('chromium');
  if (missing.length === 0 || (path !== null && !isDebian)) return path;
  const problem = installDebianPackages(missing);
  if (problem === null) return find();
  if (!said) {
    const skipped =
      path === null ? 'Skipped: no Chromium on this machine' : 'No fonts for Japanese or emoji on this machine';
    console.warn(`${skipped} (${problem}, or name a Chromium in TATARA_CHROMIUM).`);
  }
  said = true;
  return path;
}
