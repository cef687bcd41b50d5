import type { FrameLocator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** How many steps the chart of losses has. */
export async function points(run: FrameLocator): Promise<number> {
  const label = await run.getByRole('img', { name: /^Loss curve/ }).getAttribute('aria-label');
  return Number(/([\d,]+) steps/.exec(label ?? '')?.[1]?.replaceAll(',', ''));
}

/** Waits until the chart has more steps than that, and says how many. */
export async function pointsPast(window: Workbench, run: FrameLocator, past: number): Promise<number> {
  await window.until(async () => (await points(run)) > past, `a step after the ${past}th`);
  return points(run);
}
