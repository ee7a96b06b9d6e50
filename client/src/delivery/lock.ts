import type { FetchedStandards, FolderLock, LockedImage, LockedStandards } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { Ports } from '../ports.ts';

export interface LockOrder {
  /** True: everything is looked up again. False: what the lock pins stays, and only what is missing is looked up. */
  readonly update: boolean;
  /** Nothing is written. */
  readonly check: boolean;
  /** Of Waybill. */
  readonly generator: string;
}

/** What became of the lock of one workspace folder. */
export interface LockOutcome {
  /** Absolute path of the lock. */
  readonly file: string;
  readonly changed: boolean;
  /** References whose pin is new or another one. */
  readonly pinned: readonly string[];
  /** References whose entries were taken away. */
  readonly removed: readonly string[];
  /** Copies that were fetched. */
  readonly fetched: readonly string[];
}

type LockPorts = Pick<Ports, 'documents' | 'registry' | 'pinned'>;

/**
 * Brings `waybill.lock.yaml` of every workspace folder up to date, and fetches the copies that it pins. Standards that
 * copies extend are fetched in their turn. Nothing is written before all was fetched.
 */
export async function updateLock(
  ports: LockPorts,
  order: LockOrder,
  report: (message: string) => void,
  signal: AbortSignal,
): Promise<readonly LockOutcome[]> {
  const fetched = new Map<string, FetchedStandards>();
  const images = new Map<string, string>();
  const ask = () =>
    ports.documents.lock(
      {
        fetched: [...fetched.values()],
        images: [...images].map(([ref, digest]) => ({ ref, digest })),
        generator: order.generator,
      },
      signal,
    );
  let answer = await ask();
  // Each round finds what the copies of the one before extend; a chain of fifty is a mistake.
  for (let round = 0; round < 50; round++) {
    const wanted = answer.folders.flatMap((lock) =>
      lock.extends.filter((one) => !fetched.has(one.ref) && (order.update || !one.present)).map((one) => ({ one, folder: lock.folder })),
    );
    if (wanted.length === 0) break;
    for (const { one, folder } of wanted) {
      report(one.ref);
      fetched.set(one.ref, await fetchStandards(ports, one, folder, order, signal));
    }
    answer = await ask();
  }
  for (const image of answer.folders.flatMap((lock) => lock.images)) {
    if (images.has(image.ref) || (image.digest !== undefined && !order.update)) continue;
    report(image.ref);
    images.set(image.ref, await digestOf(ports, image, signal));
  }
  answer = await ask();
  return Promise.all(answer.folders.map((lock) => settle(ports, lock, order, [...fetched.keys()])));
}

async function fetchStandards(
  { pinned }: LockPorts,
  { ref, remote, pin }: LockedStandards,
  folder: string,
  { update }: LockOrder,
  signal: AbortSignal,
): Promise<FetchedStandards> {
  const commit = update ? undefined : pin?.commit;
  return pinned.fetch(remote, { ref, folder, ...(commit === undefined ? {} : { commit }) }, signal);
}

async function digestOf({ registry }: LockPorts, { ref, repository, tag }: LockedImage, signal: AbortSignal): Promise<string> {
  const digest = await registry.resolve(repository, tag, signal);
  if (digest !== undefined) return digest;
  throw fail('configuration', `There is no image \`${ref}\` in its registry.`, 'Correct FROM, or push the image.');
}

async function settle({ pinned }: LockPorts, lock: FolderLock, { check }: LockOrder, fetched: readonly string[]): Promise<LockOutcome> {
  const changed = lock.text !== lock.before;
  const own = fetched.filter((ref) => lock.extends.some((one) => one.ref === ref));
  if (!check) {
    const text = changed && lock.text !== undefined ? [{ path: 'waybill.lock.yaml', text: lock.text }] : [];
    await pinned.write(lock.folder, [...lock.copies, ...text]);
  }
  return {
    file: `${lock.folder}/waybill.lock.yaml`,
    changed,
    pinned: changed ? newPins(lock) : [],
    removed: lock.stale,
    fetched: own,
  };
}

/** References whose line with the digest is not in the lock as it was. */
function newPins({ before = '', extends: standards, images }: FolderLock): readonly string[] {
  const pins = [
    ...standards.flatMap(({ ref, pin }) => (pin ? [{ ref, digest: pin.digest }] : [])),
    ...images.flatMap(({ ref, digest }) => (digest === undefined ? [] : [{ ref, digest }])),
  ];
  return pins.filter(({ ref, digest }) => !before.includes(`ref: ${JSON.stringify(ref)}\n    digest: ${digest}\n`)).map(({ ref }) => ref);
}
