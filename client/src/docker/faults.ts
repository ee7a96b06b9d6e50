import type { DockerHost } from '../../../server/src/protocol.ts';
import { fail, isWaybillError, type WaybillError } from '../errors.ts';
import type { SshFailure } from './sshStream.ts';

/** An error answer of the engine keeps its HTTP status, so that callers tell "not there" (404) and "in conflict" (409). */
export interface EngineError extends WaybillError {
  readonly status: number;
}

/** HTTP status of an engine's error answer, undefined for every other error. */
export function statusOf(error: unknown): number | undefined {
  return isWaybillError(error) && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}

export function cancelled(cause?: unknown): WaybillError {
  return fail('cancelled', 'Cancelled.', 'Start it again when you want it.', { cause });
}

/** The engine does not answer in time. */
export function silent(host: DockerHost, seconds: number): WaybillError {
  return fail(
    'unreachable',
    `${place(host)} does not answer: nothing came within ${seconds} s.`,
    'Check that the host is up and that the network between lets the connection pass.',
  );
}

/** How messages name a host. */
export function place(host: DockerHost): string {
  return `Docker Engine \`${host.name}\` (${host.host})`;
}

interface Fault {
  readonly kind: 'unreachable' | 'unauthorized' | 'configuration';
  readonly why: string;
  readonly advice: string;
}

const unreachable = (why: string, advice: string): Fault => ({ kind: 'unreachable', why, advice });
const untrusted = (why: string): Fault =>
  unreachable(why, 'Make tls.ca the CA that signed this server, or find out who answers in its place.');

/** What node's error codes mean to a person who reaches for a Docker Engine. */
const faults: Readonly<Record<string, Fault>> = {
  ENOENT: unreachable('there is no such socket', 'Start the Docker Engine, or correct the path.'),
  EACCES: {
    kind: 'unauthorized',
    why: 'this user may not open the socket',
    advice: 'Add the user to the group that owns the socket (usually docker).',
  },
  ECONNREFUSED: unreachable('nothing listens there (connection refused)', 'Start the Docker Engine, or correct the address.'),
  ENOTFOUND: unreachable('the host name is unknown', 'Correct the name in the address.'),
  EAI_AGAIN: unreachable('the host name could not be looked up', 'Check the name and the DNS of this machine.'),
  EHOSTUNREACH: unreachable('there is no route to the host', 'Check the network and that the host is up.'),
  ENETUNREACH: unreachable('there is no route to the network', 'Check the network of this machine.'),
  ETIMEDOUT: unreachable('no connection within 10 s', 'Check that the host is up and that no firewall swallows the connection.'),
  ECONNRESET: unreachable('the connection was cut', 'See whether the Docker Engine was stopped or crashed (its log says), and try again.'),
  EPIPE: unreachable('the connection was cut', 'See whether the Docker Engine was stopped or crashed (its log says), and try again.'),
  HPE_INVALID_CONSTANT: unreachable(
    'what answers there does not speak HTTP',
    'Correct the port; a port with TLS needs tls: {ca, cert, key}.',
  ),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted('its certificate was signed by a CA that is not the given one'),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('its certificate was signed by a CA that is not the given one'),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('its certificate is signed by itself, not by the given CA'),
  CERT_SIGNATURE_FAILURE: untrusted('its certificate was not signed by the given CA'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted('its certificate was signed by a CA that is not the given one'),
  CERT_HAS_EXPIRED: unreachable('its certificate has expired', 'Renew the certificate of the server.'),
  CERT_NOT_YET_VALID: unreachable('its certificate is not valid yet', 'Compare the clocks of both machines.'),
  ERR_TLS_CERT_ALTNAME_INVALID: unreachable(
    'its certificate is for another name',
    'Use the name that the certificate has, or issue one for this name.',
  ),
};

/** Words for a failure to reach an engine, or to stay connected with it. Errors that are ours pass unchanged. */
export function connectionFault(host: DockerHost, error: unknown, signal?: AbortSignal): WaybillError {
  if (signal?.aborted && isWaybillError(signal.reason)) return signal.reason;
  if (signal?.aborted) return cancelled(error);
  if (isWaybillError(error)) return error;
  const fault = sshFault(error) ?? codeFault(error);
  return fail(fault.kind, `${place(host)} cannot be reached: ${fault.why}.`, fault.advice, { cause: error });
}

function codeFault(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = faults[code];
  if (known) return known;
  const text = error instanceof Error ? error.message : String(error);
  if (
    /ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA|CERTIFICATE_UNKNOWN)|alert (bad certificate|certificate required|unknown ca)/i.test(
      `${code} ${text}`,
    )
  ) {
    return {
      kind: 'unauthorized',
      why: 'it refuses our client certificate',
      advice: 'Give tls.cert and tls.key that the CA of this engine has signed.',
    };
  }
  if (/WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|packet length too long/i.test(`${code} ${text}`)) {
    return unreachable('it answers without TLS on this port', 'Correct the port, or let the engine listen with --tlsverify.');
  }
  if (/^ERR_(OSSL|SSL)|PEM/.test(`${code} ${text}`)) {
    return {
      kind: 'configuration',
      why: `TLS cannot be set up (${text})`,
      advice: 'Check that tls.ca, tls.cert and tls.key are PEM files that belong together.',
    };
  }
  return unreachable(text || 'the connection failed', 'Check the address and that the Docker Engine runs.');
}

function sshFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('syscall' in error && String(error.syscall).startsWith('spawn')) {
    return { kind: 'configuration', why: 'there is no ssh program on this machine', advice: 'Install OpenSSH, or use tcp with TLS.' };
  }
  if (!('ssh' in error)) return undefined;
  const { code, said } = (error as SshFailure).ssh;
  if (/host identification has changed/i.test(said)) {
    return unreachable(
      'its host key is another one than before: it was set up anew, or somebody stands in between',
      'Ask the owner of the host for the fingerprint of its new key; only if it is the same, forget the old one with `ssh-keygen -R`.',
    );
  }
  if (/host key verification failed|no .* host key is known/i.test(said)) {
    return unreachable(
      'ssh does not know its host key',
      'Connect once with ssh by hand and compare the fingerprint with what the owner of the host says.',
    );
  }
  if (/permission denied/i.test(said)) {
    return {
      kind: 'unauthorized',
      why: 'ssh was not let in (permission denied)',
      advice:
        'Load your key into the ssh agent (`ssh-add`; a key with a passphrase is of use only there), or have it authorised on the host.',
    };
  }
  if (code === 127 || /command not found|not found/i.test(said)) {
    return unreachable(
      'the host has no docker program',
      'Install the Docker CLI there: ssh reaches the engine through `docker system dial-stdio`.',
    );
  }
  return unreachable(`ssh ended with status ${code}${said ? ` (${lastLine(said)})` : ''}`, 'Try `ssh` to the host by hand.');
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1).trim();
}

/** Words for an error answer of an engine. `text` is its message. */
export function answerFault(host: DockerHost, status: number, text: string): EngineError {
  const make = (kind: WaybillError['waybill'], why: string, advice: string) =>
    Object.assign(fail(kind, `${place(host)} ${why}`, advice), { status });
  if (status === 400 && text.includes('HTTP request to an HTTPS server')) {
    return make('unreachable', 'wants TLS on this port.', 'Give the host tls: {ca, cert, key}.');
  }
  if (status === 400 && /client version .* is too (new|old)/.test(text)) {
    return make('rejected', `refuses our API version: ${text}.`, 'Reload: the engine behind this address has changed.');
  }
  if (status === 401 || status === 403) return make('unauthorized', `refuses: ${text.replace(/\.$/, '')}.`, 'Ask its owner for access.');
  return make('rejected', `refuses: ${text.replace(/\.$/, '') || `status ${status}`}.`, 'See the message of the engine.');
}
