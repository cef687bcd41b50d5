import type { Language, Localised } from '../contract/common.ts';
import { fill } from '../contract/errors.ts';

export interface YamlDetails {
  /** The parser's own text, in English. */
  readonly message?: string;
  /** What stands at the place. */
  readonly found?: string;
}

/** Why YAML is broken, as a sentence. `code`: the yaml package's, or one of ours. */
export function yamlReason(code: string, { message, found }: YamlDetails, language: Language): string {
  const known = reasons[code === 'BAD_INDENT' && message?.startsWith('Flow') ? 'MISSING_CHAR' : code]?.[language];
  // What has no text of its own keeps the parser's, which is better than none.
  return known === undefined ? (message ?? code) : fill(known, { found });
}

const indentation: Localised = {
  en: 'the indentation does not fit the lines around it.',
  ja: '字下げが前後の行と合っていません。',
};
const keyForm: Localised = {
  en: 'a key must be one line of text, followed by a colon and a space.',
  ja: 'キーは 1 行の文字列で、後にコロンと空白が必要です。',
};
const tooDeep: Localised = { en: 'it is nested too deeply.', ja: '入れ子が深すぎます。' };
const anchors: Localised = { en: 'an anchor or alias is wrong.', ja: 'アンカーまたはエイリアスに誤りがあります。' };

const reasons: Readonly<Record<string, Localised>> = {
  TAB_AS_INDENT: {
    en: 'tabs cannot indent; use spaces.',
    ja: '字下げにタブは使えません。空白を使います。',
  },
  DUPLICATE_KEY: { en: 'the key {found} stands here a second time.', ja: 'キー {found} が 2 回あります。' },
  BAD_INDENT: indentation,
  BLOCK_IN_FLOW: indentation,
  BAD_COLLECTION_TYPE: indentation,
  BLOCK_AS_IMPLICIT_KEY: keyForm,
  MULTILINE_IMPLICIT_KEY: keyForm,
  KEY_OVER_1024_CHARS: keyForm,
  NON_STRING_KEY: keyForm,
  MISSING_CHAR: {
    en: 'a sign is missing: a closing quote, a closing bracket, a comma, or the space after a colon.',
    ja: '記号が足りません (閉じ引用符、閉じ括弧、コンマ、コロンの後の空白のいずれか)。',
  },
  UNEXPECTED_TOKEN: {
    en: 'something stands here that does not belong here; is there a bracket or quote too many?',
    ja: 'ここにあるはずのないものがあります。括弧や引用符が多くありませんか?',
  },
  BAD_SCALAR_START: {
    en: 'a value cannot begin with this character; put it in quotes.',
    ja: '値をこの文字で始めることはできません。引用符で囲みます。',
  },
  BAD_DQ_ESCAPE: {
    en: 'this is not an escape; in double quotes a backslash is written twice, in single quotes once.',
    ja: 'このエスケープはありません。二重引用符の中の \\ は 2 つ重ね、一重引用符の中では 1 つで書きます。',
  },
  MULTIPLE_DOCS: {
    en: 'a recipe is one document; remove the line ---.',
    ja: 'レシピは 1 つの文書です。--- の行を削除してください。',
  },
  BAD_DIRECTIVE: { en: 'this directive is unknown.', ja: 'このディレクティブはありません。' },
  TAG_RESOLVE_FAILED: { en: 'this tag is unknown; remove it.', ja: 'このタグはありません。削除してください。' },
  MULTIPLE_TAGS: { en: 'a value can have one tag only.', ja: '値に付けられるタグは 1 つだけです。' },
  BAD_PROP_ORDER: anchors,
  BAD_ALIAS: anchors,
  ALIAS_PROPS: anchors,
  MULTIPLE_ANCHORS: anchors,
  tooManyAliases: { en: 'aliases are repeated far too often.', ja: 'エイリアスの繰り返しが多すぎます。' },
  RESOURCE_EXHAUSTION: tooDeep,
  tooDeep,
  tooLong: {
    en: 'it has more than 200,000 characters; this is no recipe.',
    ja: '20 万文字を超えています。レシピではありません。',
  },
};
