import MarkdownIt from 'markdown-it';
import { type LessonStep, lessonStep } from '../contract/lesson.ts';
import { element } from '../shared/element.ts';

/** The project's own text, so tables and pictures are let through; HTML in it is still shown as text. */
const markdown = new MarkdownIt({ html: false });
const cell = (tag: string) => () => `<${tag}>`;
// Alignment would come as a style attribute, which the page's policy refuses.
markdown.renderer.rules.th_open = cell('th');
markdown.renderer.rules.td_open = cell('td');

export interface LessonParts {
  /** A link of the text that is a step, as what stands in its place. */
  step(step: LessonStep, label: string): HTMLElement;
}

/** The text of a lesson; its steps are made by `parts`, its pictures drawn into the page from `figures`. */
export function renderLesson(text: string, figures: Readonly<Record<string, string>>, parts: LessonParts): HTMLElement {
  const parsed = new DOMParser().parseFromString(markdown.render(text), 'text/html');
  for (const link of parsed.querySelectorAll('a')) {
    const step = lessonStep(link.getAttribute('href') ?? '');
    if (step) link.replaceWith(parts.step(step, link.textContent));
  }
  for (const image of parsed.querySelectorAll('img')) {
    image.replaceWith(figure(figures[decodeURI(image.getAttribute('src') ?? '')] ?? '', image.alt));
  }
  for (const table of parsed.querySelectorAll('table')) {
    const frame = element('div', { class: 'wide' });
    table.replaceWith(frame);
    frame.append(table);
  }
  return element('article', {}, ...parsed.body.childNodes);
}

/** The picture is part of the page, so that it has the colours of the theme. */
function figure(source: string, label: string): HTMLElement {
  // Its own style is for browsers outside of the editor; the page's policy refuses it already when it is read.
  const bare = source.replace(/<style>.*?<\/style>/s, '');
  const svg = new DOMParser().parseFromString(bare, 'image/svg+xml').documentElement;
  if (svg.localName !== 'svg') return element('p', { class: 'quiet' }, label);
  svg.setAttribute('aria-label', label);
  return element('figure', {}, document.importNode(svg, true), element('figcaption', { class: 'quiet' }, label));
}
