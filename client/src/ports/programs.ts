/** Runs what a manifest names: checks after a deployment. Never through a shell. */
export interface Programs {
  run(
    order: {
      readonly program: string;
      readonly args: readonly string[];
      /** Absolute. */
      readonly folder: string;
      readonly env: Readonly<Record<string, string>>;
      /** Milliseconds. */
      readonly timeout: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly code: number; readonly output: string }>;
}

/** Calls an address that came out of a secret. */
export interface Webhooks {
  /** Throws `rejected` or `unreachable`; no message holds the address. */
  post(address: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void>;
}
