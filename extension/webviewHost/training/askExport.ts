import * as vscode from 'vscode';
import type { Language } from '../../../backend/contract/common.ts';
import { askWhere } from './saveFile.ts';

interface ExportTarget {
  readonly format: 'gguf' | 'peft';
  readonly path: string;
}

const formats = {
  gguf: {
    en: { label: 'GGUF adapter', detail: 'One file for llama.cpp, Ollama and whatever is built on them' },
    ja: { label: 'GGUF アダプター', detail: 'llama.cpp や Ollama などで使える 1 つのファイル' },
  },
  peft: {
    en: { label: 'PEFT folder', detail: "For Hugging Face's transformers and peft" },
    ja: { label: 'PEFT フォルダー', detail: 'Hugging Face の transformers と peft 用' },
  },
} as const;

/** In which format, and where to; undefined where it was given up. A whole model has one format only. */
export async function askExport(
  name: string,
  method: 'lora' | 'full',
  language: Language,
): Promise<ExportTarget | undefined> {
  const format = method === 'full' ? 'gguf' : await askFormat(language);
  if (!format) return undefined;
  const place = await askWhere(format === 'gguf' ? name : `${name}-peft`, format === 'gguf' ? 'gguf' : null);
  return place && { format, path: place.fsPath };
}

async function askFormat(language: Language): Promise<'gguf' | 'peft' | undefined> {
  const choices = (['gguf', 'peft'] as const).map((format) => ({ ...formats[format][language], format }));
  const title = { en: 'Export as', ja: '書き出す形式' }[language];
  return (await vscode.window.showQuickPick(choices, { title }))?.format;
}

/** How many steps a run shall have in all that goes on from the end of another; null where it was given up. */
export async function askSteps(done: number, language: Language): Promise<number | null> {
  const words = {
    en: { title: 'How many steps in all?', wrong: `A whole number above ${done}` },
    ja: { title: '全部で何ステップ学習しますか?', wrong: `${done} より大きい整数を入力してください` },
  }[language];
  const given = await vscode.window.showInputBox({
    title: words.title,
    value: String(done * 2),
    validateInput: (text) => (/^\d{1,9}$/.test(text.trim()) && Number(text) > done ? null : words.wrong),
  });
  return given === undefined ? null : Number(given);
}
