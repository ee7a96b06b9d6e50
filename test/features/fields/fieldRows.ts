/** The tables of good and bad values of each field. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../../../server/src/core/yaml/schema.ts';
import * as schemas from '../../../server/src/core/yaml/schemas.ts';

/** The schemas whose fields have a table of values. */
export const fieldTables: Readonly<Record<string, JsonSchema>> = {
  service: schemas.serviceSchema,
  standards: schemas.standardsSchema,
  environments: schemas.environmentsSchema,
  hadolint: schemas.hadolintSchema,
  record: schemas.recordSchema,
};

export interface FieldRow {
  readonly path: string;
  readonly good?: string;
  readonly bad: string;
  readonly says: string;
}

/** `| field | good | bad | what it says |`; a row without a field is another bad value of the field above. */
export function fieldRows(name: string): readonly FieldRow[] {
  const lines = readFileSync(join(import.meta.dirname, `${name}.md`), 'utf8').split('\n');
  const rows: FieldRow[] = [];
  for (const line of lines.filter((one) => one.startsWith('| ') && !one.startsWith('| field') && !one.startsWith('| ---'))) {
    const [path = '', good = '', bad = '', says = ''] = line
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => cell.replaceAll('\\|', '|').trim());
    const code = (cell: string) => cell.replace(/^`+ ?|(?: ?`+)$/g, '');
    rows.push({ path: code(path) || (rows.at(-1)?.path ?? ''), ...(good ? { good: code(good) } : {}), bad: code(bad), says });
  }
  return rows;
}
