/** Who owns which field of an object: `metadata.managedFields` in the format FieldsV1 (structured-merge-diff). Pure. */
import type { KubeObject } from './types.ts';

export type Json = Readonly<Record<string, unknown>>;
export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members that name an entry of a list, by the name of the list; lists that are not here are one value. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};

/** The members that name the entries of a list at a path; ports of containers and of Services are named differently. */
export function keysOf(path: readonly string[], items: readonly unknown[]): readonly string[] | undefined {
  const name = path.at(-1) ?? '';
  if (name === 'ports')
    return items.some((item) => isJson(item) && 'containerPort' in item) ? ['containerPort', 'protocol'] : ['port', 'protocol'];
  return listKeys[name];
}

export interface Owner {
  readonly manager: string;
  readonly operation: string;
  readonly time: string | undefined;
}

/** A step into FieldsV1: the name of a member, or the members that name an entry of a list. */
export type Step = string | Json;

/** The managers that own the field at a path; status does not count. */
export function ownersOf(object: KubeObject, path: readonly Step[]): readonly Owner[] {
  return (object.metadata.managedFields ?? []).flatMap(({ manager, operation, time, fieldsV1, subresource }) =>
    subresource !== 'status' && fieldsV1 && owns(fieldsV1, path) ? [{ manager: manager ?? '', operation: operation ?? '', time }] : [],
  );
}

function owns(fields: Json, path: readonly Step[]): boolean {
  let at: unknown = fields;
  for (const step of path) {
    if (!isJson(at)) return false;
    // A field whose inside is not told apart is owned as a whole.
    if (Object.keys(at).length === 0) return true;
    at = typeof step === 'string' ? at[`f:${step}`] : entryOf(at, step)?.fields;
    if (at === undefined) return false;
  }
  return true;
}

function entryOf(fields: Json, wanted: Json): { readonly key: Json; readonly fields: Json } | undefined {
  for (const [name, inside] of Object.entries(fields)) {
    const key = name.startsWith('k:') ? parsed(name.slice(2)) : undefined;
    if (key && isJson(inside) && Object.entries(key).every(([member, value]) => wanted[member] === value)) return { key, fields: inside };
  }
  return undefined;
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What a manager last applied, taken from the live object: its own fields with their live values. Undefined when it applied nothing. */
export function appliedBy(object: KubeObject, manager: string): KubeObject | undefined {
  const entry = (object.metadata.managedFields ?? []).find(
    (field) => field.manager === manager && field.operation === 'Apply' && !field.subresource,
  );
  if (!entry?.fieldsV1) return undefined;
  const { metadata, ...rest } = extract(object, entry.fieldsV1) as { readonly metadata?: Json };
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  return { ...rest, apiVersion, kind, metadata: { ...metadata, name, ...(namespace ? { namespace } : {}) } };
}

function extract(value: unknown, fields: Json): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.');
  if (names.length === 0) return value;
  if (Array.isArray(value)) {
    return value
      .filter((item) => names.some((name) => named(item, name)))
      .map((item) => {
        const name = names.find((candidate) => named(item, candidate)) ?? '';
        const key = name.startsWith('k:') ? parsed(name.slice(2)) : undefined;
        const inside = fields[name];
        return key && isJson(inside) ? { ...key, ...(extract(item, inside) as Json) } : item;
      });
  }
  if (!isJson(value)) return value;
  return Object.fromEntries(
    names.flatMap((name) => {
      const member = name.slice(2);
      const inside = fields[name];
      return name.startsWith('f:') && member in value && isJson(inside) ? [[member, extract(value[member], inside)]] : [];
    }),
  );
}

function named(item: unknown, name: string): boolean {
  if (name.startsWith('v:')) return JSON.stringify(item) === name.slice(2);
  const key = name.startsWith('k:') ? parsed(name.slice(2)) : undefined;
  return key !== undefined && isJson(item) && Object.entries(key).every(([member, value]) => item[member] === value);
}
