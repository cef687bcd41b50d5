import type { Reason } from '../formatError.ts';
import { type OpenFile, readExactly } from '../openFile.ts';

const legacy = ['lmgg', 'tjgg', 'fmgg', 'algg'];

/** Says what a file that is not GGUF seems to be, from its first bytes. */
export function foreignFormat(file: OpenFile, magic: string): Reason {
  if (magic === 'FUGG') {
    return {
      en: 'it is a big-endian GGUF file; only little-endian ones are read',
      ja: 'ビッグエンディアンの GGUF は読めません(対応はリトルエンディアンのみ)',
    };
  }
  if (legacy.includes(magic)) {
    return {
      en: 'it is in the old ggml format from before GGUF',
      ja: 'GGUF より前の古い ggml 形式です',
    };
  }
  const head = Buffer.alloc(Math.min(64, file.bytes));
  readExactly(file, 0, head);
  const start = head.toString('latin1');
  if (start.startsWith('version https://git-lfs')) {
    return {
      en: 'it is a Git LFS pointer, not the model itself; fetch it with "git lfs pull"',
      ja: 'モデル本体ではなく Git LFS のポインタです。「git lfs pull」で取得してください',
    };
  }
  if (start.slice(8, 10) === '{"') {
    return {
      en: 'it is a safetensors file; import the folder that holds it with its config.json',
      ja: 'safetensors ファイルです。config.json と一緒に入っているフォルダーを取り込んでください',
    };
  }
  if (start.startsWith('PK\u0003\u0004')) {
    return { en: 'it is a ZIP archive or a PyTorch file', ja: 'ZIP アーカイブまたは PyTorch のファイルです' };
  }
  if (/^\s*<(!doctype|html)/i.test(start)) {
    return {
      en: 'it is a web page; the download seems to have failed',
      ja: 'ウェブページです。ダウンロードに失敗したようです',
    };
  }
  return { en: 'it does not begin with "GGUF"', ja: '先頭が「GGUF」ではありません' };
}
