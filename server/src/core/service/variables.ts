import type { EnvironmentSummary, ReleaseNames } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import type { Variables } from './interpolate.ts';
import type { ServiceManifest } from './parse.ts';

/** The names that a manifest may refer to, with their values in an environment. */
export function variablesOf(service: ServiceManifest, environment: EnvironmentSummary, release?: ReleaseNames): Variables {
  const { target } = environment;
  const place = 'namespace' in target ? { 'environment.namespace': target.namespace } : {};
  const project = 'project' in target ? { 'environment.project': target.project } : {};
  return {
    'environment.name': environment.name,
    'environment.kind': target.kind,
    ...optional('environment.purpose', environment.purpose),
    ...place,
    ...project,
    'service.name': service.name,
    'service.product': service.product,
    ...optional('service.title', service.title),
    product: service.product,
    ...(release ? namesOf(release) : {}),
  };
}

/** An image without a tag leaves nothing to say of it: the name is empty then, as it is in the registry. */
function namesOf({ id, alias, digest, tag }: ReleaseNames): Variables {
  return { 'release.id': id, 'release.alias': alias, 'release.digest': digest, 'release.tag': tag ?? '' };
}
