import type { BuildSpec } from '../../../server/src/protocol.ts';
import type { SourceState } from '../ports.ts';

/** What is built, for its labels. */
export interface Provenance {
  readonly spec: BuildSpec;
  readonly source: SourceState;
  readonly tag: string;
  readonly title: string;
  /** `waybill.dev/…` labels that say what it is. */
  readonly own: Readonly<Record<string, string>>;
}

/** The date of an image that is built again from the same commit is the same. */
export function sourceDateOf(source: SourceState): Date {
  return source.commitTime ?? new Date(0);
}

/** Labels that say where an image comes from; what is not known is left out (OCI image-spec, annotations.md). */
export function provenanceLabels({ spec, source, tag, title, own }: Provenance): Readonly<Record<string, string>> {
  const labels: Record<string, string | undefined> = {
    'org.opencontainers.image.created': sourceDateOf(source).toISOString(),
    'org.opencontainers.image.source': source.remote,
    'org.opencontainers.image.revision': source.revision,
    'org.opencontainers.image.version': tag,
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.base.name': spec.base?.image.repository,
    'org.opencontainers.image.base.digest': spec.base?.image.digest,
    'waybill.dev/standards': spec.standards && `${spec.standards.name}@${spec.standards.version}`,
    ...own,
  };
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}
