import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeployIntent, GeneratedFile, Platform, Ports } from '../ports.ts';
import { abilityOf } from './abilities.ts';
import { effectiveService } from './deploy.ts';
import { findEnvironment, findService, recordFolder } from './find.ts';
import { genuineReleases, pickRelease } from './releases.ts';

export interface PreviewInput {
  readonly service: string;
  readonly environment: string;
  /** Id, alias or tag; absent: the newest. */
  readonly release?: string;
}

/** The target's own files for a service in an environment: what a deployment would apply. Opens no connection, writes nothing. */
export async function previewFiles(ports: Ports, input: PreviewInput, signal: AbortSignal): Promise<readonly GeneratedFile[]> {
  const model = await ports.documents.model(signal);
  const service = findService(model, input.service);
  const environment = findEnvironment(model, service, input.environment);
  const intent = await intentOf(ports, model, service, environment, input.release, signal);
  return await abilityOf(ports.platforms.of(environment.target), 'generate')(intent);
}

export interface EjectInput {
  /** Ids or names; absent: every service. */
  readonly services?: readonly string[];
  /** Absent: every environment. */
  readonly environment?: string;
}

export interface Ejected {
  /** `<kind>/<environment>/…`, and `kustomize/<service>/…` where environments share a kind that has overlays. */
  readonly files: readonly GeneratedFile[];
  /** What has no files, one sentence each. */
  readonly leftOut: readonly string[];
}

/** Everything that Waybill would apply, as files to go on with without it. */
export async function ejectFiles(ports: Ports, input: EjectInput, signal: AbortSignal): Promise<Ejected> {
  const model = await ports.documents.model(signal);
  const services = input.services?.map((name) => findService(model, name)) ?? model.services;
  const files: GeneratedFile[] = [];
  const leftOut: string[] = [];
  for (const service of services) {
    const { releases } = await genuineReleases(ports, recordFolder(model, service), service.id);
    if (releases.length === 0) {
      leftOut.push(`${service.name}: no release yet`);
      continue;
    }
    const made: { readonly intent: DeployIntent; readonly platform: Platform }[] = [];
    for (const environment of model.environments) {
      if (environment.product !== service.product || (input.environment ?? environment.name) !== environment.name) continue;
      try {
        const platform = ports.platforms.of(environment.target);
        const intent = await intentOf(ports, model, service, environment, undefined, signal);
        const found = await abilityOf(platform, 'generate')(intent);
        files.push(...found.map(({ path, text }) => ({ path: `${environment.target.kind}/${environment.name}/${path}`, text })));
        made.push({ intent, platform });
      } catch (error) {
        signal.throwIfAborted();
        leftOut.push(`${service.name} in ${environment.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    files.push(...(await overlays(made)));
  }
  if (files.length > 0) return { files: [...files, { path: 'README.md', text: readme(files, leftOut) }], leftOut };
  throw fail('refused', `There is nothing to eject: ${leftOut.join('; ') || 'no service'}`, 'Release a service first.');
}

async function overlays(
  made: readonly { readonly intent: DeployIntent; readonly platform: Platform }[],
): Promise<readonly GeneratedFile[]> {
  const own = made.filter(({ intent }) => intent.environment.target.kind === 'kubernetes');
  const [first] = own;
  if (!first || own.length < 2) return [];
  const found = await abilityOf(first.platform, 'generateOverlays')(own.map(({ intent }) => intent));
  return found.map(({ path, text }) => ({ path: `kustomize/${path}`, text }));
}

/** What would be deployed, without asking registry or target. */
async function intentOf(
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  environment: EnvironmentSummary,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<DeployIntent> {
  const known = await genuineReleases(ports, recordFolder(model, service), service.id);
  const release = wanted === undefined ? known.releases[0] : pickRelease(known, wanted);
  if (!release)
    throw fail('configuration', `There is no release of \`${service.name}\` yet.`, 'Files name an image by its digest: release it first.');
  const { service: effective } = await effectiveService(ports, service, environment, signal, release);
  const { repository, revision } = release.source;
  return {
    environment,
    service: effective,
    image: release.identity.image,
    tag: release.tags[0] ?? '',
    release: release.id,
    alias: release.alias,
    source: { ...(repository ? { repository } : {}), ...(revision ? { revision } : {}) },
    by: await ports.identity.name(),
    rollback: false,
  };
}

function readme(files: readonly GeneratedFile[], leftOut: readonly string[]): string {
  const has = (start: string) => files.some(({ path }) => path.startsWith(start));
  return [
    '# Generated files',
    '',
    'They say what Waybill would apply and need nothing of it. Images are named by digest; secrets are referred to, and in no file.',
    '',
    ...(has('kubernetes/') ? ['- `kubectl apply --server-side -f kubernetes/<environment>/`'] : []),
    ...(has('kustomize/') ? ['- `kubectl apply --server-side -k kustomize/<service>/overlays/<environment>`'] : []),
    ...(has('compose/') ? ['- `docker compose -f compose/<environment>/<service>.compose.yml up -d` (Compose 2.23 or later)'] : []),
    '',
    ...(leftOut.length > 0 ? ['Left out:', '', ...leftOut.map((line) => `- ${line}`), ''] : []),
  ].join('\n');
}
