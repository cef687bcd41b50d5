import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [process.env.TATARA_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** A browser to look at pages with; null, and a word on what is skipped, where this machine has none. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    console.warn('Skipped: no Chromium on this machine (name one in TATARA_CHROMIUM).');
    return null;
  }
  return await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] });
}
