import type { Language } from '../contract/common.ts';
import type { ValueSchema } from './recipeSchema.ts';

/** What may stand somewhere, in words: `a whole number from 1 to 1024`. */
export function describeExpected(schema: ValueSchema, language: Language): string {
  const ja = language === 'ja';
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map((one) => describeExpected(one, language)).join(ja ? ' または ' : ' or ');
  }
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum, language);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return describeNumber(schema, language);
    case 'boolean':
      return ja ? 'true か false' : 'true or false';
    case 'string':
      return describeText(schema, language);
    case 'array':
      return ja
        ? `${describeExpected(schema.items ?? {}, language)} を 1 つ以上並べた配列`
        : `a list with at least one entry, each ${describeExpected(schema.items ?? {}, language)}`;
    case 'object': {
      const keys = Object.keys(schema.properties ?? {}).join(', ');
      return ja ? `「キー: 値」の形の設定 (${keys})` : `settings of the form "key: value" (${keys})`;
    }
    default:
      return ja ? '値' : 'a value';
  }
}

/** What stands there instead, in words. */
export function describeFound(value: unknown, language: Language): string {
  const ja = language === 'ja';
  if (value === null || value === undefined) return ja ? '空の値' : 'nothing';
  if (typeof value === 'string') return `"${shorten(value)}"`;
  if (typeof value === 'number') return ja ? `数値 ${value}` : `the number ${value}`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value))
    return ja ? `配列 ${shorten(JSON.stringify(value))}` : `the list ${shorten(JSON.stringify(value))}`;
  return ja ? '設定のまとまり' : 'a group of settings';
}

function describeNumber(schema: ValueSchema, language: Language): string {
  const ja = language === 'ja';
  const what = schema.type === 'integer' ? (ja ? '整数' : 'a whole number') : ja ? '数値' : 'a number';
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const unbounded = schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER;
  const high = unbounded ? schema.exclusiveMaximum : schema.maximum;
  if (schema.minimum !== undefined && high !== undefined && !unbounded) {
    return ja ? `${low} から ${high} までの${what}` : `${what} from ${low} to ${high}`;
  }
  const bounds: string[] = [];
  if (low !== undefined && low > Number.MIN_SAFE_INTEGER) {
    const inclusive = schema.minimum !== undefined;
    bounds.push(ja ? `${low} ${inclusive ? '以上の' : 'より大きい'}` : `${inclusive ? 'of at least' : 'above'} ${low}`);
  }
  if (high !== undefined) {
    bounds.push(ja ? `${high} ${unbounded ? '未満の' : '以下の'}` : `${unbounded ? 'below' : 'of at most'} ${high}`);
  }
  if (bounds.length === 0) return what;
  return ja ? `${bounds.join('、').replaceAll('の、', '、')}${what}` : `${what} ${bounds.join(' and ')}`;
}

function describeText({ minLength, maxLength }: ValueSchema, language: Language): string {
  const ja = language === 'ja';
  if (maxLength !== undefined)
    return ja ? `1 文字から ${maxLength} 文字の文字列` : `text of 1 to ${maxLength} characters`;
  if (minLength !== undefined) return ja ? '空でない文字列' : 'text that is not empty';
  return ja ? '文字列' : 'text';
}

function oneOf(values: readonly unknown[], language: Language): string {
  return language === 'ja' ? `${values.join('、')} のいずれか` : `one of ${values.join(', ')}`;
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text;
}
