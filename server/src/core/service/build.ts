import type { ConfigFile, EffectiveService, Probe, ScaleSchedule, ServicePort, VerifyCheck } from '../../protocol.ts';
import { portRange } from '../environments/target.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { itemsAt, numberAt, textAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { type ReadFile, readEnv } from './env.ts';
import type { Reader } from './reader.ts';

/** What the service stands on besides its manifest. */
export interface BuildInput {
  readonly name: string;
  readonly product: string;
  readonly environment: string;
  readonly standards?: Standards;
  /** Text of a file relative to the manifest; undefined when it is not there. */
  readonly readFile: ReadFile;
}

/** Makes the plain data of one service in one environment from its merged, interpolated, defaulted tree. */
export function buildService(root: YamlNode, read: Reader, input: BuildInput): EffectiveService {
  const ports = read.items('ports').flatMap((item) => readPort(item, read));
  const base = input.standards?.images.find((image) => image.name === read.text('build', 'base'));
  return {
    name: input.name,
    product: input.product,
    environment: input.environment,
    repository: read.text('image', 'repository') ?? '',
    dependsOn: read.texts('dependsOn'),
    ports,
    env: readEnv(root, read, input),
    config: readConfig(read, input.readFile),
    resources: { requests: amounts(root, read, 'requests'), limits: amounts(root, read, 'limits') },
    health: {
      ...optional('startup', readProbe(valueAt(root, 'health', 'startup'), read, ports)),
      ...optional('readiness', readProbe(valueAt(root, 'health', 'readiness'), read, ports)),
      ...optional('liveness', readProbe(valueAt(root, 'health', 'liveness'), read, ports)),
    },
    lifecycle: {
      stopGracePeriod: read.seconds(valueAt(root, 'lifecycle', 'stopGracePeriod')),
      preStopSleep: read.seconds(valueAt(root, 'lifecycle', 'preStop', 'sleep')),
      ...optional('stopSignal', read.text('lifecycle', 'stopSignal')),
    },
    network: read.oneOf(['bridge', 'host'], 'network', 'mode'),
    expose: readExpose(read, ports),
    ...optional('jdk', readJdk(read, input.standards, base)),
    ...optional('uid', uidOf(base, input.standards)),
    replicas: read.number('scale', 'replicas'),
    ...optional('auto', readAuto(root, read)),
    ...readSchedule(read),
    rollout: readRollout(root, read),
    ...readVerify(read, ports),
    ignored: ignoredKeys(root),
  };
}

function readPort(item: YamlNode, read: Reader): ServicePort[] {
  const name = textAt(item, 'name');
  const port = valueAt(item, 'port');
  if (!name || !port) return [];
  const auto = textAt(port) === 'auto';
  const range = portRange(textAt(item, 'range'));
  if (valueAt(item, 'range') && !range) read.fail(valueAt(item, 'range'), 'A range is two ports, the lower first: `12200-12299`.');
  if (auto && !range) read.fail(port, `The port \`${name}\` is \`auto\` and needs a \`range\` to choose from, such as \`12200-12299\`.`);
  const number = auto ? range?.low : numberAt(port);
  if (number === undefined) return [];
  const nodePort = numberAt(item, 'nodePort');
  return [
    { name, port: number, auto, ...optional('range', range), ...optional('env', textAt(item, 'env')), ...optional('nodePort', nodePort) },
  ];
}

function readConfig(read: Reader, readFile: ReadFile): ConfigFile[] {
  return read.items('config').flatMap((item) => {
    const source = textAt(item, 'source');
    const target = textAt(item, 'target');
    if (!source || !target) return [];
    const content = readFile(source);
    if (content !== undefined) return [{ target, content }];
    read.fail(valueAt(item, 'source'), `There is no file \`${source}\` beside this manifest.`);
    return [];
  });
}

function amounts(root: YamlNode, read: Reader, which: 'requests' | 'limits'): EffectiveService['resources']['requests'] {
  const section = valueAt(root, 'resources', which);
  return {
    ...optional('cpu', read.amount('cpu', valueAt(section, 'cpu'))),
    ...optional('memory', read.amount('memory', valueAt(section, 'memory'))),
  };
}

function readProbe(node: YamlNode | undefined, read: Reader, ports: readonly ServicePort[]): Probe | undefined {
  if (node?.kind !== 'map') return undefined;
  const httpPort = read.port(valueAt(node, 'http', 'port'), ports);
  const tcpPort = read.port(valueAt(node, 'tcp', 'port'), ports);
  const command = textsAt(node, 'command');
  return {
    ...(httpPort === undefined ? {} : { http: { port: httpPort, path: textAt(node, 'http', 'path') ?? '/' } }),
    ...(tcpPort === undefined ? {} : { tcp: { port: tcpPort } }),
    ...(command.length > 0 ? { command } : {}),
    period: read.seconds(valueAt(node, 'period')),
    timeout: read.seconds(valueAt(node, 'timeout')),
    failureThreshold: numberAt(node, 'failureThreshold') ?? 3,
    initialDelay: read.seconds(valueAt(node, 'initialDelay')),
  };
}

function readExpose(read: Reader, ports: readonly ServicePort[]): EffectiveService['expose'] {
  const named = read.items('expose', 'ports');
  for (const item of named) read.port(item, ports);
  return {
    type: read.oneOf(['ClusterIP', 'NodePort', 'None', 'Ingress', 'Gateway'], 'expose', 'type'),
    ports: named.length > 0 ? read.texts('expose', 'ports') : ports.map((port) => port.name),
    ...optional('host', read.text('expose', 'host')),
    ...optional('path', read.text('expose', 'path')),
    ...optional('gateway', read.text('expose', 'gateway')),
    ...optional('class', read.text('expose', 'class')),
  };
}

function readJdk(read: Reader, standards: Standards | undefined, base: CatalogueImage | undefined): EffectiveService['jdk'] {
  const component = standards?.components.find((candidate) => candidate.name === 'jdk');
  const version = read.text('jdk', 'version') ?? base?.jdk?.version;
  if (version === undefined) return undefined;
  const wanted = read.text('jdk', 'mode') ?? base?.jdk?.mode ?? component?.mode;
  const mode = wanted === 'imageVolume' || wanted === 'layer' ? wanted : 'hostMount';
  const hostPath = mode === 'hostMount' ? component?.hostPath?.replaceAll('{version}', version) : undefined;
  const volume = mode === 'imageVolume' ? component?.imageVolume : undefined;
  return {
    version,
    mode,
    ...optional('hostPath', hostPath),
    ...optional('image', volume?.image.replaceAll('{version}', version)),
    ...optional('imagePath', volume?.path),
    mountPath: component?.mountPath ?? '/opt/jdk',
  };
}

/** Without `min` it is the fixed number of instances; without `cpu` what Kubernetes takes. */
function readSchedule(read: Reader): Pick<EffectiveService, 'schedule'> {
  const schedule = read.items('scale', 'schedule').flatMap((item): ScaleSchedule[] => {
    const [cron, until, min] = [textAt(item, 'cron'), textAt(item, 'until'), numberAt(item, 'min')];
    return cron && min !== undefined ? [{ cron, ...optional('until', until), timezone: textAt(item, 'timezone') ?? 'UTC', min }] : [];
  });
  return schedule.length > 0 ? { schedule } : {};
}

function readAuto(root: YamlNode, read: Reader): EffectiveService['auto'] {
  const auto = valueAt(root, 'scale', 'auto');
  const max = numberAt(auto, 'max');
  if (max === undefined) return undefined;
  const min = numberAt(auto, 'min') ?? Math.min(max, Math.max(1, read.number('scale', 'replicas')));
  return { min, max, cpu: numberAt(auto, 'cpu') ?? 80 };
}

function uidOf(base: CatalogueImage | undefined, standards: Standards | undefined): number | undefined {
  const os = standards?.images.find((image) => image.layer === 'os' && image.name === base?.os);
  const configured = /^(\d+)(?::|$)/.exec(base?.config?.user ?? '')?.[1];
  return base?.user?.uid ?? (configured === undefined ? os?.user?.uid : Number(configured));
}

function readRollout(root: YamlNode, read: Reader): EffectiveService['rollout'] {
  const seconds = (key: string) => read.seconds(valueAt(root, 'rollout', key));
  const maxSurge = read.number('rollout', 'maxSurge');
  const maxUnavailable = read.number('rollout', 'maxUnavailable');
  if (maxSurge === 0 && maxUnavailable === 0) {
    read.fail(
      valueAt(root, 'rollout', 'maxSurge'),
      '`rollout.maxSurge` and `rollout.maxUnavailable` are both 0: nothing could ever be replaced.',
    );
  }
  return {
    strategy: read.oneOf(['rolling', 'recreate'], 'rollout', 'strategy'),
    maxSurge,
    maxUnavailable,
    batch: read.number('rollout', 'batch'),
    order: read.oneOf(['start-first', 'stop-first'], 'rollout', 'order'),
    interval: seconds('interval'),
    minReady: seconds('minReady'),
    progressDeadline: seconds('progressDeadline'),
    confirm: read.flag('rollout', 'confirm'),
  };
}

function readVerify(read: Reader, ports: readonly ServicePort[]): { readonly verify?: readonly VerifyCheck[] } {
  const checks = read.items('verify').flatMap((item): VerifyCheck[] => {
    const name = textAt(item, 'name');
    const way = readWay(item, read, ports);
    if (!name || !way) return [];
    const timeout = valueAt(item, 'timeout');
    const { retries, seconds } = 'job' in way ? jobDefaults : checkDefaults;
    return [{ name, ...way, retries: numberAt(item, 'retries') ?? retries, timeout: timeout ? read.seconds(timeout) : seconds }];
  });
  return checks.length > 0 ? { verify: checks } : {};
}

const checkDefaults = { retries: 3, seconds: 60 };
/** What runs for minutes and writes is not run again unless that is asked for. */
const jobDefaults = { retries: 0, seconds: 600 };

/** The first that is there of `http`, `command` and `job`. */
function readWay(item: YamlNode, read: Reader, ports: readonly ServicePort[]): Pick<VerifyCheck, 'http' | 'command' | 'job'> | undefined {
  const port = read.port(valueAt(item, 'http', 'port'), ports);
  const scheme = textAt(item, 'http', 'scheme') === 'https' ? 'https' : 'http';
  if (port !== undefined) return { http: { port, path: textAt(item, 'http', 'path') ?? '/', scheme } };
  const command = textAt(item, 'command');
  if (command !== undefined) return { command };
  return valueAt(item, 'job') ? { job: readJob(item) } : undefined;
}

function readJob(item: YamlNode): NonNullable<VerifyCheck['job']> {
  const [repository, digest] = (textAt(item, 'job', 'image') ?? '').split('@');
  const command = itemsAt(item, 'job', 'command').flatMap((word) => textAt(word) ?? []);
  return {
    // A tag beside the digest says nothing.
    ...(repository && digest ? { image: { repository: repository.replace(/:[^/:]*$/, ''), digest } } : {}),
    ...(command.length > 0 ? { command } : {}),
  };
}

/** Keys that are valid and set, and that nothing carries out yet. */
function ignoredKeys(root: YamlNode): string[] {
  const paths = ['canary', 'registration', 'process', 'logs.files', 'logs.store', 'logs.retention'];
  return paths.filter((path) => valueAt(root, ...path.split('.')));
}
