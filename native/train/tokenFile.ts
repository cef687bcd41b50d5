import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { failure, type Words } from '../contract/engineError.ts';
import { tokenFileHeaderBytes, tokenFileMagic, tokenFileVersion } from '../contract/tokenFile.ts';

export interface TokenRow {
  readonly tokens: Int32Array;
  /** 1 where a token is to be learned. */
  readonly answer: Uint8Array;
}

/** An open token file; rows are read when they are asked for. */
export interface TokenFile extends Disposable {
  readonly rows: number;
  /** Tokens of each row. */
  readonly lengths: Uint32Array;
  /** Tokens of each row that are to be learned. */
  readonly answers: Uint32Array;
  row(index: number): TokenRow;
}

/** @throws EngineError `training_data` where the file is not what `native/contract/tokenFile.ts` says. */
export function openTokenFile(path: string, vocabulary: number): TokenFile {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw failure('training_data', { path }, { en: 'it cannot be opened', ja: '開けません' }, { cause: error });
  }
  try {
    return read(path, fd, vocabulary);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function read(path: string, fd: number, vocabulary: number): TokenFile {
  const damaged = (reason: Words) => failure('training_data', { path }, reason);
  const at = (position: number, bytes: number) => {
    const buffer = new Uint8Array(bytes);
    for (let done = 0; done < bytes; ) {
      const count = readSync(fd, buffer, done, bytes - done, position + done);
      if (count === 0) throw damaged({ en: 'the file is cut off', ja: 'ファイルが途中で切れています' });
      done += count;
    }
    return buffer;
  };
  const size = fstatSync(fd).size;
  const header = Buffer.from(at(0, tokenFileHeaderBytes).buffer);
  if (header.toString('latin1', 0, 4) !== tokenFileMagic || header.readUInt32LE(4) !== tokenFileVersion) {
    throw damaged({
      en: `it is not a token file of version ${tokenFileVersion}`,
      ja: `バージョン ${tokenFileVersion} のトークンファイルではありません`,
    });
  }
  const rows = header.readUInt32LE(8);
  const tokens = header.readUInt32LE(12);
  const tokensAt = tokenFileHeaderBytes + (rows + 1) * 4;
  const answersAt = tokensAt + tokens * 4;
  const expected = answersAt + tokens;
  if (size !== expected) {
    throw damaged({
      en: `it has ${size} bytes and should have ${expected}`,
      ja: `大きさが ${size} バイトですが、${expected} バイトのはずです`,
    });
  }
  const offsets = new Uint32Array(at(tokenFileHeaderBytes, (rows + 1) * 4).buffer);
  const lengths = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const length = offsets[i + 1]! - offsets[i]!;
    if (length < 2) {
      throw damaged({
        en: `row ${i + 1} has fewer than two tokens`,
        ja: `${i + 1} 行目のトークンが 2 個未満です`,
      });
    }
    lengths[i] = length;
  }
  if (offsets[0] !== 0 || offsets[rows] !== tokens) {
    throw damaged({ en: 'its offsets do not cover its tokens', ja: '行の位置とトークンの数が合いません' });
  }
  const row = (index: number): TokenRow => {
    const start = offsets[index]!;
    const length = lengths[index]!;
    const values = new Int32Array(at(tokensAt + start * 4, length * 4).buffer);
    if (values.some((token) => token < 0 || token >= vocabulary)) {
      throw damaged({
        en: `row ${index + 1} has a token that is not in the model's vocabulary`,
        ja: `${index + 1} 行目に、モデルの語彙にないトークンがあります`,
      });
    }
    return { tokens: values, answer: at(answersAt + start, length) };
  };
  const answers = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    // The first token of a row is never predicted.
    answers[i] = row(i).answer.reduce((sum, flag, place) => sum + (place > 0 ? flag : 0), 0);
  }
  return { rows, lengths, answers, row, [Symbol.dispose]: () => closeSync(fd) };
}
