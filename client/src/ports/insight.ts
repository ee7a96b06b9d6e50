/** Into what runs: commands, ports, details, and what one may not do. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';

/** A command in a running instance of a service. */
export interface ExecOrder {
  readonly service: string;
  /** Id or name; default: the newest that is ready. */
  readonly instance?: string;
  /** Default: the instance's first container. */
  readonly container?: string;
  /** Default: the best shell that is there. */
  readonly command?: readonly string[];
  /** Size of the terminal; absent: no terminal, and the two outputs apart. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** False closes the command's input at once. */
  readonly input: boolean;
  /** What the command says, in whatever pieces it arrives. */
  readonly output: (data: Uint8Array, isError: boolean) => void;
}

/** A command that runs. */
export interface ExecSession {
  /** Name of the instance. */
  readonly instance: string;
  write(data: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): void;
  /** Exit code; rejects when the connection is lost before the command has ended. */
  readonly ended: Promise<number>;
  /** Ends the connection, and with it the command where the platform can. */
  close(): void;
}

/** A port of a service made reachable on this machine. */
export interface ForwardOrder {
  readonly service: string;
  /** Id or name; default: whichever is ready when a connection comes. */
  readonly instance?: string;
  readonly remotePort: number;
  /** 0 takes a free one. */
  readonly localPort: number;
}

export interface ForwardState {
  /** `waiting`: no instance is ready; connections are held until one is. */
  readonly phase: 'ready' | 'waiting';
  readonly instance?: string;
  readonly connections: number;
  /** What happened last, in words. */
  readonly message?: string;
}

export interface Forwarding {
  /** On 127.0.0.1. */
  readonly localPort: number;
  /** Resolves when it is over; rejects when it cannot go on: the rights or the environment are gone. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** A document about a workload or one of its instances, as plain lines of facts under headings. */
export interface Details {
  readonly title: string;
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
}

/** What one may not do, by verb (`exec`, `forward`, `logs`, `deploy`), with the reason and the right to ask for. */
export type Denials = Readonly<Record<string, string>>;

/** What a platform may offer to look into what runs. */
export interface PlatformInsight {
  /** Starts a command; resolves when it runs. Absent: the platform has no such thing. */
  exec?(environment: EnvironmentSummary, order: ExecOrder, signal: AbortSignal): Promise<ExecSession>;
  /** Listens on a local port until the signal is aborted or `stop` is called, across replacements of instances. */
  forward?(
    environment: EnvironmentSummary,
    order: ForwardOrder,
    report: (state: ForwardState) => void,
    signal: AbortSignal,
  ): Promise<Forwarding>;
  /** All that is known of a service's workload, or of one instance (id or name). */
  details?(environment: EnvironmentSummary, service: string, instance: string | undefined, signal: AbortSignal): Promise<Details>;
  /** What the user may not do in the environment; empty when everything is allowed or unknown. */
  denials?(environment: EnvironmentSummary, signal: AbortSignal): Promise<Denials>;
}
