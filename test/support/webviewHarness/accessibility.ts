import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Found {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/**
 * What breaks WCAG 2.1 A and AA, or good practice, in the page as it is now, a line each. The tool is brought in from
 * outside; the page does not know it.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
  const options = { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] };
  const found = await page.evaluate<
    Found[]
  >(`axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(
    (violation) => ({ ...violation, nodes: violation.nodes.filter(({ target }) => {
      // The rows of a grid are scrolled by the arrow keys of the grid itself, which has the focus.
      const element = typeof target[0] === 'string' ? document.querySelector(target[0]) : null;
      return violation.id !== 'scrollable-region-focusable' || !element?.closest('[role=grid][tabindex="0"]');
    }) })))`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary.split('\n')[1]?.trim() ?? '';
      return `${id}: ${help} (${target.join(' ')}) ${why}`;
    }),
  );
}
