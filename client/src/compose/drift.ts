/** What differs on Docker hosts from what was deployed: container by container, in the words of a Compose file. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DeploymentRecord, Drift, DriftedField } from '../ports.ts';
import { canonicalJson } from './hash.ts';
import type { HostPool } from './hosts.ts';
import { inspectImage } from './images.ts';
import { intentOf } from './operate.ts';
import { type Draft, draft } from './plan.ts';
import type { OwnedContainer } from './survey.ts';
import { type ContainerView, liveView, plannedView } from './view.ts';

/** What two deployments of one release may have different, or what says nothing of how it runs. */
const silent: readonly (keyof ContainerView)[] = ['container_name', 'labels', 'configs'];
const secretName = /passw|secret|token|credential|private|api_?key|access_?key/i;

export async function driftOf(
  pool: HostPool,
  environment: EnvironmentSummary,
  service: string,
  record: DeploymentRecord | undefined,
  signal: AbortSignal,
): Promise<Drift> {
  if (!record) return { service, fields: [] };
  const drafted = await draft(pool, intentOf(environment, record, record.by), signal);
  const running = drafted.surveys.flatMap((survey) => survey.owned).filter((container) => !container.previous);
  const alive = running.filter((container) => container.running).length;
  const wanted = record.effective.replicas;
  const amount: readonly DriftedField[] =
    alive === wanted
      ? []
      : [
          {
            object: `${drafted.target.project}/${service}`,
            path: 'replicas',
            deployed: String(wanted),
            live: String(alive),
            image: false,
            manifestPath: 'scale.replicas',
          },
        ];
  const fields = await Promise.all(running.map((container) => differences(drafted, container, signal)));
  return { service, record, fields: [...amount, ...fields.flat()] };
}

async function differences(drafted: Draft, container: OwnedContainer, signal: AbortSignal): Promise<readonly DriftedField[]> {
  const { owner, intent, spec } = drafted;
  const { release, alias, tag } = intent;
  const ports = Object.entries(container.ports).map(([name, port]) => {
    const env = intent.service.ports.find((one) => one.name === name)?.env;
    return { name, port, ...(env === undefined ? {} : { env }) };
  });
  const planned = plannedView(spec, { owner, name: container.name, number: 0, sequence: 0, release, alias, tag, ports });
  const survey = drafted.surveys.find(({ connection }) => connection.host.name === container.host);
  const image = survey ? await inspectImage(survey.connection, container.inspected.Image, signal) : undefined;
  const live = liveView(container.inspected, {
    name: container.name,
    imageEnv: image?.Config?.Env ?? [],
    imageHealthCheck: image?.Config?.Healthcheck,
    imageStopSignal: image?.Config?.StopSignal,
    plannedEnv: spec.env,
    files: intent.service.config,
    secrets: spec.secrets,
  });
  const object = `container/${container.host}/${container.name}`;
  return Object.keys({ ...planned, ...live }).flatMap((key) => {
    const name = key as keyof ContainerView;
    if (silent.includes(name)) return [];
    return name === 'environment' ? variables(object, planned, live) : field(object, name, planned[name], live[name]);
  });
}

function variables(object: string, planned: ContainerView, live: ContainerView): readonly DriftedField[] {
  const [before, now] = [planned.environment ?? {}, live.environment ?? {}];
  return Object.keys(before).flatMap((name) => {
    const found = field(object, `environment.${name}`, before[name], now[name]);
    return secretName.test(name) ? found.map((one) => ({ ...one, deployed: '"(not shown)"', live: '"(not shown)"' })) : found;
  });
}

function field(object: string, path: string, deployed: unknown, live: unknown): readonly DriftedField[] {
  // What others added is no drift.
  if (deployed === undefined || canonicalJson(deployed) === canonicalJson(live ?? null)) return [];
  return [
    {
      object,
      path,
      deployed: JSON.stringify(deployed),
      ...(live === undefined ? {} : { live: JSON.stringify(live) }),
      image: path === 'image',
    },
  ];
}
