import type { ManifestContext } from '../rules/manifestContext.ts';
import { releaseNames, type Variables } from '../service/interpolate.ts';
import { variablesOf } from '../service/variables.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Completion } from './answers.ts';
import { productEnvironments } from './workspace.ts';

/** After `${` the names that are filled in; undefined elsewhere. */
export function completeVariable(
  context: ManifestContext,
  index: LineIndex,
  text: string,
  offset: number,
): readonly Completion[] | undefined {
  const opened = /(?<!\$)\$\{([\w.]*)$/.exec(text.slice(Math.max(0, offset - 100), offset));
  const { service, workspace } = context;
  if (!opened || !service) return undefined;
  const rest = /^[\w.]*\}?/.exec(text.slice(offset))?.[0].length ?? 0;
  const range = index.range(offset - opened[0].length, offset + rest);
  const environments = productEnvironments(workspace, service);
  const known = environments.map((environment) => variablesOf(service, environment));
  const names = [...new Set(known.flatMap((variables) => Object.keys(variables)))];
  return [...names, ...releaseNames].map((name, i) => ({
    label: `\${${name}}`,
    kind: 'variable' as const,
    detail: releaseNames.includes(name) ? 'of the release, when it is deployed' : valuesOf(known, name),
    edit: { range, text: `\${${name}}` },
    sortText: String(i).padStart(4, '0'),
  }));
}

function valuesOf(known: readonly Variables[], name: string): string {
  return [...new Set(known.flatMap((variables) => variables[name] ?? []))].join(', ');
}
