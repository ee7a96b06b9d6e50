import type {
  BuilderMember,
  BuilderPool,
  DeployWindow,
  EnvironmentSummary,
  Location,
  ModelProblem,
  Notification,
  Range,
  SecretSource,
} from '../../protocol.ts';
import { durationSeconds, sizeBytes } from '../service/amounts.ts';
import { optional } from '../text/optional.ts';
import { parentUri, uriPath } from '../text/uris.ts';
import { booleanAt, entryOf, itemsAt, numberAt, textAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { type HostProblem, readHosts } from './hosts.ts';
import { promotionOrder } from './order.ts';
import { readTarget } from './target.ts';

/** One environments file with its local companion already merged in. */
export interface EnvironmentsFile {
  readonly uri: string;
  readonly folderUri: string;
  readonly product: string;
  readonly productRange: Range;
  /** In promotion order. */
  readonly environments: readonly EnvironmentSummary[];
  readonly pools: readonly BuilderPool[];
  readonly problems: readonly ModelProblem[];
  readonly root: YamlNode | undefined;
}

/** A file that may be merged over another: `waybill.environments.local.yaml`. */
export interface YamlSource {
  readonly uri: string;
  readonly root: YamlNode | undefined;
}

/**
 * What a (possibly broken) tree says. Of the local file only hosts, contexts, TLS paths and cluster pins are taken:
 * the rest of an environment is the team's, not a workstation's.
 */
export function readEnvironments(uri: string, root: YamlNode | undefined, local?: YamlSource): EnvironmentsFile {
  const folderUri = parentUri(uri);
  const product = textAt(root, 'metadata', 'product') ?? '';
  const start = { line: 0, character: 0 };
  const problems: ModelProblem[] = [];
  const environments = itemsAt(root, 'environments').flatMap((item) => {
    const range = valueAt(item, 'name')?.range;
    const name = textAt(item, 'name');
    if (!range || !name) return [];
    return [
      readEnvironment({ uri, range }, { name, product, item, folder: uriPath(folderUri), local: localItem(local, 'environments', name) }),
    ];
  });
  const pools = itemsAt(root, 'builders').flatMap((item) => readPool(uri, folderUri, item, local, problems));
  return {
    uri,
    folderUri,
    product,
    productRange: valueAt(root, 'metadata', 'product')?.range ?? entryOf(root, 'metadata')?.keyRange ?? { start, end: start },
    environments: promotionOrder(environments, (environment) => environment.promote.from),
    pools,
    problems,
    root,
  };
}

function localItem(local: YamlSource | undefined, list: string, name: string): { uri: string; node: YamlNode } | undefined {
  const node = itemsAt(local?.root, list).find((item) => textAt(item, 'name') === name);
  return local && node ? { uri: local.uri, node } : undefined;
}

interface EnvironmentInput {
  readonly name: string;
  readonly product: string;
  readonly item: YamlNode;
  readonly folder: string;
  readonly local: { uri: string; node: YamlNode } | undefined;
}

function readEnvironment(location: Location, { name, product, item, folder, local }: EnvironmentInput): EnvironmentSummary {
  const { target, problems } = readTarget(location, folder, item, local);
  const requires = valueAt(item, 'promote', 'requires');
  const guarded = valueAt(item, 'protected');
  const on = guarded?.kind === 'map' || booleanAt(guarded) === true;
  const confirm = textAt(guarded, 'confirm');
  return {
    name,
    product,
    ...optional('purpose', textAt(item, 'purpose')),
    location,
    target,
    folder,
    promote: {
      from: textsAt(item, 'promote', 'from'),
      requires: [
        ...(booleanAt(requires, 'verified') ? ['verified'] : []),
        ...(textAt(requires, 'soak') ? ['soak'] : []),
        ...(itemsAt(requires, 'evidence').length > 0 ? ['evidence'] : []),
      ],
      ...optional('soak', durationSeconds(textAt(requires, 'soak') ?? '')),
      ...(itemsAt(requires, 'evidence').length > 0 ? { evidence: textsAt(requires, 'evidence') } : {}),
    },
    protected: {
      on,
      confirm: confirm === 'none' || confirm === 'yes-no' || confirm === 'type-name' ? confirm : on ? 'yes-no' : 'none',
      gates: [
        ...((numberAt(guarded, 'approvals', 'count') ?? (valueAt(guarded, 'approvals') ? 1 : 0)) > 0 ? ['approvals'] : []),
        ...(itemsAt(guarded, 'windows').length > 0 ? ['windows'] : []),
      ],
      ...readWindows(guarded),
      forbid: textsAt(guarded, 'forbid'),
      ...readOrigins(guarded),
    },
    keepRecords: numberAt(item, 'records', 'keep') ?? 20,
    ...(booleanAt(item, 'verify', 'onDeploy') ? { verifyOnDeploy: true } : {}),
    ...readNotify(item),
    ...(itemsAt(item, 'drift', 'ignore').length > 0 ? { ignoreDrift: textsAt(item, 'drift', 'ignore') } : {}),
    ...readSecrets(item),
    problems,
  };
}

/** What is written and cannot be read allows nothing: a gate that is half understood must not open. */
function readOrigins(guarded: YamlNode | undefined): Pick<EnvironmentSummary['protected'], 'allowFrom'> {
  if (!valueAt(guarded, 'allowFrom')) return {};
  return { allowFrom: textsAt(guarded, 'allowFrom').flatMap((text) => (text === 'ci' || text === 'workstation' ? [text] : [])) };
}

/** Absent when one of them cannot be read: a gate that is half understood must not open. */
function readWindows(guarded: YamlNode | undefined): { readonly windows?: readonly DeployWindow[] } {
  const items = itemsAt(guarded, 'windows');
  const windows = items.flatMap((item): DeployWindow[] => {
    const kind = textAt(item, 'kind');
    const rrule = textAt(item, 'rrule');
    const cron = textAt(item, 'cron');
    const duration = durationSeconds(textAt(item, 'duration') ?? '');
    if ((kind !== 'allow' && kind !== 'deny') || (rrule ?? cron) === undefined || duration === undefined) return [];
    const name = textAt(item, 'name') ?? kind;
    return [
      { name, kind, duration, ...optional('rrule', rrule), ...optional('cron', cron), ...optional('timezone', textAt(item, 'timezone')) },
    ];
  });
  return items.length > 0 && windows.length === items.length ? { windows } : {};
}

function readNotify(item: YamlNode): { readonly notify?: readonly Notification[] } {
  const notify = itemsAt(item, 'notify').flatMap((entry) => {
    const webhook = textAt(entry, 'webhook');
    return webhook ? [{ on: textsAt(entry, 'on'), webhook }] : [];
  });
  return notify.length > 0 ? { notify } : {};
}

function readSecrets(item: YamlNode): { readonly secrets?: readonly SecretSource[] } {
  const secrets = itemsAt(item, 'secrets').flatMap((secret) => {
    const name = textAt(secret, 'name');
    const key = textAt(secret, 'key');
    const from = textAt(secret, 'from');
    return name && key && from ? [{ name, key, from }] : [];
  });
  return secrets.length > 0 ? { secrets } : {};
}

function readCleanup(item: YamlNode): Pick<BuilderPool, 'cleanup'> {
  const keep = sizeBytes(textAt(item, 'cleanup', 'keepStorage') ?? '');
  const olderThan = durationSeconds(textAt(item, 'cleanup', 'olderThan') ?? '');
  return keep === undefined && olderThan === undefined
    ? {}
    : { cleanup: { ...optional('keep', keep), ...optional('olderThan', olderThan) } };
}

function readPool(uri: string, folderUri: string, item: YamlNode, local: YamlSource | undefined, problems: ModelProblem[]): BuilderPool[] {
  const name = textAt(item, 'name');
  const range = valueAt(item, 'name')?.range;
  if (!name || !range) return [];
  const report = (problem: HostProblem) => problems.push(problem);
  const nodes = [
    { uri, folder: uriPath(folderUri), items: itemsAt(item, 'members') },
    { uri: local?.uri ?? uri, folder: uriPath(folderUri), items: itemsAt(localItem(local, 'builders', name)?.node, 'members') },
  ];
  const members = readHosts(nodes, report).map(
    ({ host, node }): BuilderMember => ({
      ...host,
      capacity: numberAt(node, 'capacity') ?? 1,
      weight: numberAt(node, 'weight') ?? 1,
      draining: booleanAt(node, 'draining') ?? false,
      optional: booleanAt(node, 'optional') ?? false,
    }),
  );
  return [
    {
      name,
      policy: textAt(item, 'policy') === 'least-busy' ? 'least-busy' : 'affinity',
      maxQueue: numberAt(item, 'maxQueue') ?? 50,
      patience: durationSeconds(textAt(item, 'affinityPatience') ?? '30s') ?? 30,
      members,
      ...readCleanup(item),
      location: { uri, range },
    },
  ];
}
