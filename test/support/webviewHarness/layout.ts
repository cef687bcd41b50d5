import type { Page } from 'playwright-core';

/**
 * What a person cannot get at in the page as it is now: what sticks out of the window, and text that is cut off without
 * a sign. What scrolls within itself is all right, and so is what ends in an ellipsis.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const name = (element) => element.tagName.toLowerCase() + (element.className ? '.' + String(element.className).trim().replaceAll(' ', '.') : '') +
      ' "' + (element.textContent ?? '').trim().slice(0, 40) + '"';
    const scrolls = (element) => {
      for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(each).overflowX)) return true;
      }
      return false;
    };
    const problems = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) problems.push('the page is ' + scrollWidth + ' px wide in ' + clientWidth);
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.for-screen-readers, .uplot, [aria-hidden=true]')) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      if (!scrolls(element) && (box.right > innerWidth + 1 || box.left < -1)) problems.push('sticks out: ' + name(element));
      const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (hides && element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== 'ellipsis') problems.push('cut off: ' + name(element));
    }
    return problems;
  })()`);
}
