import type { RowNotice, TableRow } from '../contract/dataset.ts';
import type { Say } from '../shared/l10n.ts';
import type { datasetTexts } from './texts.ts';

export function noticeText(say: Say<keyof typeof datasetTexts>, notice: RowNotice, row: TableRow): string {
  return say(`notice.${notice}`, { row: ((row.duplicate_of ?? 0) + 1).toLocaleString('en-US') });
}
