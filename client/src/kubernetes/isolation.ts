/** How far a namespace is apart from others, as far as the API tells. Nothing is written. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { IsolationCheck, IsolationReport } from '../ports.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { KubeList, KubeObject } from './types.ts';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((here, key) => (isJson(here) ? here[key] : undefined), value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What was found: the objects, or `hidden` where they may not be read, or undefined where their kind is not served. */
type Found = readonly KubeObject[] | 'hidden' | undefined;

const fine = (name: string, message: string): IsolationCheck => ({ name, state: 'closed', message, advice: '' });
const open = (name: string, message: string, advice: string): IsolationCheck => ({ name, state: 'open', message, advice });
const unknown = (name: string, message: string, advice: string): IsolationCheck => ({ name, state: 'unknown', message, advice });

const prepareIt = 'Set `isolation` of the environment, and run Prepare Environment.';

/** Reading harms nobody: an environment without pins is looked at as well. */
export async function isolationOf(api: Api, environment: EnvironmentSummary, signal: AbortSignal): Promise<IsolationReport> {
  const { namespace } = kubernetesTarget(environment);
  const identity = await verifyIdentity(api, environment, false, signal);
  const inside = (group: string, resource: string): Promise<Found> => read(api, `${group}/namespaces/${namespace}/${resource}`, signal);
  const [policies, quotas, limits, accounts, bindings, workloads, grants, itself] = await Promise.all([
    inside('/apis/networking.k8s.io/v1', 'networkpolicies'),
    inside('/api/v1', 'resourcequotas'),
    inside('/api/v1', 'limitranges'),
    inside('/api/v1', 'serviceaccounts'),
    inside('/apis/rbac.authorization.k8s.io/v1', 'rolebindings'),
    inside('/apis/apps/v1', 'deployments'),
    inside('/apis/gateway.networking.k8s.io/v1beta1', 'referencegrants'),
    readOne(api, `/api/v1/namespaces/${namespace}`, signal),
  ]);
  return {
    environment: environment.name,
    identity,
    checks: [
      ...networkChecks(policies),
      some('quota', quotas, 'No quota: the services here can take what others need.'),
      some('limits', limits, 'No LimitRange: containers that ask for nothing are first to be evicted, and refused where there is a quota.'),
      podSecurity(itself),
      tokens(accounts),
      strangers(bindings),
      shared(workloads, environment),
      crossGrants(grants),
    ],
  };
}

async function read(api: Api, path: string, signal: AbortSignal): Promise<Found> {
  try {
    return (await absent(api.send<KubeList<KubeObject>>({ path, query: { limit: 500 } }, signal)))?.body.items;
  } catch (error) {
    if (statusOf(error) === 403) return 'hidden';
    throw error;
  }
}

async function readOne(api: Api, path: string, signal: AbortSignal): Promise<KubeObject | 'hidden' | undefined> {
  try {
    return (await absent(api.send<KubeObject>({ path }, signal)))?.body;
  } catch (error) {
    if (statusOf(error) === 403) return 'hidden';
    throw error;
  }
}

const hidden = (name: string): IsolationCheck => unknown(name, 'You may not read it.', 'Ask for a Role that lets you list it.');

function some(name: string, found: Found, missing: string): IsolationCheck {
  if (found === 'hidden') return hidden(name);
  const names = (found ?? []).map(({ metadata }) => metadata.name);
  return names.length > 0 ? fine(name, names.join(', ')) : open(name, missing, prepareIt);
}

/** A policy that selects every Pod and lets nothing through closes a direction; whether anything enforces it, no API says. */
function networkChecks(found: Found): readonly IsolationCheck[] {
  if (found === 'hidden') return [hidden('network policy')];
  const closes = (direction: 'Ingress' | 'Egress'): string | undefined =>
    (found ?? []).find(
      ({ spec }) =>
        isJson(at(spec, 'podSelector')) &&
        Object.keys(at(spec, 'podSelector') ?? {}).length === 0 &&
        (list(at(spec, 'policyTypes')).includes(direction) || (direction === 'Ingress' && at(spec, 'policyTypes') === undefined)) &&
        list(at(spec, direction.toLowerCase())).length === 0,
    )?.metadata.name;
  const ingress = closes('Ingress');
  const egress = closes('Egress');
  return [
    ingress
      ? fine('ingress', `denied by default (${ingress})`)
      : open('ingress', 'Every namespace reaches every instance here: no policy denies by default.', prepareIt),
    egress
      ? fine('egress', `denied by default (${egress})`)
      : unknown(
          'egress',
          'Instances here reach everything: no policy denies egress by default.',
          'Add one where services must not call out.',
        ),
    ...(ingress || egress
      ? [
          unknown(
            'enforcement',
            'No API tells whether the network of the cluster enforces policies.',
            'Try it: a request from a Pod of another product must not be answered.',
          ),
        ]
      : []),
  ];
}

function podSecurity(namespace: KubeObject | 'hidden' | undefined): IsolationCheck {
  const name = 'pod security';
  if (namespace === 'hidden') return hidden(name);
  if (!namespace) return open(name, 'The namespace is not there yet.', 'Run Prepare Environment.');
  const level = namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  return level === 'baseline' || level === 'restricted'
    ? fine(name, level)
    : open(name, `${level ?? 'No level'} is enforced: a Pod may have the host's network, folders and privileges.`, prepareIt);
}

function tokens(found: Found): IsolationCheck {
  const name = 'service account tokens';
  if (found === 'hidden') return hidden(name);
  const mounting = (found ?? []).filter((account) => account.automountServiceAccountToken !== false).map(({ metadata }) => metadata.name);
  return mounting.length === 0
    ? fine(name, 'none is mounted by itself')
    : open(
        name,
        `Pods of ${mounting.join(', ')} get a token of the API server by themselves.`,
        'Set automountServiceAccountToken: false on them; services that Waybill deploys have accounts of their own, without one.',
      );
}

/** Subjects that are whole crowds. */
const crowds = new Set(['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts', 'system:anonymous']);

function strangers(found: Found): IsolationCheck {
  const name = 'role bindings';
  if (found === 'hidden') return hidden(name);
  const wide = (found ?? []).flatMap((binding) =>
    list(binding.subjects)
      .filter(
        (subject) =>
          crowds.has(String(at(subject, 'name'))) || (at(subject, 'kind') === 'ServiceAccount' && at(subject, 'name') === 'default'),
      )
      .map((subject) => `${binding.metadata.name} → ${String(at(subject, 'name'))}`),
  );
  return wide.length === 0
    ? fine(name, 'none for everybody or for the default account')
    : open(name, `Bound to everybody, or to the default account: ${wide.join(', ')}.`, 'Bind people and accounts of their own.');
}

/** Another environment or product in the same namespace, and what nobody marked. */
function shared(found: Found, environment: EnvironmentSummary): IsolationCheck {
  const name = 'shared namespace';
  if (found === 'hidden') return hidden(name);
  const others = (found ?? []).filter(
    ({ metadata }) =>
      metadata.labels?.['app.kubernetes.io/part-of'] !== environment.product ||
      metadata.labels?.['waybill.dev/environment'] !== environment.name,
  );
  return others.length === 0
    ? fine(name, 'only services of this environment')
    : open(
        name,
        `Deployments of others live here: ${others.map(({ metadata }) => metadata.name).join(', ')}.`,
        'Give each environment a namespace of its own.',
      );
}

function crossGrants(found: Found): IsolationCheck {
  const name = 'grants to other namespaces';
  if (found === 'hidden') return hidden(name);
  const names = (found ?? []).map(({ metadata }) => metadata.name);
  return names.length === 0
    ? fine(name, 'no ReferenceGrant')
    : open(name, `Routes of other namespaces may lead to Services here: ${names.join(', ')}.`, 'Remove grants that nobody needs.');
}
