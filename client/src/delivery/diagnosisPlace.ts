/** Which line of `waybill.yaml` is to blame for a release that is not healthy. */
import type { Location } from '../../../server/src/protocol.ts';
import type { Diagnosis, Documents } from '../ports.ts';

/**
 * Where the manifest path of a diagnosis is written, or the nearest key above it; undefined when nobody wrote any of them. Asked of the
 * manifest as it is now, which is where it is going to be corrected.
 */
export async function diagnosisPlace(
  documents: Pick<Documents, 'effective'>,
  service: string,
  environment: string,
  diagnosis: Diagnosis,
  signal: AbortSignal,
): Promise<Location | undefined> {
  if (diagnosis.manifestPath === undefined) return undefined;
  const { places = {} } = await documents.effective(service, environment, signal);
  return nearest(places, diagnosis.manifestPath);
}

/** `health.readiness.http` → its place, else that of `health.readiness`, else of `health`. */
function nearest(places: Readonly<Record<string, Location>>, path: string): Location | undefined {
  for (let key = path; key !== ''; key = key.slice(0, Math.max(0, key.lastIndexOf('.')))) {
    if (Object.hasOwn(places, key)) return places[key];
  }
  return undefined;
}
