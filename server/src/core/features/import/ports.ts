/** A port as the source says it. */
export interface SourcePort {
  readonly port: number;
  readonly udp: boolean;
  /** The source's own name. */
  readonly name?: string;
}

/** Ports of mail, databases and queues: nobody speaks HTTP there. */
const otherProtocols: readonly number[] = [
  ...[21, 22, 25, 53, 110, 143, 465, 587, 993, 1433, 1521, 1883, 2181, 2379],
  ...[3306, 5432, 5672, 6379, 9042, 9092, 11_211, 27_017],
];

/** Ports with the names that manifests ask for: unique, at most 15 signs, one of them a letter. */
export function namedPorts(
  ports: readonly SourcePort[],
): readonly { readonly name: string; readonly port: number; readonly udp: boolean }[] {
  const taken = new Set<string>();
  const seen = new Set<string>();
  const unique = ports.filter(({ port, udp }) => !seen.has(`${port}/${udp}`) && seen.add(`${port}/${udp}`));
  return unique.map(({ name, port, udp }, i) => {
    const both = udp && ports.some((other) => other.port === port && !other.udp);
    const plain = i === 0 && !udp && !otherProtocols.includes(port) ? 'http' : `port-${port}${both ? '-udp' : ''}`;
    const wanted = portName(name) || plain;
    const free = taken.has(wanted) ? `port-${port}${udp ? '-udp' : ''}` : wanted;
    taken.add(free);
    return { name: free, port, udp };
  });
}

/** The section `ports`. */
export function portSection(ports: ReturnType<typeof namedPorts>): readonly Record<string, unknown>[] {
  return ports.map(({ name, port, udp }) => ({ name, port, ...(udp ? { protocol: 'udp' } : {}) }));
}

function portName(name: string | undefined): string {
  const text = (name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 15)
    .replace(/-+$/, '');
  return /[a-z]/.test(text) ? text : '';
}
