import type { BuildNote, Ports } from '../ports.ts';

/** Notes that a build begins; the answer adds a builder that takes part. Killed in the middle, it is closed by the next window or call. */
export async function noteBuild(
  { records }: Pick<Ports, 'records'>,
  folder: string,
  note: Omit<BuildNote, 'builders'>,
): Promise<(builder: string) => Promise<void>> {
  const builders = new Set<string>();
  const write = () => records.building.begin(folder, { ...note, builders: [...builders] });
  await write();
  return async (builder) => {
    builders.add(builder);
    await write();
  };
}
