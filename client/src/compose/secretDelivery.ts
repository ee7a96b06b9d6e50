/** Secrets of one deployment: read from their sources, written to the hosts, wiped when their containers are gone. */
import { fail } from '../errors.ts';
import type { Secrets } from '../ports.ts';
import { keyOf } from './bookkeeping.ts';
import { imageReference } from './containerSpec.ts';
import type { Draft } from './plan.ts';
import { secretsSource, writeSecrets } from './secretFiles.ts';
import type { HostSurvey } from './survey.ts';

/** Gives the folder that the containers bind; undefined for a service without secrets. */
export async function deliverSecrets(secrets: Secrets, drafted: Draft, sequence: number, signal: AbortSignal): Promise<string | undefined> {
  const { spec, intent, owner } = drafted;
  if (spec.secrets.length === 0) return undefined;
  const values = await Promise.all(
    spec.secrets.map(async ({ name, key }) => {
      const source = intent.environment.secrets?.find((entry) => entry.name === name && entry.key === key);
      if (!source) throw fail('configuration', `There is no source for secret ${name}/${key}.`, 'Add it under secrets of the environment.');
      return { name, key, value: await secrets.read(source.from, signal) };
    }),
  );
  const place = { project: owner.project, service: owner.service, sequence };
  for (const host of new Set(drafted.slotPlan.slots.map((slot) => slot.host))) {
    const survey = drafted.surveys.find(({ connection }) => connection.host.name === host);
    if (survey) await writeSecrets(survey.connection, place, values, intent.service.uid, imageReference(spec.image), signal);
  }
  return secretsSource(place);
}

/** The files cannot be removed through the engine, but emptied. */
export async function wipeSecrets(drafted: Draft, sequence: number, survey: HostSurvey, signal: AbortSignal): Promise<void> {
  const record = (drafted.book.services[keyOf(drafted)] ?? []).find((other) => other.sequence === sequence);
  const values = (record?.effective.env ?? []).flatMap((entry) =>
    'secret' in entry ? [{ ...entry.secret, value: new Uint8Array() }] : [],
  );
  const inUse = drafted.slotPlan.slots.some((slot) => slot.change === 'unchanged' && slot.current?.sequence === sequence);
  if (values.length === 0 || inUse) return;
  const place = { project: drafted.owner.project, service: drafted.owner.service, sequence };
  const image = imageReference(drafted.spec.image);
  await writeSecrets(survey.connection, place, values, drafted.intent.service.uid, image, signal);
}
