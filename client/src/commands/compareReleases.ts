import { compareReleases as compare, comparisonText } from '../delivery/compareReleases.ts';
import { recordFolder } from '../delivery/find.ts';
import { genuineReleases } from '../delivery/releases.ts';
import { fail } from '../errors.ts';
import type { ReleaseRecord } from '../ports.ts';
import { releaseName } from '../tree/services.ts';
import { dotted, shortDigest, timeAgo } from '../tree/words.ts';
import { chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** What is different between two releases of a service: image, layers, configuration. */
export const compareReleases: Command = {
  contribution: {
    id: 'waybill.release.compare',
    title: 'Compare Releases…',
    icon: 'diff',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('services', '(service|release)'), group: '2_look@11' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const lists = context.state.releases.store.get();
    const several = model.services.filter(({ id }) => (lists.get(id)?.releases.length ?? 2) > 1);
    const offered = several.length > 0 && !subject.service ? { ...model, services: several } : model;
    const service = await chooseService(context, offered, subject, 'Compare Releases');
    if (!service) return;
    const ports = await context.ports();
    const { releases } = await genuineReleases(ports, recordFolder(model, service), service.id);
    if (releases.length < 2)
      throw fail('configuration', `\`${service.name}\` has fewer than two releases.`, 'Release it again after a change.');
    const now = ports.clock.now();
    const pick = (placeholder: string, of: readonly ReleaseRecord[]) =>
      context.ui.pick({
        title: `Compare releases of ${service.name}`,
        placeholder,
        choices: of.map((release) => ({
          label: releaseName(release),
          description: dotted(release.alias, timeAgo(release.build.started, now), shortDigest(release.identity.image.digest)),
          icon: 'tag',
          value: release,
        })),
      });
    const right = releases.find(({ id }) => id === subject.release) ?? (await pick('Which one?', releases));
    const left =
      right &&
      (await pick(
        'Compared with which?',
        releases.filter((release) => release !== right),
      ));
    if (!left || !right) return;
    const found = await compare(ports, { service: service.id, left: left.id, right: right.id }, AbortSignal.timeout(60_000));
    const name = `${left.alias} ↔ ${right.alias}`;
    await context.ui.openText(`${service.name}: ${name}`, 'diff', comparisonText(found));
    const [before, after] = found.manifests;
    if (found.configuration !== '')
      await context.ui.openDiff(
        `${service.name} configuration: ${name}`,
        'yaml',
        { name: left.id, text: before },
        { name: right.id, text: after },
      );
  },
};
