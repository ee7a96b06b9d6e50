import { fail } from '../errors.ts';
import type { Evidence, Ports, ReleaseRecord } from '../ports.ts';
import { findService, recordFolder } from './find.ts';
import { genuineReleases, pickRelease } from './releases.ts';

export interface EvidenceInput {
  readonly service: string;
  /** Id, alias or tag. */
  readonly release: string;
  /** As environments ask for it: `unit-tests`. */
  readonly kind: string;
  readonly passed: boolean;
  /** Who says so; absent: whoever acts. */
  readonly source?: string;
  readonly url?: string;
  /** `sha256:…` of the report. */
  readonly digest?: string;
}

/** Adds to the file of a release what was proven about it elsewhere. Of several proofs of a kind the last counts; none is taken back. */
export async function attachEvidence(
  ports: Ports,
  { service: name, release: wanted, kind, passed, source, url, digest }: EvidenceInput,
  signal: AbortSignal,
): Promise<{ readonly release: ReleaseRecord; readonly evidence: Evidence }> {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(kind)) {
    throw fail('usage', `\`${kind}\` is no kind of evidence.`, 'Name it as `promote.requires.evidence` does: letters, digits and hyphens.');
  }
  if (url !== undefined && !/^https?:\/\/\S+$/.test(url)) throw fail('usage', `\`${url}\` is no address.`, 'Write `https://…`.');
  const model = await ports.documents.model(signal);
  const service = findService(model, name);
  const folder = recordFolder(model, service);
  const release = pickRelease(await genuineReleases(ports, folder, service.id), wanted);
  const evidence: Evidence = {
    kind,
    result: passed ? 'passed' : 'failed',
    source: source ?? (await ports.identity.name()),
    ...(digest ? { digest } : {}),
    ...(url ? { url } : {}),
  };
  await ports.records.noteEvidence(folder, service.id, release.id, evidence);
  return { release, evidence };
}
