/** From a Pod to the instance that trees show, and why it waits in words that a developer understands. Pure. */
import type { InstanceState } from '../ports.ts';
import { firstLine } from './finding.ts';
import { pullWords } from './findingsBefore.ts';
import { digestOf, isReady, type PodView, restartsOf, waitingReason } from './pods.ts';

export function instanceOf(pod: PodView): InstanceState {
  const main = pod.containers[0];
  const why = whyOf(pod);
  const since = main?.state?.running?.startedAt ?? pod.started ?? pod.created;
  const digest = digestOf(main?.imageID);
  return {
    id: pod.uid,
    name: pod.name,
    phase: phaseOf(pod),
    ready: isReady(pod) && !pod.deleting,
    restarts: restartsOf(pod),
    ...(since ? { since } : {}),
    where: pod.node,
    ...(digest ? { digest } : {}),
    ...(why ? { reason: why.words } : {}),
    ...(why && why.detail !== why.words ? { detail: why.detail } : {}),
  };
}

function phaseOf(pod: PodView): string {
  if (pod.deleting) return 'Draining';
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return 'Stopped';
  const killed = pod.containers.some((container) => !container.ready && container.lastState?.terminated?.reason === 'OOMKilled');
  const waiting = waitingReason(pod)?.reason;
  if (killed && (waiting === 'CrashLoopBackOff' || pod.containers.some((container) => container.state?.terminated))) return 'OOMKilled';
  if (waiting === 'CrashLoopBackOff') return 'CrashLoop';
  if (waiting) return 'Pending';
  if (isReady(pod)) return 'Ready';
  if (pod.containers.some((container) => container.state?.running)) {
    return pod.containers.every((container) => container.started !== false) ? 'Running' : 'Starting';
  }
  if (pod.containers.some((container) => container.state?.terminated)) return 'Stopped';
  return pod.node === '' ? 'Pending' : 'Pulling';
}

/** Few words, and what the API says. */
export interface Why {
  readonly words: string;
  readonly detail: string;
}

/** Why a Pod waits; undefined while nothing keeps it from running. */
export function whyWaiting(pod: PodView): Why | undefined {
  const waiting = waitingReason(pod);
  if (!waiting) return undefined;
  const { reason, message } = waiting;
  return { words: waitingWords(pod, reason, message), detail: message ? `${reason}: ${message}` : reason };
}

function waitingWords(pod: PodView, reason: string, message: string): string {
  switch (reason) {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return pullWords(reason, message);
    case 'CrashLoopBackOff':
      return `ends again and again${endedWith(pod)}`;
    case 'CreateContainerConfigError':
      return `cannot be configured: ${firstLine(message)}`;
    case 'CreateContainerError':
    case 'RunContainerError':
      return `cannot be started: ${firstLine(message)}`;
    case 'Unschedulable':
      return `no node takes it: ${message.replace(/^\d+\/\d+ nodes are available: /, '').replace(/\.? preemption:.*$/s, '')}`;
    default:
      return message ? `${reason}: ${firstLine(message)}` : reason;
  }
}

/** How the last run of a container ended. */
function endedWith(pod: PodView): string {
  const ended = [...pod.initContainers, ...pod.containers].find(({ lastState }) => lastState?.terminated)?.lastState?.terminated;
  if (!ended) return '';
  return ended.reason === 'OOMKilled' ? ': out of memory' : `, exit code ${ended.exitCode}`;
}

function whyOf(pod: PodView): Why | undefined {
  const waiting = whyWaiting(pod);
  if (waiting) return waiting;
  if (pod.reason) {
    const detail = pod.message ? `${pod.reason}: ${pod.message}` : pod.reason;
    return { words: pod.reason, detail };
  }
  const ended = pod.containers.find((container) => container.state?.terminated)?.state?.terminated;
  const words = ended && `${ended.reason ?? 'Ended'}, exit code ${ended.exitCode}`;
  return words === undefined ? undefined : { words, detail: words };
}
