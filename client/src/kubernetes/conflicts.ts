/** Fields that other managers hold: what the API server says of them, and the ways out. Pure. */
import type { FieldConflict } from '../ports.ts';
import { fieldManager, objectName, replicasManager, scheduleManager, secretName } from './names.ts';
import { type ApiStatus, isApiError } from './request.ts';
import type { KubeObject } from './types.ts';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One step into an object: a key of a map, or the members that name an entry of a list. */
type Step = { readonly key: string } | { readonly match: Json };

/** Managers whose fields are Waybill's own. */
const own = new Set<string>([fieldManager, replicasManager, scheduleManager]);

/** The conflicts of a refused apply (HTTP 409 with causes `FieldManagerConflict`); empty for every other error. */
export function conflictsOf(intent: KubeObject, live: KubeObject | undefined, error: unknown): readonly FieldConflict[] {
  if (!isApiError(error) || error.status !== 409) return [];
  return causes(error.body).flatMap(({ manager, field }) => {
    const steps = stepsOf(field, intent);
    const path = field.replace(/^\./, '');
    const isSecret = secretName.test(path);
    const shown = (value: unknown): unknown => (isSecret && value !== undefined ? '(not shown)' : value);
    const manifestPath = isSecret ? undefined : manifestPathOf(path);
    return [
      {
        object: objectName(intent),
        manager,
        field: path,
        ...text('live', shown(live && valueAt(live, stepsOf(field, live)))),
        ...text('wanted', shown(valueAt(intent, steps))),
        ...(manifestPath ? { manifestPath } : {}),
      },
    ];
  });
}

const text = (name: 'live' | 'wanted', value: unknown): { readonly live?: string; readonly wanted?: string } =>
  value === undefined ? {} : { [name]: JSON.stringify(value) };

function causes(status: ApiStatus): readonly { readonly manager: string; readonly field: string }[] {
  return (status.details?.causes ?? [])
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => ({ manager: /conflict with "([^"]+)"/.exec(cause.message ?? '')?.[1] ?? 'another manager', field: cause.field ?? '' }));
}

/** All of them are held by Waybill's own managers: taking over takes nothing from anybody. */
export const onlyOwn = (conflicts: readonly FieldConflict[]): boolean =>
  conflicts.length > 0 && conflicts.every(({ manager }) => own.has(manager));

/** The conflicts of one object in words. */
export function conflictText(intent: KubeObject, conflicts: readonly FieldConflict[]): string {
  const byManager = new Map<string, string[]>();
  for (const { manager, field } of conflicts) byManager.set(manager, [...(byManager.get(manager) ?? []), field]);
  const who = [...byManager].map(([manager, fields]) => `\`${manager}\` set ${fields.join(', ')}`);
  return `${intent.kind} ${intent.metadata.name} was changed by someone else: ${who.join('; ')}. Take these fields over, leave them, or put them into waybill.yaml, and plan again.`;
}

/** The intent without the fields in conflict: what others set stays. The image never is among them (S1). */
export function withoutConflicts(intent: KubeObject, conflicts: readonly FieldConflict[]): KubeObject {
  let left: KubeObject = intent;
  for (const { field } of conflicts) {
    if (/\.image$/.test(field)) continue;
    const changed = without(left, stepsOf(`.${field}`, left));
    if (isObject(changed)) left = changed;
  }
  return left;
}

const isObject = (value: unknown): value is KubeObject => isJson(value) && 'metadata' in value && 'kind' in value;

/** Field paths of structured-merge-diff: `.spec.containers[name="a"].image`; dots in keys are told apart by what the object holds. */
function stepsOf(field: string, object: unknown): readonly Step[] {
  const steps: Step[] = [];
  let rest = field;
  let here: unknown = object;
  while (rest !== '') {
    const step = rest.startsWith('[') ? selector(rest) : member(rest, here);
    if (!step) return steps;
    steps.push(step.step);
    here = child(here, step.step);
    rest = rest.slice(step.length);
  }
  return steps;
}

function selector(rest: string): { readonly step: Step; readonly length: number } | undefined {
  const found = /^\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]/.exec(rest);
  if (!found) return undefined;
  const match: Record<string, unknown> = {};
  for (const [, key, value] of (found[1] ?? '').matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,]+)/g))
    match[key ?? ''] = JSON.parse(value ?? 'null');
  return { step: { match }, length: found[0].length };
}

function member(rest: string, here: unknown): { readonly step: Step; readonly length: number } | undefined {
  if (!rest.startsWith('.')) return undefined;
  const names = isJson(here) ? Object.keys(here).filter((name) => rest.startsWith(`.${name}`)) : [];
  const longest = names.sort((a, b) => b.length - a.length)[0] ?? /^\.([^.[]+)/.exec(rest)?.[1];
  return longest === undefined ? undefined : { step: { key: longest }, length: longest.length + 1 };
}

function child(here: unknown, step: Step): unknown {
  if ('key' in step) return isJson(here) ? here[step.key] : undefined;
  return Array.isArray(here) ? here.find((entry) => matches(entry, step.match)) : undefined;
}

const matches = (entry: unknown, match: Json): boolean =>
  isJson(entry) && Object.entries(match).every(([key, value]) => entry[key] === value || (key === 'protocol' && entry[key] === undefined));

const valueAt = (object: unknown, steps: readonly Step[]): unknown => steps.reduce(child, object);

function without(here: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (!step) return here;
  if ('key' in step) {
    if (!isJson(here)) return here;
    if (rest.length > 0) return { ...here, [step.key]: without(here[step.key], rest) };
    return Object.fromEntries(Object.entries(here).filter(([key]) => key !== step.key));
  }
  if (!Array.isArray(here)) return here;
  return here.flatMap((entry) => (matches(entry, step.match) ? (rest.length > 0 ? [without(entry, rest)] : []) : [entry]));
}

/** The field of `waybill.yaml` behind a field of an object, for the ones that people change by hand. */
export function manifestPathOf(field: string): string | undefined {
  const known: readonly (readonly [RegExp, string])[] = [
    [/^spec\.replicas$/, 'scale.replicas'],
    [/^spec\.(min|max)Replicas$/, 'scale.auto.$1'],
    [/\.resources\.(requests|limits)\.(cpu|memory)$/, 'resources.$1.$2'],
    [/\.env\[name="([^"]+)"\]\.value$/, 'env.$1'],
    [/\.readinessProbe\b/, 'health.readiness'],
    [/\.livenessProbe\b/, 'health.liveness'],
    [/\.startupProbe\b/, 'health.startup'],
    [/^spec\.minReadySeconds$/, 'rollout.minReady'],
    [/^spec\.progressDeadlineSeconds$/, 'rollout.progressDeadline'],
    [/\.rollingUpdate\.(maxSurge|maxUnavailable)$/, 'rollout.$1'],
    [/^spec\.type$/, 'expose.type'],
  ];
  for (const [pattern, path] of known) {
    const found = pattern.exec(field);
    if (found) return path.replace(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? '');
  }
  return undefined;
}
