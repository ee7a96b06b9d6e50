/** Why a container does not come up, in words a developer understands. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerConnection } from '../docker/connection.ts';
import { statusOf } from '../docker/faults.ts';
import { containerLogs } from '../docker/logs.ts';
import { fail, type WaybillError } from '../errors.ts';
import type { Diagnosis } from '../ports.ts';
import type { ContainerSpec } from './containerSpec.ts';
import { type InspectedContainer, inspectContainer } from './containers.ts';

/** An error that carries its diagnosis: the release is bad, rather than that we could not do it. */
export interface DiagnosedError extends WaybillError {
  readonly diagnosis: Diagnosis;
}

export function failDiagnosed(diagnosis: Diagnosis): DiagnosedError {
  return Object.assign(fail('rejected', diagnosis.summary, diagnosis.advice), { diagnosis });
}

export function diagnosisOf(error: unknown): Diagnosis | undefined {
  return error instanceof Error && 'diagnosis' in error ? (error as DiagnosedError).diagnosis : undefined;
}

const logLines = 50;
/** How often a container that was started again is looked at until it ends again; a tenth of a second apart. */
const looksForEnd = 30;

/** Looks at a container that failed or did not become healthy in time. */
export async function diagnose(
  connection: DockerConnection,
  id: string,
  name: string,
  deadline: number | undefined,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const inspected = await afterItsEnd(connection, id, signal);
  const place = `${name} on ${connection.host.name}`;
  if (!inspected) {
    return { kind: 'config-error', summary: `${place} was removed by somebody.`, evidence: [], advice: 'Deploy again.', log: [] };
  }
  return { ...judge(inspected, place, deadline), log: await lastLines(connection, id, signal) };
}

/** A container that was just started again has no exit code: the next end of it tells. */
async function afterItsEnd(connection: DockerConnection, id: string, signal: AbortSignal): Promise<InspectedContainer | undefined> {
  for (let look = 0; ; look++) {
    const inspected = await inspectContainer(connection, id, signal);
    const between = inspected?.State.Running && inspected.RestartCount > 0 && inspected.State.ExitCode === 0;
    if (!between || look === looksForEnd) return inspected;
    await sleep(100, undefined, { signal });
  }
}

/** Last lines of a container's log; none when they cannot be read. */
async function lastLines(connection: DockerConnection, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const batch of containerLogs(connection, id, { tty: false, follow: false, tail: logLines }, signal)) {
      lines.push(...batch.map((line) => line.text));
    }
  } catch {
    // The log is an extra: what is known without it is worth saying.
  }
  return lines.slice(-logLines);
}

type Judgement = Omit<Diagnosis, 'log'>;

/** The state of a container as a finding. Pure. */
export function judge(container: InspectedContainer, place: string, deadline: number | undefined): Judgement {
  const { State, RestartCount, HostConfig } = container;
  const evidence = [`state ${State.Status}, exit code ${State.ExitCode}, ${RestartCount} restarts`];
  if (State.Error) evidence.push(State.Error);
  if (State.OOMKilled || (State.ExitCode === 137 && !State.Running && HostConfig.Memory > 0)) {
    return {
      kind: 'out-of-memory',
      summary: `${place} was killed: it used more memory than its limit of ${Math.round(HostConfig.Memory / 2 ** 20)} MiB.`,
      evidence,
      advice: 'Raise resources.limits.memory, or lower the heap (-Xmx) of the process.',
      manifestPath: 'resources.limits.memory',
    };
  }
  if (!State.Running || State.Restarting || RestartCount > 0) return crashed(container, place, evidence);
  const probes = (State.Health?.Log ?? []).map((entry) => `health check exit code ${entry.ExitCode}: ${entry.Output.trim()}`);
  if (State.Health && State.Health.Status !== 'healthy') {
    return {
      kind: 'probe',
      summary: `${place} runs, but its health check does not succeed${within(deadline)}.`,
      evidence: [...evidence, ...probes],
      advice: 'Compare port and path of health.readiness with what the process serves, and its start-up time with the probe.',
      manifestPath: 'health.readiness',
    };
  }
  return {
    kind: 'deadline',
    summary: `${place} did not become ready${within(deadline)}.`,
    evidence: [...evidence, ...probes],
    advice: 'See its log, or raise rollout.progressDeadline.',
    manifestPath: 'rollout.progressDeadline',
  };
}

function within(deadline: number | undefined): string {
  return deadline === undefined ? '' : ` within ${deadline} s`;
}

const exitAdvice: Readonly<Record<number, readonly [string, string]>> = {
  126: ['its command cannot be executed', 'Check ENTRYPOINT and CMD of the image and the mode of the file.'],
  127: ['its command was not found', 'Check ENTRYPOINT and CMD of the image.'],
  139: ['the process crashed (segmentation fault)', 'See its log.'],
  143: ['it was ended from outside (SIGTERM)', 'See whether a health check or a person ended it.'],
};

function crashed(container: InspectedContainer, place: string, evidence: readonly string[]): Judgement {
  const { ExitCode } = container.State;
  const [why, advice] = exitAdvice[ExitCode] ?? ['the process ended', 'See the last lines of its log.'];
  return {
    kind: 'crash-loop',
    summary: `${place} does not stay up: ${why} with exit code ${ExitCode}, ${container.RestartCount} restarts.`,
    evidence,
    advice,
  };
}

/** The engine's refusal to create or start a container, as a finding; undefined when it is none of the release's making. */
export function refusalOf(error: unknown, spec: ContainerSpec, place: string): Diagnosis | undefined {
  if (statusOf(error) === undefined || !(error instanceof Error)) return undefined;
  const text = error.message;
  const found = (kind: string, summary: string, advice: string, manifestPath?: string): Diagnosis => ({
    kind,
    summary: `${place} cannot start: ${summary}`,
    evidence: [text],
    advice,
    log: [],
    ...(manifestPath === undefined ? {} : { manifestPath }),
  });
  if (/port is already allocated|address already in use|ports are not available/i.test(text)) {
    const port = /:(\d+)(?:[ :]|$|\.)/.exec(text)?.[1];
    return found('port-taken', `port ${port ?? ''} of the host is taken.`, 'Free the port, or choose another in ports.', 'ports');
  }
  if (/bind source path does not exist|bind mount source/i.test(text)) {
    const paths = spec.binds.map((bind) => bind.source).join(', ');
    return found('config-error', `the folder ${paths} is not on the host.`, 'Install the JDK there, or use hosts that have it.', 'jdk');
  }
  if (/exec format error/i.test(text)) {
    return found('start-error', 'the image is for another processor architecture.', 'Build it for the platform of the host.');
  }
  if (/executable file not found|no such file or directory|permission denied/i.test(text)) {
    return found('start-error', 'the command of the image is not there or cannot be executed.', 'Check ENTRYPOINT and CMD of the image.');
  }
  return found('start-error', text, 'See the message of the engine.');
}
