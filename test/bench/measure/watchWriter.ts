/** Changes statuses of pods as fast as the API server takes it, in a process of its own; each change carries the moment it was made. */
import { openContext } from '../../../client/src/kubernetes/connection.ts';
import { apiOf } from '../../../client/src/kubernetes/request.ts';

const order: { kubeconfig: string; context: string; namespace: string; pods: number; base: number; seconds: number; most: number } =
  JSON.parse(process.argv[2] ?? '{}');
const api = apiOf(openContext(order.context, { kubeconfigPaths: [order.kubeconfig] }));
const end = Date.now() + order.seconds * 1000;
const began = performance.now();
let sent = 0;
let done = 0;
let failed = 0;

/** At most `most` a second in all, evenly. */
async function writer(): Promise<void> {
  while (Date.now() < end) {
    const turn = sent++;
    const due = (turn * 1000) / order.most - (performance.now() - began);
    if (due > 0) await new Promise((resume) => setTimeout(resume, due));
    const pod = `pod-${(turn * 7919) % order.pods}`;
    const container = {
      name: 'main',
      ready: true,
      restartCount: Date.now() - order.base,
      image: 'x',
      imageID: '',
      started: true,
      state: { running: {} },
    };
    const body = { status: { phase: 'Running', containerStatuses: [container] } };
    try {
      const path = `/api/v1/namespaces/${order.namespace}/pods/${pod}/status`;
      await api.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }, AbortSignal.timeout(20_000));
      done += 1;
    } catch {
      failed += 1;
    }
  }
}

await Promise.all(Array.from({ length: 24 }, writer));
process.stdout.write(`${JSON.stringify({ done, failed, perSecond: done / ((performance.now() - began) / 1000) })}\n`);
process.exit(0);
