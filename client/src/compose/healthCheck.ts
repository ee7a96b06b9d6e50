/** Docker's health check made from the manifest's probes. */
import type { EffectiveService, Probe } from '../../../server/src/protocol.ts';

/** `HealthConfig` of the Engine API; times in nanoseconds. */
export interface HealthCheck {
  readonly Test: readonly string[];
  readonly Interval: number;
  readonly Timeout: number;
  readonly Retries: number;
  readonly StartPeriod: number;
}

const second = 1e9;

/** Quotes one word for a POSIX shell (S18). */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The command of a probe, run inside the container: an HTTP probe uses whichever of wget, curl and nc the image has (the static
 * busybox of Debian has a wget that crashes and an nc that works); a TCP probe looks for the listening socket in /proc (state 0A, LISTEN), which needs nothing but grep.
 */
export function probeCommand(probe: Probe): readonly string[] {
  if (probe.http) {
    const path = probe.http.path.startsWith('/') ? probe.http.path : `/${probe.http.path}`;
    const url = shellWord(`http://127.0.0.1:${probe.http.port}${path}`);
    const seconds = Math.max(1, Math.ceil(probe.timeout));
    const request = shellWord(`GET ${path} HTTP/1.0`);
    const programs = [
      `wget -q -T ${seconds} -O /dev/null ${url}`,
      `curl -fsS -m ${seconds} -o /dev/null ${url}`,
      `printf '%s\\r\\nHost: localhost\\r\\n\\r\\n' ${request} | nc -w ${seconds} 127.0.0.1 ${probe.http.port} | grep -q '^HTTP/1.[01] [23]'`,
    ];
    return ['CMD-SHELL', programs.join(' || ')];
  }
  if (probe.tcp) {
    const port = probe.tcp.port.toString(16).toUpperCase().padStart(4, '0');
    return ['CMD-SHELL', `cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':${port} 0*:0000 0A'`];
  }
  return ['CMD', ...(probe.command ?? [])];
}

/** Seconds that a start may take before a failing probe counts. */
export function startWindow(health: EffectiveService['health']): number {
  const { startup, readiness, liveness } = health;
  const probe = readiness ?? liveness;
  return startup ? startup.initialDelay + startup.period * startup.failureThreshold : (probe?.initialDelay ?? 0);
}

/**
 * The health check of the container; undefined leaves the image's own in force. `ports` says which port a container listens on in
 * place of the declared one, for ports that are given out per instance.
 */
export function healthCheck(health: EffectiveService['health'], ports: ReadonlyMap<number, number> = new Map()): HealthCheck | undefined {
  const declared = health.readiness ?? health.liveness ?? health.startup;
  if (!declared) return undefined;
  const probe = onPorts(declared, ports);
  return {
    Test: probeCommand(probe),
    Interval: Math.round(Math.max(probe.period, 1) * second),
    Timeout: Math.round(Math.max(probe.timeout, 1) * second),
    Retries: Math.max(1, probe.failureThreshold),
    StartPeriod: Math.round(startWindow(health) * second),
  };
}

function onPorts(probe: Probe, ports: ReadonlyMap<number, number>): Probe {
  if (probe.http) return { ...probe, http: { ...probe.http, port: ports.get(probe.http.port) ?? probe.http.port } };
  if (probe.tcp) return { ...probe, tcp: { port: ports.get(probe.tcp.port) ?? probe.tcp.port } };
  return probe;
}
