/** A page in a real browser with its own host panel and a real backend behind it. */
import type { Browser } from 'playwright-core';
import type { Backend } from '../../../backend/client/backend.ts';
import type { Language } from '../../../backend/contract/common.ts';
import type { PanelKind } from '../../../extension/webviewHost/panel.ts';
import { type OpenWebview, openWebview } from './openWebview.ts';
import type { ThemeName } from './themes.ts';

export interface PanelOptions<State> {
  readonly state: State;
  readonly backend: Backend;
  readonly language: Language;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

export interface OpenPanel extends OpenWebview {
  /** As a reload of the window: the host panel begins anew with what the page kept. */
  reload(): Promise<void>;
}

export async function openPanel<ToHost, ToPage, State>(
  browser: Browser,
  kind: PanelKind<ToHost, ToPage, State>,
  options: PanelOptions<State>,
): Promise<OpenPanel> {
  const { state, backend, language, ...look } = options;
  let opened: OpenWebview | null = null;
  const waiting: unknown[] = [];
  const serve = (state: State) =>
    kind.serve({
      state,
      language,
      send: (message) => {
        const checked = kind.toPage.parse(message);
        if (opened) void opened.send(checked).catch(() => undefined);
        else waiting.push(checked);
      },
      setTitle: () => undefined,
      backend: async () => backend,
      onBackendBack: () => ({ dispose: () => undefined }),
      close: () => undefined,
    });
  let service = serve(state);
  const onMessage = (message: ToHost): void | Promise<void> => service.receive(kind.toHost.parse(message));
  const page = await openWebview<ToHost>(browser, { ...look, name: kind.name, state, language, onMessage });
  opened = page;
  for (const message of waiting) await page.send(message);
  return {
    ...page,
    async reload() {
      const kept = kind.state.parse(await page.kept());
      service.dispose();
      service = serve(kept);
      await page.page.reload();
    },
    async [Symbol.asyncDispose]() {
      service.dispose();
      await page[Symbol.asyncDispose]();
    },
  };
}
