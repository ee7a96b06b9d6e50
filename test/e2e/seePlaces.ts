/** Three environments on one cluster and what runs in them: what the test of looking into Kubernetes looks at. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseAlias, releaseId, releaseIdentity } from '../../client/src/delivery/identity.ts';
import { recordData } from '../../client/src/kubernetes/records.ts';
import type { ReleaseRecord } from '../../client/src/ports.ts';
import type { SeedImage } from '../bench/images.ts';
import type { KubernetesHandle } from '../bench/kubernetes.ts';
import { environmentOf } from '../client/kubernetesBench.ts';
import { deploymentOf } from '../client/kubernetesSee.ts';
import { deployment, releaseRecord } from '../delivery/world.ts';

export const places = ['dev', 'staging', 'production'] as const;
export const services = ['order-api', 'billing', 'search', 'checkout-web', 'mail'] as const;

const talks = `i=0; while true; do i=$((i+1)); echo "INFO OrderController - created $i";
[ $((i % 7)) -eq 0 ] && echo '{"level":"warn","time":"2026-11-24T12:00:00Z","msg":"slow query","millis":812,"table":"orders"}';
[ $((i % 11)) -eq 0 ] && echo "ERROR OrderService - cannot save order $i" && echo "	at com.acme.OrderService.save(OrderService.java:3)";
sleep 1; done`;
export const image = (page: string): SeedImage => ({
  command: ['sh', '-c', `(${talks}) & exec httpd -f -p 8080 -h /www`],
  user: '10001',
  files: { '/www/index.html': page },
});

/** A Deployment as Waybill makes it, annotated with its release. */
export function workload(
  service: string,
  place: string,
  namespace: string,
  image: string,
  release: ReleaseRecord,
  replicas: number,
): object {
  const text = JSON.stringify(deploymentOf(service, namespace, image, { replicas })).replaceAll('"integration"', JSON.stringify(place));
  const object: { metadata: Record<string, unknown> } & Record<string, unknown> = JSON.parse(text);
  const annotations = {
    'waybill.dev/release': release.id,
    'waybill.dev/alias': release.alias,
    'waybill.dev/image-tag': release.tags[0] ?? '',
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** A release whose id follows from what it holds. */
export function genuine(service: string, reference: string, tag: string): ReleaseRecord {
  const [repository = '', digest = ''] = reference.split('@');
  const manifest = { metadata: { name: service } };
  const identity = releaseIdentity(`zero-dsp/${service}`, { repository, digest }, manifest);
  const id = releaseId(identity);
  return { ...releaseRecord({ manifest, tag }), id, identity, alias: releaseAlias(id) };
}

/** What Waybill writes down of a deployment. */
export function recorded(release: ReleaseRecord, service: string, place: string, namespace: string): object {
  const data = recordData([deployment(release, 1, { service, environment: place })], 20);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `waybill-${service}`, namespace }, data };
}

export async function workspace(cluster: KubernetesHandle, namespace: (place: string) => string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-see-'));
  const target = (await environmentOf(cluster as never, namespace('dev'))).target;
  assert.ok('namespace' in target);
  const pins = JSON.stringify(target.cluster);
  const environments = places.map((place, index) => {
    const extra = place === 'production' ? '    protected: { confirm: type-name, forbid: [exec] }\n' : '';
    const from = index === 0 ? '' : places[index - 1];
    const requires = place === 'production' ? ', requires: { verified: true }' : '';
    return `  - name: ${place}\n    kind: kubernetes\n    kubernetes: { context: ${target.context}, namespace: ${namespace(place)}, cluster: ${pins} }\n    promote: { from: [${from}]${requires} }\n${extra}`;
  });
  writeFileSync(
    join(folder, 'waybill.environments.yaml'),
    `apiVersion: waybill.dev/v1\nkind: Environments\nmetadata: { product: zero-dsp }\nenvironments:\n${environments.join('')}`,
  );
  for (const service of services) {
    await mkdir(join(folder, service), { recursive: true });
    writeFileSync(join(folder, service, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(
      join(folder, service, 'waybill.yaml'),
      `apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: ${service}, product: zero-dsp }\nbuild: { dockerfile: Dockerfile }\n`,
    );
  }
  await mkdir(join(folder, 'order-api/src/com/acme'), { recursive: true });
  writeFileSync(join(folder, 'order-api/src/com/acme/OrderService.java'), 'package com.acme;\nclass OrderService {\n  void save() {}\n}\n');
  return folder;
}
