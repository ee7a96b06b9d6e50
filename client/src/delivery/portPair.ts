import { fail } from '../errors.ts';

export interface PortPair {
  /** 0: a free one. */
  readonly localPort: number;
  readonly remotePort: number;
}

/** `8080`, `9000:8080` (local first), `0:8080`. Throws `usage`. */
export function portPair(text: string): PortPair {
  const match = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text);
  const remotePort = Number(match?.[2]);
  const localPort = match?.[1] === undefined ? remotePort : Number(match[1]);
  if (!match || remotePort < 1 || remotePort > 65_535 || localPort > 65_535) {
    throw fail('usage', `\`${text}\` is no port.`, 'Write `8080`, or `9000:8080` for another local port.');
  }
  return { localPort, remotePort };
}
