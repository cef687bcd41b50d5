import type { Preference } from '../contract/preference.ts';
import type { PreferenceStore } from './preferenceStore.ts';

/** Judgements that are read at a time. */
const page = 500;

/**
 * What was judged in the form that trainers of preferences read: `prompt`, `chosen` and `rejected`, each a list of
 * messages (https://huggingface.co/docs/trl/dataset_formats#preference). Two answers of which neither is better have
 * no line; `onSame` is called for each. Oldest first.
 */
export function* preferenceLines(store: PreferenceStore, onSame: () => void): Generator<string> {
  for (let end = store.count(); end > 0; end -= page) {
    const offset = Math.max(0, end - page);
    for (const preference of store.list(offset, end - offset).toReversed()) {
      if (preference.better === 'same') onSame();
      else yield JSON.stringify(lineOf(preference));
    }
  }
}

function lineOf({ messages, answers, better }: Preference) {
  const [chosen, rejected] = better === 'first' ? answers : answers.toReversed();
  const said = (text: string) => [{ role: 'assistant', content: text }];
  return { prompt: messages, chosen: said(chosen!.text), rejected: said(rejected!.text) };
}
