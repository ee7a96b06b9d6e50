/** Gathers events and log lines of a rollout that failed. What may not be read is left out: a diagnosis never fails. */
import type { Diagnosis } from '../ports.ts';
import { explain } from './findings.ts';
import { lineBatches } from './lines.ts';
import type { Api } from './request.ts';
import type { RolloutEnd } from './rollout.ts';
import type { EventObject, KubeList } from './types.ts';

const logLines = 50;

export async function diagnose(api: Api, namespace: string, end: RolloutEnd, signal: AbortSignal): Promise<Diagnosis> {
  const { diagnosis, log } = explain({ end, events: await warnings(api, namespace, end, signal) });
  const lines = log ? await lastLines(api, namespace, log, signal) : [];
  return { ...diagnosis, log: lines };
}

/** Warning events of the new Pods and of their ReplicaSet, newest first. */
async function warnings(api: Api, namespace: string, end: RolloutEnd, signal: AbortSignal): Promise<readonly EventObject[]> {
  const names = new Set([...[...end.pods, ...(end.older ?? [])].map((pod) => pod.name), end.replicaSet?.metadata.name]);
  try {
    const { body } = await api.send<KubeList<EventObject>>(
      { path: `/api/v1/namespaces/${namespace}/events`, query: { fieldSelector: 'type=Warning', limit: 500 } },
      signal,
    );
    const time = (event: EventObject): string => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
    return body.items.filter((event) => names.has(event.involvedObject?.name)).sort((a, b) => (time(a) < time(b) ? 1 : -1));
  } catch {
    return [];
  }
}

async function lastLines(
  api: Api,
  namespace: string,
  log: { readonly pod: string; readonly container: string; readonly previous: boolean },
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (const previous of log.previous ? [true, false] : [false]) {
    try {
      const lines: string[] = [];
      const body = await api.stream(
        {
          path: `/api/v1/namespaces/${namespace}/pods/${log.pod}/log`,
          query: { container: log.container, tailLines: logLines, ...(previous ? { previous } : {}) },
        },
        signal,
      );
      for await (const batch of lineBatches(body)) lines.push(...batch);
      if (lines.length > 0) return lines.slice(-logLines);
    } catch {
      // The log is gone or may not be read: the other evidence has to do.
    }
  }
  return [];
}
