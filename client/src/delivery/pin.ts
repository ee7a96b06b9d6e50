import type { EnvironmentSummary, PinEdit } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Ports, TargetPins } from '../ports.ts';
import { abilityOf } from './abilities.ts';

/** What an environment is to be pinned to, and the edits that write it down. Nothing is written yet. */
export interface PinProposal {
  readonly pins: TargetPins;
  readonly edit: PinEdit;
  /** Pins that are there now and differ from what was found: the cluster was replaced, or the context leads elsewhere. */
  readonly differences: readonly string[];
}

/** Asks the cluster that the environment's context leads to who it is. Throws `configuration` when the file cannot be changed. */
export async function proposePin(ports: Ports, environment: EnvironmentSummary, signal: AbortSignal): Promise<PinProposal> {
  const pins = await abilityOf(ports.platforms.of(environment.target), 'pins')(environment, signal);
  const wanted = { product: environment.product, environment: environment.name, ...pins };
  const edit = await ports.documents.pinCluster?.(wanted, signal);
  if (!edit || 'problem' in edit) {
    throw fail('configuration', edit?.problem ?? 'The environments file cannot be changed here.', 'Write `kubernetes.cluster` by hand.');
  }
  const differences = differencesOf(environment, pins);
  // Another file may pin it already, over the one that would be changed.
  const pinned = differences.length === 0 && isPinned(environment, pins);
  return { pins, edit: pinned ? { ...edit, edits: [] } : edit, differences };
}

/** Whether everything that was found of the cluster is pinned. */
function isPinned({ target }: EnvironmentSummary, { cluster, namespaceUid }: TargetPins): boolean {
  if (!('cluster' in target) || typeof target.cluster !== 'object' || target.cluster === null) return false;
  const before: Readonly<Record<string, string | undefined>> = { ...target.cluster };
  if (namespaceUid !== undefined && !('namespaceUid' in target && target.namespaceUid === namespaceUid)) return false;
  return Object.entries({ ...cluster }).every(([name, value]) => value === undefined || before[name] === value);
}

function differencesOf({ target }: EnvironmentSummary, { cluster, namespaceUid }: TargetPins): readonly string[] {
  if (!('cluster' in target) || typeof target.cluster !== 'object' || target.cluster === null) return [];
  const before: Readonly<Record<string, string | undefined>> = { ...target.cluster };
  const found: Readonly<Record<string, string | undefined>> = { ...cluster };
  const names = ['server', 'ca', 'uid'];
  const differing = names.filter((name) => before[name] !== undefined && found[name] !== undefined && before[name] !== found[name]);
  const own = 'namespaceUid' in target && target.namespaceUid && namespaceUid && target.namespaceUid !== namespaceUid;
  return [
    ...differing.map((name) => `${name}: pinned ${before[name]}, found ${found[name]}`),
    ...(own ? [`namespaceUid: pinned ${target.namespaceUid}, found ${namespaceUid}`] : []),
  ];
}
