import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './findChromium.ts';

/** A browser to look at pages with; null, and a word on what is skipped, where this machine has none. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = findChromium();
  if (executablePath === null) return null;
  return await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] });
}
