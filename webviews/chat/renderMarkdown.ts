import MarkdownIt from 'markdown-it';

/**
 * Markdown of a model as HTML. Whatever it says, only what Markdown itself makes comes out: HTML in it is shown as
 * text, pictures are links (nothing is loaded), and links lead to the web or to mail only. No style attributes, which
 * the page's policy would refuse.
 */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).disable('image');
markdown.validateLink = (url) => /^(?:https?:|mailto:)/i.test(url.trim());
const cell = (tag: string) => () => `<${tag}>`;
markdown.renderer.rules.th_open = cell('th');
markdown.renderer.rules.td_open = cell('td');
