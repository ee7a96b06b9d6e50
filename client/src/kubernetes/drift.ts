/** What differs from what was deployed, and who changed it: field by field, by the API server's own account. Pure but for reading. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DeployIntent, DeploymentRecord, Drift, DriftedField } from '../ports.ts';
import { isJson, type Json, keysOf, type Owner, ownersOf, type Step } from './fields.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { fieldManager, objectName, pathOf, replicasManager, scheduleManager, secretName } from './names.ts';
import { objectsOf } from './objects.ts';
import { readParent } from './parent.ts';
import { quantity } from './quantity.ts';
import { recordsOf } from './records.ts';
import { type Api, absent } from './request.ts';
import type { KubeObject } from './types.ts';

/** Managers whose changes are Waybill's own. */
const own: readonly string[] = [fieldManager, replicasManager, scheduleManager];

/** Compares the live objects with the newest deployment that was carried out. */
export async function driftOf(api: Api, environment: EnvironmentSummary, service: string, signal: AbortSignal): Promise<Drift> {
  await verifyIdentity(api, environment, false, signal);
  const { namespace } = kubernetesTarget(environment);
  const records = recordsOf((await readParent(api, namespace, service, signal))?.data);
  const record = records.find(({ result, operation }) => operation === undefined && (result === 'Succeeded' || result === 'Failed'));
  if (!record) return { service, fields: [] };
  const intended = await intendedObjects(api, environment, record, signal);
  const fields = await Promise.all(
    intended.map(async (object) => {
      const path = pathOf(object.apiVersion, object.kind, namespace, object.metadata.name);
      const live = (await absent(api.send<KubeObject>({ path }, signal)))?.body;
      return live ? differences(object, live) : [missing(object)];
    }),
  );
  return { service, record, fields: fields.flat() };
}

/** The objects that a record stands for. */
export async function intendedObjects(
  api: Api,
  environment: EnvironmentSummary,
  record: DeploymentRecord,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const { body } = await api.send<{ readonly minor?: string }>({ path: '/version' }, signal);
  return objectsOf(intentOf(environment, record), kubernetesTarget(environment).namespace, {
    minor: Number.parseInt(body.minor ?? '', 10) || 0,
  });
}

export const intentOf = (environment: EnvironmentSummary, record: DeploymentRecord): DeployIntent => ({
  environment,
  service: record.effective,
  image: record.image,
  tag: record.tag,
  release: record.release,
  alias: record.alias,
  source: {},
  by: record.by,
  rollback: record.rollback,
});

const missing = (object: KubeObject): DriftedField => ({ object: objectName(object), path: '', deployed: '"there"', image: false });

interface Difference {
  readonly wanted: unknown;
  readonly is: unknown;
  readonly path: readonly Step[];
}

/** The fields of `intended` that somebody else has changed or removed. What others added is no drift. */
export function differences(intended: KubeObject, live: KubeObject): readonly DriftedField[] {
  const { apiVersion: _, kind: __, metadata, ...rest } = intended;
  const marks = { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
  return [...different(marks, live.metadata, ['metadata']), ...different(rest, live, [])].flatMap(({ wanted, is, path }) => {
    const owner = changer(live, path, is);
    return owner ? [fieldOf(intended, path, wanted, is, owner)] : [];
  });
}

/** The leaves of `wanted` that are not so in `is`; lists are compared entry by entry where their entries have names. */
function* different(wanted: unknown, is: unknown, path: readonly Step[]): Generator<Difference> {
  if (isJson(wanted) && isJson(is)) {
    for (const [name, value] of Object.entries(wanted)) yield* different(value, is[name], [...path, name]);
    return;
  }
  const names = path.filter((step) => typeof step === 'string');
  const keys = Array.isArray(wanted) && Array.isArray(is) ? keysOf(names, wanted) : undefined;
  if (keys && Array.isArray(wanted) && Array.isArray(is)) yield* differentEntries(wanted, is, keys, path);
  else if (!same(wanted, is)) yield { wanted, is, path };
}

function* differentEntries(
  wanted: readonly unknown[],
  is: readonly unknown[],
  keys: readonly string[],
  path: readonly Step[],
): Generator<Difference> {
  for (const item of wanted) {
    if (!isJson(item)) continue;
    const key: Json = Object.fromEntries(keys.flatMap((member) => (member in item ? [[member, item[member]]] : [])));
    const other = is.find((candidate) => isJson(candidate) && Object.entries(key).every(([member, value]) => candidate[member] === value));
    yield* different(item, other, [...path, key]);
  }
}

/** Whoever owns the field now; of one that is gone, whoever changed the object last. Undefined when nobody else did. */
function changer(live: KubeObject, path: readonly Step[], is: unknown): Owner | undefined {
  const foreign = (owners: readonly Owner[]) =>
    [...owners].filter(({ manager }) => !own.includes(manager)).sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''))[0];
  if (is !== undefined) return foreign(ownersOf(live, path));
  return foreign(ownersOf(live, []));
}

function same(wanted: unknown, is: unknown): boolean {
  // The server leaves out what is empty.
  if (is === undefined && isEmpty(wanted)) return true;
  if (JSON.stringify(wanted) === JSON.stringify(is)) return true;
  if ((typeof wanted !== 'string' && typeof wanted !== 'number') || (typeof is !== 'string' && typeof is !== 'number')) return false;
  return quantity(String(wanted)) === quantity(String(is));
}

const isEmpty = (value: unknown): boolean =>
  value === 0 || value === false || value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function fieldOf(object: KubeObject, path: readonly Step[], wanted: unknown, is: unknown, owner: Owner): DriftedField {
  const text = pathText(path);
  const shown = (value: unknown): string =>
    secretName.test(text) ? '"(not shown)"' : JSON.stringify(value, (name, inside) => (secretName.test(name) ? '(not shown)' : inside));
  const manifestPath = manifestPathOf(object, path, is);
  return {
    object: objectName(object),
    path: text,
    deployed: shown(wanted),
    ...(is === undefined ? {} : { live: shown(is) }),
    by: owner.manager,
    ...(owner.time ? { at: owner.time } : {}),
    ...(manifestPath && !secretName.test(text) ? { manifestPath } : {}),
    image: path.at(-1) === 'image' && object.kind === 'Deployment',
  };
}

function pathText(path: readonly Step[]): string {
  return path
    .map((step) => (typeof step === 'string' ? `.${step}` : `[${Object.values(step).join('/')}]`))
    .join('')
    .replace(/^\./, '');
}

/** Where the manifest says a field; undefined for what it does not say in the same words. */
function manifestPathOf(object: KubeObject, path: readonly Step[], is: unknown): string | undefined {
  if (object.kind !== 'Deployment' || is === undefined) return undefined;
  const text = pathText(path);
  if (text === 'spec.replicas') return 'scale.replicas';
  const inContainer = /^spec\.template\.spec\.containers\[[^\]]+\]\.(.+)$/.exec(text)?.[1] ?? '';
  const variable = /^env\[([^\]]+)\]\.value$/.exec(inContainer)?.[1];
  if (variable) return `env.${variable}`;
  return /^resources\.(requests|limits)\.(cpu|memory)$/.test(inContainer) ? inContainer : undefined;
}
