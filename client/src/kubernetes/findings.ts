/** From the state of Pods to the reason why a release is not healthy. Pure; order of the rules after Skaffold's validator. */
import { type Finding, finding } from './finding.ts';
import { notPulled, notScheduled, notSetUp, notStarted } from './findingsBefore.ts';
import { isReady, type PodView } from './pods.ts';
import type { RolloutEnd } from './rollout.ts';
import type { ContainerStatus, DeploymentObject, EventObject } from './types.ts';

export interface Evidence {
  readonly end: Pick<RolloutEnd, 'deployment' | 'replicaSet' | 'pods' | 'older'>;
  /** Warning events, newest first. */
  readonly events: readonly EventObject[];
}

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
      const found = containerFinding(pod, container, eventsOf(events, pod), end.deployment);
      if (found) return found;
    }
  }
  const unscheduled = living.find((pod) => pod.unschedulable !== undefined);
  if (unscheduled) return notScheduled(unscheduled);
  const unmounted = living.find((pod) => pod.phase === 'Pending' && eventsOf(events, pod).some(isSetUpEvent));
  if (unmounted) return notSetUp(unmounted, eventsOf(events, unmounted).find(isSetUpEvent)?.message ?? '');
  const unready = living.find((pod) => pod.phase === 'Running' && !isReady(pod));
  if (unready) return probeFails(unready, eventsOf(events, unready), 'Readiness');
  const ended = living.find((pod) => pod.phase === 'Failed');
  if (ended) return endedByNode(ended);
  const stuck = [...end.pods, ...(end.older ?? [])].find((pod) => pod.deleting);
  if (stuck) return stuckTerminating(stuck, eventsOf(events, stuck));
  return finding(
    'deadline',
    'The rollout did not end in time.',
    'Raise rollout.progressDeadline if the service needs longer to start.',
    events.slice(0, 3).map((event) => event.message),
    'rollout.progressDeadline',
  );
}

/** The volumes or the network of a Pod cannot be made on its node. */
const isSetUpEvent = (event: EventObject): boolean =>
  event.reason === 'FailedMount' || event.reason === 'FailedAttachVolume' || event.reason === 'FailedCreatePodSandBox';

function endedByNode(pod: PodView): Finding {
  const text = `${pod.reason ?? ''} ${pod.message ?? ''}`;
  const [what, advice] = /ephemeral-storage|disk/i.test(text)
    ? ['its disk is full', 'Write less to the disk of the container, or have the disk of the node cleaned up.']
    : /memory/i.test(text)
      ? ['its memory is scarce', 'Set resources.requests.memory to what the service needs, so that it is put where there is room.']
      : [pod.reason ?? 'Failed', 'Look at the node.'];
  const path = /memory/i.test(text) ? 'resources.requests.memory' : undefined;
  return finding('deadline', `${pod.name} was ended by its node${pod.node ? ` ${pod.node}` : ''}: ${what}.`, advice, [pod.message], path);
}

function stuckTerminating(pod: PodView, events: readonly EventObject[]): Finding {
  const since = pod.node === '' ? '' : ` on ${pod.node}`;
  return finding(
    'deadline',
    `${pod.name}${since} is to end and does not, and the new instances wait for it.`,
    `A program that ignores SIGTERM is killed only after lifecycle.stopGracePeriod. If that is over: a finalizer holds it (kubectl get pod ${pod.name} -o yaml), or its node is gone.`,
    events.slice(0, 3).map((event) => event.message),
    'lifecycle.stopGracePeriod',
  );
}

const eventsOf = (events: readonly EventObject[], pod: PodView): readonly EventObject[] =>
  events.filter((event) => event.involvedObject?.name === pod.name);

/** Why the API creates no Pod. */
export function notCreated(message: string): Finding {
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
      `The namespace enforces pod security \`${security[1]}\`: ${security[2]}.`,
      'Drop what the level forbids, or deploy to a namespace with another level.',
      [message],
      securityPath(security[2] ?? ''),
    );
  }
  const hook = /admission webhook "([^"]+)" denied the request:?\s*(.*)$/s.exec(message);
  if (hook) return refusedBy(`The admission webhook \`${hook[1]}\``, hook[2], message);
  const policy = /ValidatingAdmissionPolicy '([^']+)'.*? denied request:\s*(.*)$/s.exec(message);
  if (policy) return refusedBy(`The admission policy \`${policy[1]}\``, policy[2], message);
  const silent = /failed calling webhook "([^"]+)": (.*)$/s.exec(message);
  if (silent) {
    const summary = `The admission webhook \`${silent[1]}\` does not answer, and without it no instance is created.`;
    return finding('admission', summary, 'Tell those who run the cluster; deploy again once it answers.', [message]);
  }
  return finding('admission', `The cluster refuses to create instances: ${message}`, 'Correct what the message names.', [message]);
}

const refusedBy = (who: string, why: string | undefined, message: string): Finding =>
  finding('admission', `${who} refuses the instances${why ? `: ${why}` : ''}.`, 'Correct what it names, or ask those who keep it.', [
    message,
  ]);

/** What a pod security level forbids, as a key of the manifest. */
const securityPath = (violations: string): string | undefined =>
  /host namespaces|hostPort/i.test(violations)
    ? 'network.mode'
    : /hostPath/i.test(violations)
      ? 'jdk'
      : /runAs/i.test(violations)
        ? 'build.base'
        : undefined;

function containerFinding(
  pod: PodView,
  container: ContainerStatus,
  events: readonly EventObject[],
  deployment: DeploymentObject | undefined,
): Finding | undefined {
  const waiting = container.state?.waiting;
  const texts = [waiting?.message, ...events.slice(0, 3).map((event) => event.message)];
  switch (waiting?.reason) {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return notPulled(pod, waiting.reason, texts);
    case 'CreateContainerConfigError':
      return finding(
        'config-error',
        `${pod.name} cannot be configured: ${waiting.message ?? ''}.`,
        configAdvice(waiting.message ?? ''),
        texts,
        configPath(waiting.message ?? '', deployment),
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

function configPath(message: string, deployment: DeploymentObject | undefined): string {
  if (/runAsNonRoot|run as root|non-numeric/.test(message)) return 'build.base';
  const [, name, key] = secretIn(message) ?? [];
  const variable = variablesOf(deployment).find(({ valueFrom }) => {
    const wanted = valueFrom?.secretKeyRef;
    return wanted !== undefined && wanted.name === name && (key === undefined || wanted.key === key);
  });
  return variable ? `env.${variable.name}` : 'env';
}

/** What the kubelet misses: name of a Secret, and its key where only that is not there. */
function secretIn(message: string): readonly [string, string | undefined, string | undefined] | undefined {
  const key = /couldn't find key (\S+) in Secret [^/\s]+\/(\S+)/.exec(message);
  if (key) return [message, key[2], key[1]];
  const whole = /secret "([^"]+)" not found/.exec(message);
  return whole ? [message, whole[1], undefined] : undefined;
}

interface Variable {
  readonly name: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

/** The variables of the containers that a Deployment asks for. */
function variablesOf(deployment: DeploymentObject | undefined): readonly Variable[] {
  // The shape is that of the API (core/v1 PodSpec).
  const spec = deployment?.spec.template.spec as { readonly containers?: readonly { readonly env?: readonly Variable[] }[] } | undefined;
  return spec?.containers?.flatMap(({ env = [] }) => env) ?? [];
}

const configAdvice = (message: string): string =>
  /runAsNonRoot|run as root|non-numeric/.test(message)
    ? 'Give the base image a numeric user in the standards, other than 0.'
    : 'Create the Secret or ConfigMap, with the key that is asked for.';

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
  const who = pod.initContainers.includes(container) ? `The init container \`${container.name}\` of ${pod.name}` : pod.name;
  return finding('crash-loop', `${who} ends again and again with exit code ${code}.`, advice, facts, undefined, log);
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
