import type { Location } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import { booleanAt, entryOf, textAt, textMapAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { Standards } from './model.ts';

type LayerPolicy = Pick<
  Standards['policy'],
  | 'userName'
  | 'sbomScanner'
  | 'forbiddenPackages'
  | 'downloads'
  | 'protected'
  | 'logs'
  | 'requiredResources'
  | 'requiredHealth'
  | 'hostModeAllowedFor'
>;

/** What `policy` says of the content and the contract of layers, and of running services; what it does not say is left out. */
export function readLayerPolicy(policy: YamlNode | undefined): LayerPolicy {
  const logs = textAt(policy, 'logs', 'require');
  return {
    ...optional('userName', textAt(policy, 'user', 'name')),
    ...optional('sbomScanner', textAt(policy, 'image', 'sbomScanner')),
    forbiddenPackages: textsAt(policy, 'packages', 'forbid'),
    ...(valueAt(policy, 'downloads')
      ? {
          downloads: {
            allow: textsAt(policy, 'downloads', 'allow'),
            mirrors: new Map(Object.entries(textMapAt(policy, 'downloads', 'mirrors'))),
          },
        }
      : {}),
    protected: { env: textsAt(policy, 'protected', 'env'), entrypoint: booleanAt(policy, 'protected', 'entrypoint') ?? false },
    requiredResources: textsAt(policy, 'resources', 'require'),
    requiredHealth: textsAt(policy, 'health', 'require'),
    ...(valueAt(policy, 'network', 'hostModeAllowedFor') ? { hostModeAllowedFor: textsAt(policy, 'network', 'hostModeAllowedFor') } : {}),
    ...(logs === 'stdout' || logs === 'stdoutOrCollected' || logs === 'any' ? { logs } : {}),
  };
}

const paths = [
  ['policy', 'user', 'uid'],
  ['policy', 'user', 'name'],
  ['policy', 'env', 'secretNamePattern'],
  ['policy', 'suppressions', 'reason'],
  ['policy', 'packages', 'forbid'],
  ['policy', 'downloads', 'allow'],
  ['policy', 'downloads', 'mirrors'],
  ['policy', 'protected', 'env'],
  ['policy', 'protected', 'entrypoint'],
  ['policy', 'base', 'requireComponents'],
  ['policy', 'directories', 'app'],
  ['policy', 'directories', 'logs'],
  ['policy', 'logs', 'require'],
  ['policy', 'resources', 'require'],
  ['policy', 'health', 'require'],
  ['policy', 'network', 'hostModeAllowedFor'],
  ['policy', 'from', 'digest'],
  ['labels', 'required'],
  ['labels', 'forbidden'],
  ['allowedRegistries'],
] as const;

/** Where the entries stand that rules refer to: path without `policy.` → the key's place. */
export function policyPlaces(uri: string, root: YamlNode | undefined): ReadonlyMap<string, Location> {
  const places = new Map<string, Location>();
  for (const path of paths) {
    const key = path[path.length - 1] ?? '';
    const entry = entryOf(valueAt(root, ...path.slice(0, -1)), key);
    if (entry) places.set(path.filter((step) => step !== 'policy').join('.'), { uri, range: entry.keyRange });
  }
  return places;
}
