import type { WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import { currentModel } from './contract/choose.ts';
import type { Command } from './contract/command.ts';
import { importInto } from './contract/importInto.ts';
import { newManifest } from './text/newManifest.ts';

/** Writes the `waybill.yaml` of a Dockerfile that has none; without Dockerfile a first one that stops at each value worth a look. */
export const createManifest: Command = {
  contribution: {
    id: 'waybill.manifest.create',
    title: 'Create waybill.yaml…',
    icon: 'new-file',
    palette: true,
    connects: false,
    menus: [{ menu: 'explorer/context', when: 'resourceFilename =~ /^(docker|container)file/i', group: '5_waybill@9' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const free = freeDockerfiles(model, await context.ui.findFiles('**/{Dockerfile*,Containerfile*,*.Dockerfile,*.dockerfile}'));
    const chosen = subject.file ?? (free.length > 1 ? await pickDockerfile(free) : free[0]);
    if (free.length > 1 && !chosen) return;
    if (chosen) return importInto(context, chosen);
    const folder = context.ui.workspaceFolder();
    if (!folder) throw fail('configuration', 'No folder is open.', 'Open the folder of the service first.');
    const name = decodeURIComponent(folder.slice(folder.lastIndexOf('/') + 1));
    await context.ui.createFile(`${folder}/waybill.yaml`, newManifest(model, name));

    function pickDockerfile(files: readonly string[]): Promise<string | undefined> {
      const root = context.ui.workspaceFolder() ?? '';
      return context.ui.pick({
        title: 'Create waybill.yaml',
        placeholder: 'Beside which Dockerfile?',
        choices: files.map((file) => ({ label: shownPath(file, root), icon: 'file-code', value: file })),
      });
    }
  },
};

/** The Dockerfiles that belong neither to a service nor to an image of the catalogue. */
export function freeDockerfiles(model: WorkspaceModel, files: readonly string[]): readonly string[] {
  const taken = new Set([
    ...model.services.map((service) => decodeURIComponent(service.dockerfileUri)),
    ...(model.catalogue?.images ?? []).flatMap((image) => (image.dockerfileUri ? [decodeURIComponent(image.dockerfileUri)] : [])),
  ]);
  return files.filter((file) => !taken.has(decodeURIComponent(file)) && !file.endsWith('.dockerignore')).sort();
}

function shownPath(file: string, root: string): string {
  return decodeURIComponent(root !== '' && file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
}
