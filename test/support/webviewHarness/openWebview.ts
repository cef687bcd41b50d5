/** A page in a real browser with a host that the test plays; no editor around it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../../../backend/contract/common.ts';
import { pageHtml } from '../../../extension/webviewHost/pageHtml.ts';
import { buildPage } from './buildPage.ts';
import { type ThemeName, themes } from './themes.ts';

export interface WebviewOptions<ToHost> {
  readonly name: string;
  readonly state: unknown;
  readonly language?: Language;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What the page says; `send` answers. */
  readonly onMessage: (message: ToHost, send: (message: unknown) => void) => void | Promise<void>;
}

export interface OpenWebview extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong in the page: thrown errors, and what the content security policy refused. */
  readonly complaints: string[];
  send(message: unknown): Promise<void>;
  /** What the page keeps over a reload of the window. */
  kept(): Promise<unknown>;
}

const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

export async function openWebview<ToHost>(browser: Browser, options: WebviewOptions<ToHost>): Promise<OpenWebview> {
  const { name, state, language = 'en', theme = 'dark', width = 1100, height = 720, onMessage } = options;
  const files = await buildPage(name);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (path !== '/') {
      const file = files.get(path.slice(1));
      response
        .writeHead(file ? 200 : 404, { 'content-type': types[path.split('.').at(-1)!] ?? 'text/plain' })
        .end(file ?? '');
      return;
    }
    const file = (file: string): string => `/${file}`;
    const html = pageHtml({ source: "'self'", file, name, title: name, language, state, nonce: 'harness' });
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const send = async (message: unknown): Promise<void> => {
    await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  };
  await page.exposeFunction('__toHost', (message: ToHost) => onMessage(message, (answer) => void send(answer)));
  await page.addInitScript({ content: editorApi(theme) });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    complaints,
    send,
    kept: () => page.evaluate('window.__kept()'),
    async [Symbol.asyncDispose]() {
      await page.close();
      server.close();
    },
  };
}

/** What VS Code gives a page: its API, its colours, and the class of its theme, before the page's own script runs. */
function editorApi(theme: ThemeName): string {
  return `{
    const { className, colours } = ${JSON.stringify(themes[theme])};
    let kept;
    window.__kept = () => kept;
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.__toHost(message),
      getState: () => kept,
      setState: (state) => { kept = state; },
    });
    document.addEventListener('readystatechange', () => {
      for (const [name, value] of Object.entries(colours)) {
        document.documentElement.style.setProperty('--vscode-' + name, value);
      }
      document.body.className = className;
    });
  }`;
}
