import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Diagnosis } from '../../client/src/ports.ts';
import type { EffectiveService } from '../../server/src/protocol.ts';
import { makeCertificates } from '../bench/certificates.ts';
import { failing, meanwhile } from './kubernetesDiagnosis.ts';
import { type Breakable, startBreakable } from './kubernetesFaults.ts';
import { image, intentOf, quick } from './kubernetesSamples.ts';

// The rows of the diagnosis table that would disturb others on a shared cluster: its nodes and its admission.
describe('why a release is not healthy, by the cluster', { concurrency: 1 }, () => {
  let bench: Breakable;
  before(async () => {
    bench = await startBreakable();
  });
  after(() => bench?.[Symbol.asyncDispose]());

  /** What the scheduler says about a service when the cluster has such a node alone. */
  async function unscheduled(name: string, node: object | undefined, service: Partial<EffectiveService> = {}): Promise<Diagnosis> {
    const environment = await bench.environment(name);
    bench.held.add(name);
    if (node) {
      await bench.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${name}` }, spec: node }));
      await bench.cluster.kubectl('patch', 'node', `node-${name}`, '--subresource=status', '-p', JSON.stringify(readyNode()));
    }
    try {
      const found = await failing(bench.platform, intentOf(environment, image, { rollout: quick(6), ...service }));
      assert.equal(found.kind, 'scheduling');
      return found;
    } finally {
      await bench.cluster.kubectl('delete', 'deployment', 'order-api', '-n', name);
      if (node) await bench.cluster.kubectl('delete', 'node', `node-${name}`);
    }
  }

  it('there is no node', async () => {
    assert.match((await unscheduled('none', undefined)).advice, /no node that is ready/);
  });
  it('the nodes are tainted', async () => {
    const found = await unscheduled('tainted', { taints: [{ key: 'dedicated', value: 'databases', effect: 'NoSchedule' }] });
    assert.match(found.summary, /untolerated taint/);
    assert.match(found.advice, /reserved/);
  });
  it('the nodes are closed for maintenance', async () => {
    assert.match((await unscheduled('cordoned', { unschedulable: true })).advice, /cordoned/);
  });
  it('no node has the memory', async () => {
    const found = await unscheduled('memory', {}, { resources: { requests: { memory: '900Gi' }, limits: {} } });
    assert.match(found.summary, /Insufficient memory/);
    assert.equal(found.manifestPath, 'resources.requests.memory');
  });
  it('no node bears the label', async () => {
    const found = await unscheduled('label', {}, { jdk: { version: '21', mode: 'hostMount', mountPath: '/opt/jdk' } });
    assert.match(found.advice, /waybill\.dev\/jdk-/);
    assert.equal(found.manifestPath, 'jdk');
  });
  it('the port of the host is taken', async () => {
    const found = await unscheduled('port', {}, { network: 'host', replicas: 2 });
    assert.match(found.summary, /free ports/);
    assert.equal(found.manifestPath, 'network.mode');
  });

  /** What is said when this configuration of admission appears after the plan. */
  async function notAdmitted(name: string, ...objects: readonly object[]): Promise<Diagnosis> {
    const environment = await bench.environment(name);
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const begin = (): void => {
      meanwhile(bench.cluster, ['apply', '-f', '-'], list);
      // Until the API server has heard of it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    };
    try {
      const found = await failing(bench.platform, intentOf(environment, image), { 'apply ServiceAccount': begin });
      assert.equal(found.kind, 'admission');
      return found;
    } finally {
      meanwhile(bench.cluster, ['delete', '-f', '-'], list);
    }
  }
  const webhook = (namespace: string, url: string, ca: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'rules.example.com',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        clientConfig: { url, caBundle: readFileSync(ca).toString('base64') },
        ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], timeoutSeconds: 2, failurePolicy: 'Fail' },
      },
    ],
  });

  it('a webhook refuses', async () => {
    const certificates = await makeCertificates(join(bench.cluster.folder, 'webhook'));
    const server = createServer({ key: readFileSync(certificates.serverKey), cert: readFileSync(certificates.serverCertificate) });
    server.on('request', async (incoming, outgoing) => {
      const review = JSON.parse(Buffer.concat(await incoming.toArray()).toString('utf8')) as { request: { uid: string } };
      const response = { uid: review.request.uid, allowed: false, status: { message: 'no team label' } };
      outgoing.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const found = await notAdmitted('hooked', webhook('hooked', url, certificates.ca));
      assert.match(found.summary, /webhook `rules\.example\.com` refuses the instances: no team label/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('a webhook does not answer', async () => {
    const found = await notAdmitted('unhooked', webhook('unhooked', 'https://127.0.0.1:9/', bench.cluster.ca));
    assert.match(found.summary, /webhook `rules\.example\.com` does not answer/);
  });

  it('a policy refuses', async () => {
    const group = 'admissionregistration.k8s.io/v1';
    const found = await notAdmitted(
      'policed',
      {
        ...{ apiVersion: group, kind: 'ValidatingAdmissionPolicy', metadata: { name: 'house-rules' } },
        spec: {
          matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] },
          validations: [{ expression: 'false', message: 'not on a Friday' }],
        },
      },
      {
        ...{ apiVersion: group, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'house-rules' } },
        spec: {
          policyName: 'house-rules',
          validationActions: ['Deny'],
          matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'policed' } } },
        },
      },
    );
    assert.match(found.summary, /policy `house-rules` refuses the instances: not on a Friday/);
  });
});

const readyNode = () => {
  const room = { cpu: '4', memory: '8Gi', pods: '100', 'ephemeral-storage': '10Gi' };
  const time = new Date().toISOString().replace(/\.\d+/, '');
  const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: time, lastTransitionTime: time };
  return { status: { capacity: room, allocatable: room, conditions: [condition] } };
};
