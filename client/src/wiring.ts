/**
 * Builds the ports: plain local ones at once, everything that opens a connection behind an `import()` at its first use,
 * and nothing that opens a connection in a workspace that is not trusted (S15).
 */

import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { notAble } from './delivery/abilities.ts';
import { builderQueue } from './delivery/builderQueue.ts';
import { fail } from './errors.ts';
import type { Pins } from './kubernetes/identity.ts';
import { dockerConfigCredentials } from './local/dockerConfigCredentials.ts';
import { fileRecords } from './local/fileRecords.ts';
import { gitSource } from './local/gitSource.ts';
import { localSecrets } from './local/localSecrets.ts';
import { pinnedStandards } from './local/pinnedStandards.ts';
import { localPrograms } from './local/programs.ts';
import { redactedPlatform } from './local/redactedPlatform.ts';
import { type Redactor, redactor } from './local/redactor.ts';
import { systemClock } from './local/systemClock.ts';
import { userIdentity } from './local/userIdentity.ts';
import { localWebhooks } from './local/webhooks.ts';
import type { Documents, Engine, Engines, PinnedStandards, Platform, PlatformOperations, Platforms, Ports, Registry } from './ports.ts';

export interface World {
  readonly documents: Documents;
  /** False in Restricted Mode: every connection is refused, in code. */
  readonly trusted: () => boolean;
  /** Reads a name from the editor's secret storage; absent outside the editor. */
  readonly vscodeSecret?: (name: string, signal: AbortSignal) => Promise<string | undefined>;
  /** May kubeconfigs run credential programs? Asked per program; absent: never (S16). */
  readonly allowProgram?: (program: string) => Promise<boolean>;
  /** Folder that relative secret files start from. */
  readonly folder?: string;
  /** Where this runs; absent: at a workstation. */
  readonly origin?: NonNullable<Ports['identity']['origin']>;
}

export interface Wiring {
  readonly ports: Ports;
  /** Takes secret values out of anything that is shown or written. */
  readonly redactor: Redactor;
  /** What pins the cluster that a context leads to: its server, the hash of its CA, its UID, and the UID of the namespace if it is there. */
  pinCluster(context: string, namespace: string, signal: AbortSignal): Promise<Pins>;
  /** Adds a platform of another extension (R18); the answer removes it again. */
  registerPlatform(platform: Platform): () => void;
  /** Closes every connection. */
  close(): void;
}

/** One `Ports` per editor window or CLI call. */
export function createPorts(world: World): Wiring {
  const clock = systemClock();
  const redacting = redactor();
  const secrets = localSecrets({
    redactor: redacting,
    ...(world.vscodeSecret ? { vscode: world.vscodeSecret } : {}),
    ...(world.folder ? { folder: world.folder } : {}),
  });
  const credentials = dockerConfigCredentials({ redactor: redacting });
  const open = new Set<{ close(): void }>();
  const requireTrust = (): void => {
    if (!world.trusted()) {
      throw fail(
        'untrusted',
        'This folder is not trusted, so no connection is opened.',
        'Trust the folder to connect to builders and environments.',
      );
    }
  };
  const hosts = () => import('./hosts.ts');
  const registry = memo(async () => (await hosts()).ociRegistry({ credentials }));
  const engines = memo(async () => (await hosts()).dockerEngines({ credentials, secrets, registry: await registry() }));
  const platforms = platformsOf(
    requireTrust,
    open,
    {
      compose: async () => (await hosts()).composePlatform({ credentials, secrets, clock }),
      kubernetes: async () =>
        (await import('./kubernetes/index.ts')).kubernetesPlatform({
          clock,
          ...(world.allowProgram ? { allowExec: world.allowProgram } : {}),
        }),
    },
    redacting.redact,
  );
  const ports: Ports = {
    documents: world.documents,
    engines: lazyEngines(engines, requireTrust, open),
    builders: builderQueue(clock),
    registry: lazyRegistry(registry, requireTrust),
    platforms,
    records: fileRecords({ redactor: redacting }),
    secrets,
    source: gitSource(),
    identity: userIdentity({ ...(world.folder ? { folder: world.folder } : {}), ...(world.origin ? { origin: world.origin } : {}) }),
    clock,
    compiler: {
      compile: async (artifact, report, signal) => {
        requireTrust();
        return (await import('./local/compileHere.ts')).compileHere(artifact, report, signal);
      },
    },
    programs: localPrograms({ requireTrust, redactor: redacting }),
    webhooks: localWebhooks({ requireTrust, redactor: redacting }),
    pinned: trustedPins(
      pinnedStandards({
        artifact: async (remote, ref, signal) => (await hosts()).fetchOciStandards(await registry(), remote, ref, signal),
      }),
      requireTrust,
    ),
  };
  return {
    ports,
    redactor: redacting,
    async pinCluster(context, namespace, signal) {
      requireTrust();
      const { pinOf } = await import('./kubernetes/index.ts');
      return pinOf(context, namespace, world.allowProgram ? { allowExec: world.allowProgram } : {}, signal);
    },
    registerPlatform: platforms.register,
    close() {
      for (const one of open) one.close();
      open.clear();
    },
  };
}

/** Calls `make` once, at the first use; a failure is not remembered. */
function memo<T>(make: () => Promise<T>): () => Promise<T> {
  const kept: { value?: Promise<T> } = {};
  return () => {
    kept.value ??= make().catch((error: unknown) => {
      delete kept.value;
      throw error;
    });
    return kept.value;
  };
}

function trustedPins(pinned: PinnedStandards, requireTrust: () => void): PinnedStandards {
  return {
    fetch: async (remote, from, signal) => {
      requireTrust();
      return pinned.fetch(remote, from, signal);
    },
    write: pinned.write,
  };
}

function lazyRegistry(registry: () => Promise<Registry>, requireTrust: () => void): Registry {
  const trusted = () => {
    requireTrust();
    return registry();
  };
  return {
    resolve: async (repository, reference, signal) => (await trusted()).resolve(repository, reference, signal),
    describe: async (repository, reference, signal) => (await trusted()).describe(repository, reference, signal),
    putIndex: async (repository, tag, images, signal) => (await trusted()).putIndex(repository, tag, images, signal),
    removeTag: async (repository, tag, digest, signal) => (await (await trusted()).removeTag?.(repository, tag, digest, signal)) ?? false,
    layers: async (image, signal) => {
      const layers = (await trusted()).layers;
      if (layers) return await layers(image, signal);
      throw fail('internal', 'This registry tells no layers.', 'Report this.');
    },
    planRebase: async (order, signal) => (await trusted()).planRebase(order, signal),
    rebase: async (plan, tag, signal) => (await trusted()).rebase(plan, tag, signal),
  };
}

function lazyEngines(engines: () => Promise<Engines>, requireTrust: () => void, open: Set<{ close(): void }>): Engines {
  return {
    async diagnose(host, report, signal) {
      requireTrust();
      return (await engines()).diagnose(host, report, signal);
    },
    open(member) {
      const made: { engine?: Engine } = {};
      const engine = memo(async () => {
        requireTrust();
        made.engine = (await engines()).open(member);
        open.add(made.engine);
        return made.engine;
      });
      return {
        name: member.name,
        version: async (signal) => (await engine()).version(signal),
        activeBuilds: async (signal) => (await engine()).activeBuilds(signal),
        compile: async (artifact, report, signal) => (await engine()).compile(artifact, report, signal),
        build: async (order, report, signal) => (await engine()).build(order, report, signal),
        push: async (repository, tag, report, signal) => (await engine()).push(repository, tag, report, signal),
        layersOf: async (image, signal, platform) => (await engine()).layersOf(image, signal, platform),
        imageOf: async (build, signal) => (await engine()).imageOf?.(build, signal),
        usage: async (signal) => (await engine()).usage(signal),
        cleanCache: async (cleaning, signal) => (await engine()).cleanCache(cleaning, signal),
        close() {
          made.engine?.close();
          if (made.engine) open.delete(made.engine);
        },
      };
    },
  };
}

interface RegisteredPlatforms extends Platforms {
  readonly register: (platform: Platform) => () => void;
}

function platformsOf(
  requireTrust: () => void,
  open: Set<{ close(): void }>,
  own: Readonly<Record<string, () => Promise<Platform>>>,
  redact: (text: string) => string,
): RegisteredPlatforms {
  const known = new Map<string, Platform>(
    Object.entries(own).map(([kind, make]) => [
      kind,
      lazyPlatform(kind, async () => {
        const platform = redactedPlatform(await make(), redact);
        open.add(platform);
        return platform;
      }),
    ]),
  );
  return {
    of(target) {
      requireTrust();
      const platform = known.get(target.kind);
      if (platform) return platform;
      throw fail(
        'configuration',
        `No platform of kind \`${target.kind}\` is registered; known are ${[...known.keys()].map((kind) => `\`${kind}\``).join(', ')}.`,
        'Correct `kind` in waybill.environments.yaml, or install the extension that provides this platform.',
      );
    },
    register(platform) {
      if (known.has(platform.kind)) {
        throw fail(
          'configuration',
          `A platform of kind \`${platform.kind}\` is registered already.`,
          'Give the platform a kind of its own.',
        );
      }
      known.set(platform.kind, redactedPlatform(platform, redact));
      return () => known.delete(platform.kind);
    },
  };
}

function lazyPlatform(kind: string, make: () => Promise<Platform>): Platform {
  const platform = memo(make);
  const each = <T>(start: (platform: Platform) => AsyncIterable<T>): AsyncIterable<T> => ({
    async *[Symbol.asyncIterator]() {
      yield* start(await platform());
    },
  });
  return {
    kind,
    identify: async (environment: EnvironmentSummary, signal) => (await platform()).identify(environment, signal),
    plan: async (intent, signal) => (await platform()).plan(intent, signal),
    apply: async (plan, report, signal) => (await platform()).apply(plan, report, signal),
    observe: (environment, signal) => each((it) => it.observe(environment, signal)),
    logs: (environment, query, signal) => each((it) => it.logs(environment, query, signal)),
    history: async (environment, service, signal) => (await platform()).history(environment, service, signal),
    workload: async (...args) => (await able(kind, platform, 'workload'))(...args),
    operate: async (...args) => (await able(kind, platform, 'operate'))(...args),
    drift: async (...args) => (await able(kind, platform, 'drift'))(...args),
    reapply: async (...args) => (await able(kind, platform, 'reapply'))(...args),
    generate: async (...args) => (await able(kind, platform, 'generate'))(...args),
    generateOverlays: async (...args) => (await able(kind, platform, 'generateOverlays'))(...args),
    askHttp: async (...args) => (await able(kind, platform, 'askHttp'))(...args),
    noteVerification: async (...args) => (await able(kind, platform, 'noteVerification'))(...args),
    exec: async (...args) => (await able(kind, platform, 'exec'))(...args),
    forward: async (...args) => (await able(kind, platform, 'forward'))(...args),
    details: async (...args) => (await able(kind, platform, 'details'))(...args),
    pins: async (...args) => (await able(kind, platform, 'pins'))(...args),
    planPreparation: async (...args) => (await able(kind, platform, 'planPreparation'))(...args),
    prepare: async (...args) => (await able(kind, platform, 'prepare'))(...args),
    isolation: async (...args) => (await able(kind, platform, 'isolation'))(...args),
    denials: async (...args) => (await (await platform()).denials?.(...args)) ?? {},
    close: () => undefined,
  };
}

/** An optional ability of a platform that is loaded only now. Throws `configuration` where it has none. */
async function able<K extends keyof PlatformOperations>(
  kind: string,
  platform: () => Promise<Platform>,
  name: K,
): Promise<NonNullable<PlatformOperations[K]>> {
  const ability = (await platform())[name];
  if (ability) return ability;
  throw notAble(kind, name);
}
