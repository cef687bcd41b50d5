import type { Language } from '../../backend/contract/common.ts';
import type { PageStart } from '../../webviews/contract/pageStart.ts';

export interface PageHtmlOptions {
  /** Where resources may come from, as a source of the content security policy. */
  readonly source: string;
  /** Address of a file of `dist/webviews`. */
  readonly file: (name: string) => string;
  readonly name: string;
  readonly title: string;
  readonly language: Language;
  readonly state: unknown;
  readonly nonce: string;
}

/**
 * The document of a page: its bundle, its styles and the codicons, and what it starts with as an attribute. Scripts need
 * the nonce, styles and fonts come from the extension, pictures may also be drawn by the page itself; nothing else loads.
 */
export function pageHtml({ source, file, name, title, language, state, nonce }: PageHtmlOptions): string {
  const start: PageStart = { language, state };
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} blob: data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escapeHtml(file('codicon.css'))}">
<link rel="stylesheet" href="${escapeHtml(file(`${name}.style.css`))}">
</head>
<body data-start="${escapeHtml(JSON.stringify(start))}">
<script nonce="${nonce}" type="module" src="${escapeHtml(file(`${name}.js`))}"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
