import { fail } from '../errors.ts';
import type { Command } from './contract/command.ts';
import { importInto } from './contract/importInto.ts';

const compose = 'resourceFilename =~ /^(docker-)?compose.*\\.ya?ml$/i';
const kubernetes =
  'resourceExtname =~ /^\\.ya?ml$/i && resourcePath =~ /(k8s|kube|deploy|statefulset|manifest)/i && resourceFilename =~ /^(?!.*waybill|compose|docker-compose)/i';

/** Makes manifests of a Compose file or of Kubernetes objects. */
export const importManifest: Command = {
  contribution: {
    id: 'waybill.manifest.import',
    title: 'Create waybill.yaml from This File',
    icon: 'arrow-swap',
    palette: true,
    connects: false,
    menus: [compose, kubernetes].flatMap((when) => [
      { menu: 'explorer/context' as const, when, group: '5_waybill@9' },
      { menu: 'editor/context' as const, when, group: '5_waybill@9' },
    ]),
  },
  async run(context, subject) {
    const uri = subject.file ?? context.ui.activeFile();
    if (!uri) throw fail('usage', 'No file is open.', 'Open the Compose file or the Kubernetes YAML, then run this again.');
    await importInto(context, uri);
  },
};
