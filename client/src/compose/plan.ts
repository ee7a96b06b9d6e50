/** What a deployment would do to the hosts, computed without writing anything. */
import type { ComposeTarget } from '../../../server/src/protocol.ts';
import { unifiedDiff } from '../delivery/diff.ts';
import type { Credentials, DeployIntent, DeploymentRecord, Plan, PlannedChange } from '../ports.ts';
import { type ContainerSpec, configHashOf, containerSpec, fixedHostPorts } from './containerSpec.ts';
import { canonicalJson, hashOf } from './hash.ts';
import { checkIdentities, composeEnvironment, type HostIdentity, type HostPool, identityLine } from './hosts.ts';
import { askRegistry, hasImage, imageFault, inspectImage } from './images.ts';
import type { Ownership } from './labels.ts';
import { bookKey, emptyBook, type RecordBook } from './records.ts';
import { planSlots, type Slot, type SlotPlan } from './slots.ts';
import { type HostSurvey, type OwnedContainer, surveyHost } from './survey.ts';
import { liveView, plannedView, yamlOf } from './view.ts';

/** Everything that `apply` needs; travels in `Plan.token`. */
export interface ComposeToken {
  readonly kind: 'compose-plan';
  readonly intent: DeployIntent;
  readonly identities: readonly HostIdentity[];
  /** No deployment: what is done with the one that runs. */
  readonly operation?: NonNullable<DeploymentRecord['operation']>;
  /** Every container is replaced, whatever it is like. */
  readonly renew?: boolean;
}

export function isComposeToken(token: unknown): token is ComposeToken {
  return typeof token === 'object' && token !== null && 'kind' in token && token.kind === 'compose-plan';
}

/** A plan with all that was found on the way; what `apply` works on after it has computed it again. */
export interface Draft {
  readonly intent: DeployIntent;
  readonly target: ComposeTarget;
  readonly owner: Ownership;
  readonly spec: ContainerSpec;
  readonly surveys: readonly HostSurvey[];
  readonly slotPlan: SlotPlan;
  /** The newest record book of all hosts. */
  readonly book: RecordBook;
  readonly hash: string;
}

export function ownershipOf(intent: DeployIntent, target: ComposeTarget): Ownership {
  return { product: intent.service.product, service: intent.service.name, environment: intent.environment.name, project: target.project };
}

/** Looks at all hosts and decides. Throws `unreachable` when one host is: a deployment needs all of them. */
export async function draft(pool: HostPool, intent: DeployIntent, signal: AbortSignal, renew = false): Promise<Draft> {
  const { target } = composeEnvironment(intent.environment);
  const owner = ownershipOf(intent, target);
  const surveys = await Promise.all(target.hosts.map((host) => surveyHost(pool.of(host), owner, signal)));
  const spec = containerSpec(intent.service, intent.image, target.portRange);
  const slotPlan = planSlots({ service: intent.service, target, spec, release: intent.release, surveys, renew });
  const book = newestBook(surveys.map((survey) => survey.stored.book));
  const state = surveys.map((survey) => ({
    daemon: survey.identity.daemonId,
    containers: survey.owned.map(({ id, running, previous }) => ({ id, running, previous })),
    revision: survey.stored.book.services[bookKey(owner.environment, owner.product, owner.service)]?.[0]?.sequence ?? 0,
  }));
  const slots = slotPlan.slots.map(({ host, index, name, ports, change }) => ({ host, index, name, ports, change }));
  const surplus = slotPlan.surplus.map((container) => container.id);
  const { release, alias, tag } = intent;
  const hash = hashOf({ owner, spec, rollout: intent.service.rollout, release, alias, tag, slots, surplus, state });
  return { intent, target, owner, spec, surveys, slotPlan, book, hash };
}

export function newestBook(books: readonly RecordBook[]): RecordBook {
  return books.reduce((best, book) => (book.revision > best.revision ? book : best), emptyBook);
}

/** The plan as it is shown. */
export async function present(
  drafted: Draft,
  credentials: Credentials,
  signal: AbortSignal,
  { operation, renew }: Pick<ComposeToken, 'operation' | 'renew'> = {},
): Promise<Plan> {
  const { intent, surveys, slotPlan } = drafted;
  const identities = surveys.map((survey) => survey.identity);
  checkIdentities(identities, undefined);
  const changes: PlannedChange[] = [];
  for (const slot of slotPlan.slots) changes.push(await slotChange(drafted, slot, signal));
  for (const container of slotPlan.surplus) changes.push(await removal(drafted, container, signal));
  const images = await imageRefusals(drafted, credentials, signal);
  return {
    environment: intent.environment.name,
    service: intent.service.name,
    release: intent.release,
    image: intent.image,
    identity: [`compose project ${drafted.target.project}`, ...identities.map(identityLine)],
    changes,
    warnings: warningsOf(drafted),
    refusals: [...slotPlan.refusals, ...portRefusals(drafted), ...secretRefusals(drafted), ...jdkRefusals(drafted), ...images],
    hash: drafted.hash,
    token: {
      kind: 'compose-plan',
      intent,
      identities,
      ...(operation ? { operation } : {}),
      ...(renew ? { renew } : {}),
    } satisfies ComposeToken,
  };
}

function surveyOf(drafted: Draft, host: string): HostSurvey | undefined {
  return drafted.surveys.find((survey) => survey.connection.host.name === host);
}

async function slotChange(drafted: Draft, slot: Slot, signal: AbortSignal): Promise<PlannedChange> {
  const object = `container/${slot.host}/${slot.current?.name ?? slot.name}`;
  if (slot.change === 'unchanged') return { object, change: 'unchanged', diff: '', restarts: false };
  const { release, alias, tag } = drafted.intent;
  const identity = { owner: drafted.owner, name: slot.name, number: slot.number, sequence: 0, release, alias, tag, ports: slot.ports };
  const after = yamlOf(plannedView(drafted.spec, identity));
  const before = slot.current ? await liveYaml(drafted, slot.current, signal) : '';
  return { object, change: slot.change, diff: unifiedDiff(before, after), restarts: slot.current !== undefined };
}

async function removal(drafted: Draft, container: OwnedContainer, signal: AbortSignal): Promise<PlannedChange> {
  const diff = unifiedDiff(await liveYaml(drafted, container, signal), '');
  return { object: `container/${container.host}/${container.name}`, change: 'remove', diff, restarts: false };
}

async function liveYaml(drafted: Draft, container: OwnedContainer, signal: AbortSignal): Promise<string> {
  const survey = surveyOf(drafted, container.host);
  const image = survey ? await inspectImage(survey.connection, container.inspected.Image, signal) : undefined;
  const { owner, book, spec } = drafted;
  const records = book.services[bookKey(owner.environment, owner.product, owner.service)] ?? [];
  const effective = records.find((record) => record.sequence === container.sequence)?.effective;
  return yamlOf(
    liveView(container.inspected, {
      name: container.name,
      imageEnv: image?.Config?.Env ?? [],
      imageHealthCheck: image?.Config?.Healthcheck,
      imageStopSignal: image?.Config?.StopSignal,
      plannedEnv: spec.env,
      files: effective?.config ?? [],
      secrets: (effective?.env ?? []).flatMap((entry) => ('secret' in entry ? [entry.secret] : [])),
    }),
  );
}

function warningsOf(drafted: Draft): string[] {
  const { intent, surveys, spec } = drafted;
  const { service } = intent;
  const warnings = service.ignored.map((key) => `${key} is set in the manifest, but not carried out yet.`);
  if (service.auto) warnings.push('scale.auto is not carried out on Docker hosts: scale.replicas says how many instances run.');
  if (service.schedule) warnings.push('scale.schedule is not carried out on Docker hosts: scale.replicas says how many instances run.');
  for (const secret of spec.secrets) {
    warnings.push(
      `${secret.variable} is delivered as a file on Docker hosts; ${secret.variable}_FILE names it, ${secret.variable} itself is not set.`,
    );
  }
  if (
    service.health.readiness &&
    service.health.liveness &&
    canonicalJson(service.health.readiness) !== canonicalJson(service.health.liveness)
  ) {
    warnings.push('health.liveness has no counterpart on Docker hosts: an instance that fails it is shown unhealthy, but not restarted.');
  }
  if (!service.health.readiness && !service.health.liveness && !service.health.startup) {
    warnings.push('No probe is declared: an instance counts as healthy when it has run for rollout.minReady.');
  }
  if (['Ingress', 'Gateway'].includes(service.expose.type)) {
    warnings.push(
      `expose.type ${service.expose.type} is not carried out on Docker hosts; the port is published on the loopback address of the host.`,
    );
  }
  if (surveys.some((survey) => survey.foreign.length > 0)) {
    const names = surveys.flatMap((survey) => survey.foreign.map((name) => `${survey.connection.host.name}/${name}`));
    warnings.push(`These containers bear the name of the service, but are not Waybill's, and stay untouched: ${names.join(', ')}.`);
  }
  return warnings;
}

function portRefusals(drafted: Draft): string[] {
  const wanted = fixedHostPorts(drafted.intent.service);
  return drafted.slotPlan.slots.flatMap((slot) => {
    if (slot.change === 'unchanged') return [];
    return wanted.flatMap((port) => {
      const taker = surveyOf(drafted, slot.host)?.taken.get(port);
      return taker === undefined ? [] : [`Port ${port} of ${slot.host} is taken by container ${taker}.`];
    });
  });
}

function secretRefusals(drafted: Draft): string[] {
  const sources = drafted.intent.environment.secrets ?? [];
  const environment = drafted.intent.environment.name;
  return drafted.spec.secrets.flatMap(({ name, key, variable }) => {
    if (![name, key].every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part)))
      return [`Secret ${name}/${key} cannot be the name of a file.`];
    if (sources.some((source) => source.name === name && source.key === key)) return [];
    return [
      `Environment ${environment} gives no source for secret ${name}/${key} (${variable}). Add it under secrets with from: vscode:…, env:… or file:….`,
    ];
  });
}

function jdkRefusals(drafted: Draft): string[] {
  return drafted.intent.service.jdk?.mode === 'imageVolume'
    ? ['jdk.mode imageVolume is not available on Docker hosts; use hostMount or layer for this environment.']
    : [];
}

/** An image that is neither on the host nor in its registry by this digest cannot be deployed. */
async function imageRefusals(drafted: Draft, credentials: Credentials, signal: AbortSignal): Promise<string[]> {
  const { image } = drafted.intent;
  const hosts = new Set(drafted.slotPlan.slots.filter((slot) => slot.change !== 'unchanged').map((slot) => slot.host));
  const answers = drafted.surveys.map(async ({ connection }) => {
    if (!hosts.has(connection.host.name) || (await hasImage(connection, image, signal))) return [];
    const reason = await askRegistry(connection, image, credentials, signal);
    if (reason === undefined) return [];
    const fault = imageFault(image, connection.host.name, reason);
    return [`${fault.summary} ${fault.advice}`];
  });
  return (await Promise.all(answers)).flat();
}

/** The hash over the configuration, as the record keeps it. */
export function recordedConfigHash(drafted: Draft): string {
  return `sha256:${configHashOf(drafted.spec)}`;
}
