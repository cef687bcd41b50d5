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
  /** What went wrong in the page: thrown errors, what the content security policy refused, and what left the machine. */
  readonly complaints: string[];
  send(message: unknown): Promise<void>;
  /** What the page keeps over a reload of the window. */
  kept(): Promise<unknown>;
  /** As when a person chooses another theme. */
  setTheme(theme: ThemeName): Promise<void>;
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
  // A test that fails before it closes the page shall end all the same.
  server.unref();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && asked !== origin) complaints.push(`asked ${request.url()}`);
  });
  const send = async (message: unknown): Promise<void> => {
    await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  };
  await page.exposeFunction('__toHost', (message: ToHost) => onMessage(message, (answer) => void send(answer)));
  await page.addInitScript({ content: editorApi(theme) });
  await page.goto(`${origin}/`);
  return {
    page,
    complaints,
    send,
    kept: () => page.evaluate('window.__kept()'),
    async setTheme(next) {
      await page.evaluate(`window.__setTheme(${JSON.stringify(next)})`);
    },
    async [Symbol.asyncDispose]() {
      await page.close();
      server.close();
    },
  };
}

/**
 * What VS Code gives a page: its API, its colours, and the class of its theme, before the page's own script runs. What
 * the page keeps is still there when it is loaded anew, and so is the theme.
 */
function editorApi(theme: ThemeName): string {
  return `{
    const themes = ${JSON.stringify(themes)};
    const fonts = { 'font-family': 'system-ui, sans-serif', 'editor-font-family': 'monospace' };
    const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
    const applyTheme = () => {
      const { className, colours } = themes[read('theme') ?? ${JSON.stringify(theme)}];
      document.documentElement.removeAttribute('style');
      for (const [name, value] of Object.entries({ ...colours, ...fonts })) {
        document.documentElement.style.setProperty('--vscode-' + name, value);
      }
      document.body.className = className;
    };
    window.__kept = () => read('kept');
    window.__setTheme = (theme) => {
      sessionStorage.setItem('theme', JSON.stringify(theme));
      applyTheme();
    };
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.__toHost(message),
      getState: () => read('kept'),
      setState: (state) => sessionStorage.setItem('kept', JSON.stringify(state)),
    });
    document.addEventListener('readystatechange', () => {
      if (document.readyState === 'interactive') applyTheme();
    });
  }`;
}
