import type { EnvironmentSummary } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import type { Variables } from './interpolate.ts';
import type { ServiceManifest } from './parse.ts';

/** The names that a manifest may refer to, with their values in an environment. */
export function variablesOf(service: ServiceManifest, environment: EnvironmentSummary): Variables {
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
  };
}
