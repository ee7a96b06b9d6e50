/** Values that others set in a target, as the manifest says them: the third way out of a conflict, and of a drift. Pure. */
import type { FieldAdoption } from '../../../server/src/protocol.ts';
import type { FieldConflict } from '../ports.ts';

/** A value that is to be written into the manifest of a service, for one environment. */
export type Adoption = Extract<FieldAdoption, { readonly path: string }>;

/** Fields of the manifest that take the target's value: as it is, or as seconds. */
const asItIs =
  /^(env\..+|scale\.(replicas|auto\.(min|max))|resources\.(requests|limits)\.(cpu|memory)|rollout\.(maxSurge|maxUnavailable))$/;
const seconds = /^rollout\.(minReady|progressDeadline)$/;

/** What adopting a live value (JSON) writes; undefined where the manifest cannot say it in the same words. */
export function adoptionOf(
  where: { readonly service: string; readonly environment: string },
  path: string | undefined,
  live: string | undefined,
): Adoption | undefined {
  if (path === undefined || live === undefined) return undefined;
  const value: unknown = JSON.parse(live);
  if (seconds.test(path)) return typeof value === 'number' ? { ...where, path, value: `${value}s` } : undefined;
  if (path === 'expose.type') return value === 'ClusterIP' || value === 'NodePort' ? { ...where, path, value } : undefined;
  if (!asItIs.test(path)) return undefined;
  // A share of the instances is nothing that the manifest knows.
  if (path.startsWith('rollout.') && typeof value !== 'number') return undefined;
  return typeof value === 'string' || typeof value === 'number' ? { ...where, path, value } : undefined;
}

/** What adopting writes for the conflicts of a plan; those that the manifest cannot say are not among them. */
export function adoptionsOf(
  where: { readonly service: string; readonly environment: string },
  conflicts: readonly FieldConflict[],
): readonly Adoption[] {
  return conflicts.flatMap(({ manifestPath, live }) => adoptionOf(where, manifestPath, live) ?? []);
}
