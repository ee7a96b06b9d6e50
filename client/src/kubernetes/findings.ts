/** From the state of Pods to the reason why a release is not healthy. Pure; order of the rules after Skaffold's validator. */
import type { Diagnosis } from '../ports.ts';
import { isReady, type PodView } from './pods.ts';
import type { RolloutEnd } from './rollout.ts';
import type { ContainerStatus, EventObject } from './types.ts';

/** A reason, and whose log would show more. */
export interface Finding {
  readonly diagnosis: Omit<Diagnosis, 'log'>;
  readonly log?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

export interface Evidence {
  readonly end: Pick<RolloutEnd, 'deployment' | 'replicaSet' | 'pods'>;
  /** Warning events, newest first. */
  readonly events: readonly EventObject[];
}

const finding = (
  kind: string,
  summary: string,
  advice: string,
  evidence: readonly (string | undefined)[],
  manifestPath?: string,
  log?: Finding['log'],
): Finding => ({
  diagnosis: {
    kind,
    summary,
    advice,
    evidence: evidence.filter((text): text is string => !!text),
    ...(manifestPath ? { manifestPath } : {}),
  },
  ...(log ? { log } : {}),
});

/** The reason that explains most: what keeps Pods from being made, then what is wrong with the new ones. */
export function explain(evidence: Evidence): Finding {
  const { end, events } = evidence;
  const refused = [...(end.replicaSet?.status?.conditions ?? []), ...(end.deployment?.status?.conditions ?? [])].find(
    (condition) => condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  if (refused) return notCreated(refused.message ?? refused.reason ?? '');
  const living = end.pods.filter((pod) => !pod.deleting);
  for (const pod of living) {
    for (const container of [...pod.initContainers, ...pod.containers]) {
      const found = containerFinding(pod, container, eventsOf(events, pod));
      if (found) return found;
    }
  }
  const unscheduled = living.find((pod) => pod.unschedulable !== undefined);
  if (unscheduled) return notScheduled(unscheduled);
  const unready = living.find((pod) => pod.phase === 'Running' && !isReady(pod));
  if (unready) return probeFails(unready, eventsOf(events, unready), 'Readiness');
  const ended = living.find((pod) => pod.phase === 'Failed');
  if (ended) {
    return finding('deadline', `${ended.name} was ended by its node: ${ended.reason ?? 'Failed'}.`, 'Look at the node.', [ended.message]);
  }
  return finding(
    'deadline',
    'The rollout did not end in time.',
    'Raise rollout.progressDeadline if the service needs longer to start.',
    events.slice(0, 3).map((event) => event.message),
    'rollout.progressDeadline',
  );
}

const eventsOf = (events: readonly EventObject[], pod: PodView): readonly EventObject[] =>
  events.filter((event) => event.involvedObject?.name === pod.name);

function notCreated(message: string): Finding {
  if (/exceeded quota/.test(message)) {
    const part = /exceeded quota: (.*)$/.exec(message)?.[1] ?? '';
    return finding(
      'quota',
      `The quota of the namespace does not allow another instance: ${part}.`,
      'Ask for less, or have the quota raised.',
      [message],
      'resources.requests',
    );
  }
  if (/must specify (limits|requests)/.test(message)) {
    return finding(
      'quota',
      'The quota of the namespace asks every container to say what it needs.',
      'Set resources.requests and resources.limits.',
      [message],
      'resources',
    );
  }
  const security = /violates PodSecurity "([^"]+)": (.*)$/.exec(message);
  if (security) {
    return finding(
      'admission',
      `The namespace enforces pod security '${security[1]}': ${security[2]}.`,
      'Drop what the level forbids, or deploy to a namespace with another level.',
      [message],
    );
  }
  const hook = /admission webhook "([^"]+)" denied/.exec(message);
  return finding(
    'admission',
    hook ? `The admission webhook '${hook[1]}' refuses the instances.` : 'The cluster refuses to create instances.',
    'Correct what the message names.',
    [message],
  );
}

function containerFinding(pod: PodView, container: ContainerStatus, events: readonly EventObject[]): Finding | undefined {
  const waiting = container.state?.waiting;
  const texts = [waiting?.message, ...events.slice(0, 3).map((event) => event.message)];
  switch (waiting?.reason) {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return notPulled(pod, texts);
    case 'CreateContainerConfigError':
      return finding(
        'config-error',
        `${pod.name} cannot be configured: ${waiting.message ?? ''}.`,
        configAdvice(waiting.message ?? ''),
        texts,
        configPath(waiting.message ?? ''),
      );
    case 'CreateContainerError':
    case 'RunContainerError':
      return notStarted(pod, waiting.message ?? '', texts);
  }
  const last = container.state?.terminated ?? container.lastState?.terminated;
  // One that has just been started again may count as ready.
  if (!last || (container.ready && container.restartCount < 3)) return undefined;
  if (last.reason === 'StartError' || last.reason === 'ContainerCannotRun') return notStarted(pod, last.message ?? '', texts);
  return ended(pod, container, events);
}

function notPulled(pod: PodView, texts: readonly (string | undefined)[]): Finding {
  const all = texts.join(' ');
  if (/unauthorized|denied|forbidden|authoriz|no basic auth|\b40[13]\b/i.test(all)) {
    return finding(
      'image-unauthorized',
      `The node may not pull the image of ${pod.name}.`,
      'Give the namespace a pull secret for this registry.',
      texts,
      'image.repository',
    );
  }
  if (/not found|manifest unknown/i.test(all)) {
    return finding(
      'image-missing',
      `The image of ${pod.name} is not in the registry.`,
      'Check that this environment uses the registry that the release was pushed to.',
      texts,
      'image.repository',
    );
  }
  if (/no match for platform/i.test(all)) {
    return finding(
      'image-missing',
      `The image of ${pod.name} was not built for the platform of the node.`,
      'Build for that platform.',
      texts,
      'build.platforms',
    );
  }
  return finding(
    'image-missing',
    `The image of ${pod.name} cannot be pulled.`,
    'Check that the nodes reach the registry.',
    texts,
    'image.repository',
  );
}

const configPath = (message: string): string => (/runAsNonRoot|run as root/.test(message) ? 'build.base' : 'env');
const configAdvice = (message: string): string =>
  /runAsNonRoot|run as root|non-numeric/.test(message)
    ? 'Give the base image a numeric user in the standards, other than 0.'
    : 'Create the Secret or ConfigMap, with the key that is asked for.';

function notStarted(pod: PodView, message: string, texts: readonly (string | undefined)[]): Finding {
  const advice = /exec format error/.test(message)
    ? 'The image was built for another architecture: build for the platform of the nodes.'
    : /no such file|not found/.test(message)
      ? 'Check ENTRYPOINT and CMD of the image: the program is not there.'
      : 'Check ENTRYPOINT, CMD and the mounts.';
  return finding('start-error', `${pod.name} cannot be started: ${firstLine(message)}`, advice, [message, ...texts], 'build.dockerfile');
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

function ended(pod: PodView, container: ContainerStatus, events: readonly EventObject[]): Finding {
  const last = container.state?.terminated ?? container.lastState?.terminated;
  const code = last?.exitCode ?? 0;
  const previous = container.state?.terminated === undefined;
  const log = { pod: pod.name, container: container.name, previous };
  const facts = [`exit code ${code}${last?.reason ? ` (${last.reason})` : ''}`, `${container.restartCount} restarts`, last?.message];
  if (last?.reason === 'OOMKilled') {
    return finding(
      'out-of-memory',
      `${pod.name} used more memory than its limit and was killed.`,
      'Raise resources.limits.memory, or lower the heap (-Xmx) below it.',
      facts,
      'resources.limits.memory',
      log,
    );
  }
  const killed = events.find((event) => /^(Liveness|Startup) probe failed/.test(event.message ?? ''));
  if (killed && (code === 137 || code === 143)) {
    const which = /^Startup/.test(killed.message ?? '') ? 'Startup' : 'Liveness';
    return { ...probeFails(pod, events, which), log };
  }
  const advice =
    code === 126 || code === 127
      ? 'The command of the image cannot be run: check ENTRYPOINT and CMD.'
      : code === 0
        ? 'The program ends by itself: a service must stay in the foreground.'
        : code === 137
          ? 'The process was killed: look at memory and at the probes.'
          : 'Read the last lines of the log.';
  return finding('crash-loop', `${pod.name} ends again and again with exit code ${code}.`, advice, facts, undefined, log);
}

function notScheduled(pod: PodView): Finding {
  const message = pod.unschedulable ?? '';
  const [path, advice] = /Insufficient (cpu|memory)/.test(message)
    ? ['resources.requests', 'Ask for less, or have nodes added.']
    : /node affinity|node selector/.test(message)
      ? ['jdk', 'No node has the label that is asked for (waybill.dev/jdk-…): label the nodes that have this JDK.']
      : /free ports/.test(message)
        ? ['network.mode', 'Another Pod holds the port on every node: use the bridge network or fewer instances.']
        : /taint/.test(message)
          ? [undefined, 'The nodes are tainted: ask who keeps them.']
          : /persistentvolumeclaim|volume/i.test(message)
            ? [undefined, 'A volume is not available.']
            : [undefined, 'Read what the scheduler says.'];
  return finding('scheduling', `No node takes ${pod.name}: ${message}`, advice ?? '', [message], path);
}

function probeFails(pod: PodView, events: readonly EventObject[], which: 'Readiness' | 'Liveness' | 'Startup'): Finding {
  const last = events.find((event) => (event.message ?? '').startsWith(`${which} probe failed`));
  const unstarted = which === 'Readiness' && events.find((event) => (event.message ?? '').startsWith('Startup probe failed'));
  const probe = last ? which : unstarted ? 'Startup' : which;
  const said = (last ?? (unstarted || undefined))?.message;
  return finding(
    'probe',
    `${pod.name} runs, but its ${probe.toLowerCase()} probe does not succeed${said ? `: ${said.replace(/^\w+ probe failed:\s*/, '').trim()}` : ''}.`,
    'Check the path and the port of the probe, and whether the service needs longer to start.',
    [said],
    `health.${probe.toLowerCase()}`,
    pod.containers[0] ? { pod: pod.name, container: pod.containers[0].name, previous: false } : undefined,
  );
}
