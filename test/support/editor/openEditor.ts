import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { packagedVsix } from '../packagedVsix.ts';
import type { EditorTools } from './editorServer.ts';
import { type EditorServer, type ServerOptions, startServer } from './startServer.ts';
import { Workbench } from './workbench.ts';

export interface EditorOptions extends Omit<ServerOptions, 'server' | 'vsix'> {
  readonly width?: number;
  readonly height?: number;
}

/** An editor with the extension as it is packaged, and a browser to look at it. */
export interface Editor extends AsyncDisposable {
  readonly server: EditorServer;
  /** Opens a window on a folder, the server's workspace where none is named, and waits until the workbench is up. */
  openWindow(folder?: string): Promise<Workbench>;
  /**
   * Loads the extension in `folder` in a window of its own and runs the tests in `file` inside the extension host; the
   * editor must have been opened with `testDriver`.
   */
  runTests(
    folder: string,
    file: string,
  ): Promise<{ readonly said: readonly string[]; readonly ended: Promise<number> }>;
  /** Those that are open. */
  windows(): readonly Workbench[];
}

export async function openEditor(tools: EditorTools, options: EditorOptions = {}): Promise<Editor> {
  const { width = 1280, height = 800, ...rest } = options;
  const server = await startServer({ ...rest, server: tools.server, vsix: packagedVsix() });
  let browser: BrowserContext | null = null;
  try {
    browser = await openBrowser(tools, server, { width, height });
    const context = browser;
    const windows = new Map<Page, Workbench>();
    return {
      server,
      openWindow: async (folder = server.workspace) => {
        const page = await context.newPage();
        const workbench = new Workbench(page);
        windows.set(page, workbench);
        page.once('close', () => windows.delete(page));
        await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`);
        await workbench.isUp();
        return workbench;
      },
      runTests: async (folder, file) => {
        const page = await context.newPage();
        const said: string[] = [];
        const { promise: ended, resolve } = Promise.withResolvers<number>();
        await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => said.push(format(...args)));
        await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
        const remote = (path: string): string => `vscode-remote://${new URL(server.url).host}${path}`;
        const payload = JSON.stringify([
          ['extensionDevelopmentPath', remote(folder)],
          ['extensionTestsPath', remote(file)],
          ['skipWelcome', 'true'],
        ]);
        const query = new URLSearchParams({ folder: server.workspace, payload });
        await page.goto(`${server.url}/?${query}`);
        return { said, ended };
      },
      windows: () => [...windows.values()],
      async [Symbol.asyncDispose]() {
        await context.close();
        await server[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await browser?.close();
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** A browser that reaches nothing but this machine. */
function openBrowser(
  tools: EditorTools,
  server: EditorServer,
  viewport: { readonly width: number; readonly height: number },
): Promise<BrowserContext> {
  const profile = join(server.home, 'browser');
  mkdirSync(profile, { recursive: true });
  return chromium.launchPersistentContext(profile, {
    executablePath: tools.chromium,
    headless: true,
    chromiumSandbox: false,
    viewport,
    reducedMotion: 'reduce',
    locale: 'en-US',
    env: { ...server.environment, PATH: process.env.PATH ?? '' } as Record<string, string>,
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    ],
  });
}
