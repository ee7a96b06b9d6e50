// What the tests of the diagnosis table share: a deployment that must fail, and what is changed under it while it runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { DeployEvent, DeployIntent, Diagnosis, Platform } from '../../client/src/ports.ts';
import type { KubernetesAddress } from '../bench/kubernetes.ts';
import { soon } from './kubernetesBench.ts';

/** Deploys what must fail; `at` is done when the deployment reaches a phase (`apply ServiceAccount`), and it waits for that. */
export async function failing(
  platform: Platform,
  intent: DeployIntent,
  at: Readonly<Partial<Record<string, () => void>>> = {},
): Promise<Diagnosis> {
  const plan = await platform.plan(intent, soon());
  assert.deepEqual(plan.refusals, []);
  const done = new Set<string>();
  const report = (event: DeployEvent): void => {
    if (event.type !== 'phase') return;
    const phase = Object.keys(at).find((key) => `${event.phase} ${event.message}`.startsWith(key));
    if (phase === undefined || done.has(phase)) return;
    done.add(phase);
    at[phase]?.();
  };
  const result = await platform.apply(plan, report, soon(180));
  assert.equal(result.outcome, 'Failed', result.message);
  assert.ok(result.diagnosis);
  assert.notEqual(result.diagnosis.advice, '');
  assert.ok(result.diagnosis.evidence.length > 0, 'with evidence');
  return result.diagnosis;
}

/** kubectl, while everything else in this process stands still. */
export function meanwhile(cluster: KubernetesAddress, args: readonly string[], input?: string): void {
  execFileSync(cluster.kube, ['kubectl', '--kubeconfig', cluster.kubeconfig, ...args], { input, stdio: 'pipe' });
}
