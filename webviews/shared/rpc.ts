/**
 * The page's end of its talk with the host panel. A page begins with
 *
 *     const page = openPage<RunToPage, RunPageState, RunToHost>(RunToPage, RunPageState);
 *     page.onMessage((message) => { switch (message.type) { … } });
 *     page.send({ type: 'ready' });
 *
 * and nothing comes before that first message of its own. What comes is checked by the schema; a message that does not
 * fit is a bug and is thrown. `page.state` is what the page was opened with or kept; `page.keep` outlives a reload of
 * the window, and the host reads it when it brings the panel back.
 */
import type * as z from 'zod';
import { PageStart } from '../contract/pageStart.ts';
import type { Language } from './l10n.ts';

export interface Page<ToPage, ToHost, State> {
  readonly language: Language;
  readonly state: State;
  send(message: ToHost): void;
  /** One listener; called in the order of arrival. */
  onMessage(listener: (message: ToPage) => void): void;
  keep(state: State): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export function openPage<ToPage, State, ToHost extends { readonly type: string }>(
  toPage: z.ZodType<ToPage>,
  stateSchema: z.ZodType<State>,
): Page<ToPage, ToHost, State> {
  const editor = acquireVsCodeApi();
  const start = PageStart.parse(JSON.parse(document.body.dataset.start ?? '{}'));
  // What the page kept is newer than what the host gave, unless an older version of the page kept it.
  const kept = stateSchema.safeParse(editor.getState());
  const state = kept.success ? kept.data : stateSchema.parse(start.state);
  editor.setState(state);
  return {
    language: start.language,
    state,
    send: (message) => editor.postMessage(message),
    onMessage: (listener) =>
      window.addEventListener('message', (event: MessageEvent<unknown>) => listener(toPage.parse(event.data))),
    keep: (next) => editor.setState(next),
  };
}
