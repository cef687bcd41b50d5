import type * as z from 'zod';
import { element } from '../shared/element.ts';

export interface JsonFieldOptions<T> {
  readonly id: string;
  readonly label: string;
  /** What is said while the text is not what is wanted. */
  readonly problem: string;
  readonly value: unknown;
  readonly schema: z.ZodType<T>;
  /** Null: it cannot be read as it stands. */
  readonly onChange: (value: T | null) => void;
}

/** A field for JSON of a shape. */
export function jsonField<T>({ id, label, problem, value, schema, onChange }: JsonFieldOptions<T>): HTMLElement {
  const told = element('span', { class: 'problem', id: `problem-${id}`, role: 'alert' });
  const area = element('textarea', {
    ...{ id, rows: 2, class: 'json', spellcheck: 'false', 'aria-describedby': `problem-${id}` },
  });
  area.value = JSON.stringify(value, null, 2);
  area.addEventListener('input', () => {
    const read = parse(area.value, schema);
    told.textContent = read === null ? problem : '';
    area.setAttribute('aria-invalid', String(read === null));
    onChange(read);
  });
  return element('div', { class: 'field' }, element('label', { for: id }, label), area, told);
}

function parse<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
