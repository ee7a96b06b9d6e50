import assert from 'node:assert/strict';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { type Annotated, parseAnnotated } from '../harness/annotated.ts';

export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

export const standards = `apiVersion: waybill.dev/v1
kind: Standards
metadata: { name: net-alliance, version: 2026.11.2 }
include: [standards/*.yaml]
registries:
  - { name: main, host: registry.example.com, immutableTags: ["v*"] }
osImages:
  - { name: rocky-9, image: registry.example.com/os/rocky, current: { tag: 9.6-2, digest: ${digest} }, user: { uid: 10001 } }
components:
  - name: jdk
    builtin: true
    mode: hostMount
    mountPath: /opt/jdk
    versions: [{ version: "17", eol: 2027-10-31 }, { version: "21", eol: 2029-12-31, default: true }]
    hostPath: /usr/java/jdk-{version}
baseImages:
  - name: legacy-php
    image: registry.example.com/base/legacy-php
    os: rocky-9
    deprecated: { since: 2025-01-01, replacedBy: java-tomcat-9, reason: "PHP is gone" }
  - name: java-tomcat-9
    image: registry.example.com/base/java-tomcat
    os: rocky-9
    jdk: { version: "21" }
    current: { tag: 9.0.121-r4, digest: ${digest} }
`;

export const environments = `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: zero-dsp }
builders:
  - name: shared
    members:
      - { name: build-1, host: tcp://10.1.0.11:2376, tls: { ca: certificates/ca.pem, cert: "~/cert.pem", key: /etc/key.pem }, labels: { arch: amd64 }, capacity: 3 }
environments:
  - name: production
    kind: kubernetes
    kubernetes: { context: prod, namespace: zero-dsp }
    protected: { confirm: type-name, approvals: { count: 1 } }
    promote: { from: [it], requires: { soak: 1h } }
  - name: it
    kind: compose
    compose:
      project: zero-dsp-it
      hosts: [{ name: it-1, host: "ssh://ops@10.2.0.21", labels: { zone: a } }]
      portRange: 12200-12399
    secrets: [{ name: order-db, key: password, from: "env:DB" }]
    promote: { from: [dev] }
  - name: dev
    kind: kubernetes
    kubernetes: { context: dev, namespace: zero-dsp-dev, createNamespace: true }
    promote: { from: [] }
`;

export const service = `apiVersion: waybill.dev/v1
kind: Service
metadata: { name: order-api, product: zero-dsp, title: Order API }
dependsOn: [user-api]
standards: net-alliance
build:
  base: java-tomcat-9
  args: { WAR: target/order-api.war }
  secrets: [{ id: nexus, from: "vscode:nexus-token" }]
image:
  repository: registry.example.com/zero-dsp/order-api
  tag: "{branch}-{sha:8}"
ports:
  - { name: http, port: 8080 }
  - { name: hsf, port: auto, range: 12200-12299, env: HSF_PORT }
env:
  MODE: "\${environment.name}/\${product}"
  COST: "$\${HOME} 5$"
  NUMBER: 012
  DB_URL: { required: true }
  DB_PASSWORD: { secret: { name: order-db, key: password } }
envFrom: [{ configFile: config/common.properties }]
config:
  - { source: config/log.xml, target: /opt/log.xml }
resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { memory: 2Gi } }
health:
  readiness: { http: { port: http, path: /ready }, period: 5s }
scale: { replicas: 2 }
canary: { steps: [{ weight: 5, pause: manual }] }
environments:
  dev:
    env: { DB_URL: "jdbc:dev", NUMBER: null }
    resources: { requests: { cpu: 100m }, limits: null }
  it:
    network: { mode: host }
    scale: { replicas: 1 }
    rollout: { maxSurge: 0, maxUnavailable: 1 }
    env: { DB_URL: "jdbc:it" }
    ports: [{ name: http, env: HTTP_PORT }]
  production:
    scale: { replicas: 6 }
    expose: { type: Gateway, host: order.example.com }
`;

export const serviceUri = 'file:///w/services/order-api/waybill.yaml';
export const files: Readonly<Record<string, string>> = {
  'waybill.standards.yaml': standards,
  'waybill.environments.yaml': environments,
  'services/order-api/waybill.yaml': service,
  'services/order-api/config/log.xml': '<log/>\n',
  'services/order-api/config/common.properties': '# common\nREGION = east\nMODE=file\n',
  'services/user-api/waybill.yaml': 'metadata: { name: user-api, product: zero-dsp }\n',
};

/** The sample workspace with some files changed (`undefined`: removed). */
export function workspace(changed: Readonly<Record<string, string | undefined>> = {}): Workspace {
  const list = Object.entries({ ...files, ...changed }).flatMap(([path, text]) => {
    const uri = `file:///w/${path}`;
    return text === undefined ? [] : [{ uri, kind: fileKind(uri), text }];
  });
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

/** A file of the sample workspace replaced by an annotated text. */
export function annotated(path: string, source: string): Annotated & { readonly uri: string; readonly workspace: Workspace } {
  const read = parseAnnotated(source);
  const uri = `file:///w/${path}`;
  return { ...read, uri, workspace: changeWorkspace(workspace(), [{ uri, kind: fileKind(uri), text: read.text }]) };
}

/** Fails the test when there is no value. */
export function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined, 'there should be a value');
  return value;
}
