import type { Page } from 'playwright-core';

export interface KeyboardWalk {
  /** What Tab stops at, in its order. */
  readonly stops: readonly string[];
  /** Stops that look the same with and without the focus. */
  readonly unseen: readonly string[];
  /** Controls that can be seen and used, and that Tab does not come to. */
  readonly unreached: readonly string[];
}

/** Goes through the page with Tab, from its beginning to its end. */
export async function walkByKeyboard(page: Page): Promise<KeyboardWalk> {
  await page.evaluate(begin);
  for (let presses = 0; presses < 400; presses += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate<boolean>('window.__walk.step()'))) return page.evaluate('window.__walk.end()');
  }
  throw new Error('Tab never comes to the end of the page');
}

/** Runs in the page, where the controls of components lie in shadow roots. */
const begin = `{
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex], vscode-button, vscode-toolbar-button, ' +
    'vscode-checkbox, vscode-single-select, vscode-textfield, vscode-textarea';
  const groups = '[role=radiogroup], [role=tablist], [role=toolbar], [role=listbox], fieldset';
  const nameOf = (element) => {
    const role = element.getAttribute('role') ?? element.type ?? element.tagName.toLowerCase();
    const text = element.getAttribute('aria-label') || element.getAttribute('label') || element.labels?.[0]?.textContent ||
      element.value || element.textContent || '';
    return role + ' "' + text.trim().replace(/\\s+/g, ' ').slice(0, 50) + '"';
  };
  const lookOf = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow, backgroundColor, textDecoration } = getComputedStyle(element);
    const outline = outlineStyle === 'none' ? '' : outlineStyle + outlineWidth + outlineColor;
    return [outline, borderColor, boxShadow, backgroundColor, textDecoration].join();
  };
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const seen = new Set();
  // What a run that goes on adds behind the walk was not there to be reached.
  const first = new Set(document.querySelectorAll(controls));
  const stops = [];
  const unseen = [];
  let last = null;
  const judge = () => {
    if (last && last.chain.every((element, i) => lookOf(element) === last.looks[i])) unseen.push(last.name);
    last = null;
  };
  // Tab begins where the focus was the last time, so that it is brought to the beginning.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  window.__walk = {
    step() {
      const outer = document.activeElement;
      judge();
      if (!outer || outer === document.body || outer === document.documentElement) return false;
      let inner = outer;
      while (inner.shadowRoot?.activeElement) inner = inner.shadowRoot.activeElement;
      if (seen.has(inner)) return false;
      seen.add(outer).add(inner);
      const chain = [inner];
      // A box around the control may show the focus for it.
      for (let each = parentOf(inner), up = 0; each && up < 4; each = parentOf(each), up += 1) chain.push(each);
      const active = outer.getAttribute('aria-activedescendant');
      if (active) chain.push(document.getElementById(active));
      const name = nameOf(outer);
      stops.push(name);
      last = { name, chain, looks: chain.map(lookOf) };
      return true;
    },
    end() {
      judge();
      const unreached = [...document.querySelectorAll(controls)].filter((element) => {
        if (seen.has(element) || !first.has(element) || !element.checkVisibility({ visibilityProperty: true })) return false;
        if (element.matches(':disabled, [disabled], [tabindex="-1"]')) return false;
        // Of a group one is a stop, and the arrow keys go to the others.
        const group = element.closest(groups);
        return !(group && [...seen].some((stop) => stop !== group && group.contains(stop)));
      });
      return { stops, unseen, unreached: unreached.map(nameOf) };
    },
  };
}`;
