import type { EffectiveAnswer, ReleaseNames } from '../../protocol.ts';
import { plain, valueAt } from '../yaml/tree.ts';
import { effective } from './effective.ts';
import { changeWorkspace, type Workspace } from './workspace.ts';

/**
 * The effective configuration of a release: its manifest as recorded, with what the present `waybill.yaml` says under `environments`.
 * Problems carry no location, because the recorded text stands in no file.
 */
export function recordedEffective(
  workspace: Workspace,
  serviceId: string,
  environment: string,
  manifest: Readonly<Record<string, unknown>>,
  release?: ReleaseNames,
): EffectiveAnswer {
  const service = workspace.service(serviceId);
  if (!service) return effective(workspace, serviceId, environment, release);
  const overrides = valueAt(service.root, 'environments');
  const recorded = { ...manifest, ...(overrides ? { environments: plain(overrides) } : {}) };
  // JSON is YAML, and plain data survives it.
  const then = changeWorkspace(workspace, [{ uri: service.uri, kind: 'service', text: JSON.stringify(recorded) }]);
  const { origins: _, places: __, ...answer } = effective(then, serviceId, environment, release);
  return { ...answer, problems: answer.problems.map(({ severity, message }) => ({ severity, message })) };
}
