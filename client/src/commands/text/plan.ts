import type { FieldConflict, Plan, PlannedChange } from '../../ports.ts';

const marks = { create: '+', update: '~', remove: '-', unchanged: ' ' } as const;

/**
 * The plan as a document in the language `diff`: who and where, warnings, a table of objects, one unified diff each. `line` of each
 * section lets the editor fold and place its lenses.
 */
export function planText(plan: Plan): string {
  const changed = plan.changes.filter((change) => change.change !== 'unchanged');
  return [
    plan.title ??
      (plan.parts ? `Deploy ${plan.service} to ${plan.environment}` : `Deploy ${plan.service} (${plan.release}) to ${plan.environment}`),
    '',
    ...plan.identity.map((line) => `  ${line}`),
    ...(plan.parts ?? [plan]).map(
      (part) => `  ${plan.parts ? `${part.service} ${part.release} ` : ''}image ${part.image.repository}@${part.image.digest}`,
    ),
    '',
    ...section('This deployment is refused', plan.refusals),
    ...section('Held by others', (plan.conflicts ?? []).filter(({ field }) => field !== '').map(conflictLine)),
    ...section('Mind', plan.warnings),
    ...objectTable(plan.changes),
    '',
    ...(changed.length === 0 ? ['Nothing would change.', ''] : changed.flatMap(changeLines)),
    `plan ${plan.hash}`,
    '',
  ].join('\n');
}

function conflictLine({ object, manager, field, live, wanted, manifestPath }: FieldConflict): string {
  const place = manifestPath ? ` (${manifestPath})` : '';
  return `${field} of ${object}: ${live ?? 'absent'} by \`${manager}\`, ${wanted ?? 'absent'} in waybill.yaml${place}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `! ${line}`), ''];
}

function objectTable(changes: readonly PlannedChange[]): string[] {
  if (changes.length === 0) return [];
  const width = Math.max(...changes.map((change) => change.object.length));
  return [
    'Objects:',
    ...changes.map((change) => {
      const verb = change.change.padEnd(9);
      return `  ${marks[change.change]} ${change.object.padEnd(width)}  ${verb}${change.restarts ? '  restarts its instances' : ''}`.trimEnd();
    }),
  ];
}

function changeLines(change: PlannedChange): string[] {
  const diff = change.diff.trimEnd();
  return diff === '' ? [] : [`══ ${change.object}`, ...diff.split('\n'), ''];
}
