/** A product line as large as they come: 200 services that stand on standards of 3,000 lines, written to a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const digest = (seed: number) => `sha256:${seed.toString(16).padStart(8, '0').repeat(8)}`;
const number = (index: number) => String(index).padStart(3, '0');

/** Nine lines for each component, so that 300 of them make 2,700. */
function component(index: number): string {
  return `  - name: part-${number(index)}
    title: Part ${index} of the company
    owner: team-part
${index % 10 === 9 ? `    after: [part-${number(index - 1)}]\n` : '    # Installed by the base image.\n'}    versions:
      - { version: "2.${index}", eol: 2029-12-31, default: true }
      - { version: "1.0", eol: 2027-12-31 }
    logs: [{ name: part-${number(index)}, path: /opt/part-${number(index)}/logs/*.log }]
    env: { PART_${index}: "on" }
`;
}

/** Six lines for each base image. */
function baseImage(index: number): string {
  return `  - name: web-${index}
    image: registry.example.com/base/web-${index}
    os: keel-3
    components: [{ name: part-${number(index * 7)} }, { name: part-${number(index * 7 + 1)} }]
    rebase: compatible
    current: { tag: 2.${index}.1-r1, digest: ${digest(index + 4096)} }
`;
}

/** About 3,000 lines with 300 components and 40 base images. */
export function standardsText(): string {
  const list = (count: number, write: (index: number) => string) => Array.from({ length: count }, (_, index) => write(index)).join('');
  return `# Standards of a large company.
apiVersion: waybill.dev/v1
kind: Standards
metadata: { name: lantern, version: 2026.11.1, owner: platform@example.com }

registries:
  - { name: main, host: registry.example.com, immutableTags: ["v*"] }
allowedRegistries: [registry.example.com]

layers:
  base: ["images/base/**"]
  app: ["services/**"]

osImages:
  - name: keel-3
    image: registry.example.com/os/keel
    current: { tag: 3.1-2, digest: ${digest(1)} }
    family: other
    version: "3.1"
    eol: 2029-06-30
    user: { name: app, uid: 10001 }

components:
${list(300, component)}
baseImages:
${list(40, baseImage)}
labels:
  required:
    - org.opencontainers.image.source
    - { name: com.example.team, pattern: "^team-[a-z-]+$" }

policy:
  resources: { require: [requests.cpu, requests.memory, limits.memory] }
  health: { require: [readiness] }
  from: { digest: required }
  user: { uid: 10001 }

severity:
  base/stale: warning
  "component/*": warning

waivers:
  - id: W-2026-017
    rules: [port/ssh]
    services: [service-000]
    reason: "Replaced in the first quarter"
    expires: 2027-01-31
`;
}

export function environmentsText(): string {
  const cluster = (name: string) => `context: ${name}
      cluster: { server: "https://${name}.example.com:6443", uid: 3f6b1a54-9c1e-4a77-8f0e-0d5d3a3f5b11 }`;
  return `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: parcel }

registries: { default: main }

environments:
  - name: dev
    kind: compose
    compose:
      project: parcel-dev
      hosts: [{ name: one, host: "ssh://ops@10.2.0.21", address: 10.2.0.21 }]
      portRange: 18080-18679
    promote: { from: [] }
  - name: integration
    kind: kubernetes
    kubernetes:
      ${cluster('test')}
      namespace: parcel-integration
    promote: { from: [dev] }
  - name: staging
    kind: kubernetes
    kubernetes:
      ${cluster('test')}
      namespace: parcel-staging
    mirrors: production
    promote: { from: [integration] }
  - name: production
    kind: kubernetes
    kubernetes:
      ${cluster('prod')}
      namespace: parcel
    protected: { confirm: type-name, forbid: [exec] }
    promote: { from: [staging] }
`;
}

/** A manifest with an own host in production and its settings in each environment. */
export function serviceText(index: number): string {
  const name = `service-${number(index)}`;
  return `apiVersion: waybill.dev/v1
kind: Service
metadata:
  name: ${name}
  product: parcel
  title: Service ${index}
  owners: [team-order]
${index === 0 ? '' : `dependsOn: [service-${number(index - 1)}]\n`}standards: lantern

build:
  context: .
  dockerfile: Dockerfile
  base: web-${index % 40}
  platforms: [linux/amd64]
  timeout: 10m

image:
  repository: registry.example.com/parcel/${name}
  tag: "{branch}-{sha:8}-{timestamp}"
  labels: { com.example.team: team-order }

ports:
  - { name: http, port: 8080 }
  - { name: admin, port: 8081 }

env:
  STAGE: "\${environment.name}"
  DATABASE: { required: true, description: "Where the data is" }
  PASSWORD: { secret: { name: ${name}, key: password } }

resources:
  requests: { cpu: 200m, memory: 256Mi }
  limits: { memory: 512Mi }

health:
  readiness: { http: { port: http, path: /health }, period: 5s, timeout: 2s, failureThreshold: 3 }

lifecycle: { stopGracePeriod: 20s, stopSignal: SIGTERM }
logs: { stdout: true }

scale: { replicas: 2 }
rollout: { strategy: rolling, maxSurge: 1, maxUnavailable: 0, progressDeadline: 120s }

environments:
  dev:
    scale: { replicas: 1 }
    env: { DATABASE: "jdbc:dev" }
  integration:
    env: { DATABASE: "jdbc:integration" }
  staging:
    env: { DATABASE: "jdbc:staging" }
    expose: { type: Ingress, host: ${name}.staging.example.com }
  production:
    scale: { replicas: 3 }
    env: { DATABASE: "jdbc:production" }
    expose: { type: Ingress, host: ${name}.example.com }
`;
}

function dockerfileText(index: number): string {
  const image = index % 40;
  return `FROM registry.example.com/base/web-${image}:2.${image}.1-r1@${digest(image + 4096)}
COPY --chown=10001:10001 www/ /opt/app/www/
COPY --chown=10001:10001 --chmod=755 start /opt/app/start
LABEL org.opencontainers.image.source="https://git.example.com/parcel/service-${number(index)}" \\
      com.example.team="team-order"
USER 10001
`;
}

export interface ProductLine {
  readonly folder: string;
  uri(path: string): string;
  /** Paths of the manifests. */
  readonly services: readonly string[];
  remove(): void;
}

/** Path → text of each file. */
export function productLineFiles(services: number): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'waybill.standards.yaml': standardsText(), 'waybill.environments.yaml': environmentsText() };
  for (let index = 0; index < services; index++) {
    files[`services/service-${number(index)}/waybill.yaml`] = serviceText(index);
    files[`services/service-${number(index)}/Dockerfile`] = dockerfileText(index);
  }
  return files;
}

/** Writes files to a temporary folder. */
export function writeProductLine(files: Readonly<Record<string, string>>): ProductLine {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-line-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    folder,
    uri: (path) => pathToFileURL(join(folder, path)).href,
    services: Object.keys(files).filter((path) => path.endsWith('/waybill.yaml')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
