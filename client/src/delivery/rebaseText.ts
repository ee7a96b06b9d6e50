import type { RebaseRow, RebaseTable } from './rebase.ts';

/** A rebase's table for people: one line a service, its warnings below. */
export function rebaseText({ line, rows }: RebaseTable): string {
  const width = Math.max(0, ...rows.map(({ service }) => service.id.length));
  const ready = rows.filter(({ state }) => state === 'ready').length;
  return [
    `${line.name} → ${line.reference}`,
    ...rows.flatMap((row) => [
      `  ${row.service.id.padEnd(width)}  ${rowText(row)}`,
      ...warningsOf(row).map((warning) => `      ${warning}`),
    ]),
    rows.length === 0 ? '  no service stands on it' : `  ${ready} of ${rows.length} can be rebased`,
  ].join('\n');
}

function rowText({ state, release, reason, plan }: RebaseRow): string {
  if (state === 'current') return 'stands on it already';
  if (state === 'refused') return `no: ${reason ?? 'it cannot be rebased'}`;
  const { exchanged = 0, now = 0, kept = 0 } = plan?.layers ?? {};
  return `${release?.tags[0] ?? ''}: ${exchanged} layers of the base become ${now}, ${kept} of its own stay`;
}

function warningsOf({ plan, state }: RebaseRow): readonly string[] {
  if (state !== 'ready' || !plan) return [];
  return [...plan.warnings, ...(plan.mustVerify ? ['only a run shows whether it still works: verify it before it is promoted'] : [])];
}
