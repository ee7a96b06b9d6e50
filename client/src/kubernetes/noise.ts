/** What is left of an object when everything is removed that a plan must not speak of. Pure. */
import { stringify } from 'yaml';
import { unifiedDiff } from '../delivery/diff.ts';
import { lockAnnotation, volatileAnnotations } from './names.ts';
import type { KubeObject } from './types.ts';

const noisyMetadata = new Set(['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink']);
const noisyAnnotations = new Set<string>([
  ...volatileAnnotations,
  lockAnnotation,
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object without status, bookkeeping and the marks that change with each deployment; keys sorted. */
export function meaningful(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata)
      .filter(([name]) => !noisyMetadata.has(name))
      .map(([name, value]) => (name === 'annotations' && isJson(value) ? [name, withoutNoise(value)] : [name, value])),
  );
  return sorted({ ...rest, metadata }) as KubeObject;
}

const withoutNoise = (annotations: Json): Json =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !noisyAnnotations.has(name)));

/** A value with the keys of every object in order: equal content gives equal text. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** Unified diff of the YAML of two states of an object; empty when they mean the same. */
export function objectDiff(live: KubeObject | undefined, predicted: KubeObject | undefined): string {
  const text = (object: KubeObject | undefined): string => (object ? stringify(meaningful(object), { lineWidth: 0 }) : '');
  return unifiedDiff(text(live), text(predicted));
}

/** True when the Pods of a Deployment will be replaced. */
export function templateChanges(live: KubeObject, predicted: KubeObject): boolean {
  const template = (object: KubeObject): string => JSON.stringify(sorted(isJson(object.spec) ? object.spec.template : undefined) ?? null);
  return template(live) !== template(predicted);
}
