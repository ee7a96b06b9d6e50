/** The outcome of checks: asked through the API server's own way to the instances, noted in the record of the deployment. */
import type { EffectiveService, EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Verification } from '../ports.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { fieldManager } from './names.ts';
import { readParent } from './parent.ts';
import { isReady, listPods } from './pods.ts';
import { recordData, recordsOf } from './records.ts';
import { type Api, isApiError, statusOf } from './request.ts';

/** Asks a ready instance by the `proxy` subresource of its Pod: no route from here to the cluster's network is needed. */
export async function askPod(
  api: Api,
  environment: EnvironmentSummary,
  service: EffectiveService,
  { port, path, scheme }: { readonly port: number; readonly path: string; readonly scheme: 'http' | 'https' },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly from: string }> {
  const { namespace } = kubernetesTarget(environment);
  const pod = (await listPods(api, namespace, service.name, signal)).find((candidate) => !candidate.deleting && isReady(candidate));
  if (!pod) throw fail('rejected', `No instance of ${service.name} is ready.`, 'Look at its diagnosis.');
  const proxy = `/api/v1/namespaces/${namespace}/pods/${scheme}:${pod.name}:${port}/proxy${path}`;
  try {
    for await (const _ of await api.stream({ path: proxy, timeout: 10_000 }, signal)) break;
    return { status: 200, from: pod.name };
  } catch (error) {
    // What the API server itself says is a Status with a reason; everything else is the service's own answer.
    if (!isApiError(error) || error.status === 0 || error.body.reason !== undefined) throw error;
    return { status: error.status, from: pod.name };
  }
}

/** Adds what the checks found to the record of that deployment; other records and the lock stay as they are. */
export async function noteVerification(
  api: Api,
  environment: EnvironmentSummary,
  service: string,
  sequence: number,
  verification: Verification,
  signal: AbortSignal,
): Promise<void> {
  await verifyIdentity(api, environment, true, signal);
  const { namespace } = kubernetesTarget(environment);
  for (let attempt = 0; ; attempt++) {
    const parent = await readParent(api, namespace, service, signal);
    const records = recordsOf(parent?.data);
    if (!parent || !records.some((record) => record.sequence === sequence)) {
      throw fail('conflict', `Deployment ${sequence} of ${service} is not on record any more.`, 'Verify what runs now.');
    }
    const noted = records.map((record) => (record.sequence === sequence ? { ...record, verification } : record));
    try {
      await api.send(
        {
          method: 'PATCH',
          path: `/api/v1/namespaces/${namespace}/configmaps/${parent.metadata.name}`,
          query: { fieldManager },
          body: { metadata: { resourceVersion: parent.metadata.resourceVersion }, data: recordData(noted, environment.keepRecords) },
          contentType: 'application/merge-patch+json',
        },
        signal,
      );
      return;
    } catch (error) {
      if (statusOf(error) !== 409 || attempt >= 5) throw error;
    }
  }
}
