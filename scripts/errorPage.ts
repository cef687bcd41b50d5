import type { Localised } from '../backend/contract/common.ts';
import { errorTable } from '../backend/contract/errors.ts';

/** The text of docs/errors.md, made from the error table. */
export function errorPage(): string {
  const table: Readonly<Record<string, { status: number; message: Localised; hint?: Localised }>> = errorTable;
  const entries = Object.entries(table).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return `# Errors

Every error that a person can meet, by its code. The table is made from \`backend/contract/errors.ts\` by
\`node scripts/run.mjs scripts/errorDocs.ts\`, and a test fails where the two differ. Over HTTP an error is
\`{"error": {"code", "message", "hint", ...}}\` with the status given here; on the command line it is told on stderr, in the
reader's language. Words in braces are filled in.

${entries.map(([code, entry]) => section(code, entry)).join('\n')}`;
}

function section(
  code: string,
  { status, message, hint }: { status: number; message: Localised; hint?: Localised },
): string {
  const lines = [`## ${code}`, '', `HTTP ${status}.`, '', `- ${message.en}`];
  if (hint) lines.push(`- What to do: ${hint.en}`);
  lines.push(`- ${message.ja}${hint ? ` ${hint.ja}` : ''}`, '');
  return lines.join('\n');
}
