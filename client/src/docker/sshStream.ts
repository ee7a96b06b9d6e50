import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { Address } from './address.ts';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/**
 * Arguments of the system's `ssh` for one connection to a remote engine. Strict host keys: an unknown or changed key ends the
 * connection, whatever the user's configuration says (S17). BatchMode: ssh never asks.
 */
export function sshArguments(address: SshAddress): string[] {
  return [
    '-o',
    'BatchMode=yes',
    '-o',
    'StrictHostKeyChecking=yes',
    '-o',
    'ConnectTimeout=10',
    '-o',
    'ServerAliveInterval=10',
    '-T',
    ...(address.port === undefined ? [] : ['-p', String(address.port)]),
    ...(address.user === undefined ? [] : ['-l', address.user]),
    '--',
    address.host,
    'docker',
    'system',
    'dial-stdio',
  ];
}

/** What ssh said before it gave up; `code` is its exit status. */
export interface SshFailure extends Error {
  readonly ssh: { readonly code: number | null; readonly said: string };
}

/** A socket-like stream over `ssh … docker system dial-stdio`; has the members that node's HTTP agent calls on sockets. */
export class SshStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = '';

  constructor(address: SshAddress, command = 'ssh') {
    super({ allowHalfOpen: true });
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOCKER_')));
    this.#child = spawn(command, sshArguments(address), { stdio: ['pipe', 'pipe', 'pipe'], env: environment, windowsHide: true });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-2000);
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.destroy(error));
    this.#child.on('close', (code) => this.#closed(code));
  }

  #closed(code: number | null): void {
    if (code === 0) {
      this.push(null);
      return;
    }
    const error = new Error(`ssh ended with status ${code}: ${this.#said.trim()}`);
    this.destroy(Object.assign(error, { ssh: { code, said: this.#said.trim() } }) satisfies SshFailure);
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** Lets the process end while the connection is idle. */
  unref(): this {
    this.#child.unref();
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }
}
