import type { RegisteredImage } from '../../../server/src/protocol.ts';
import { inspectForStandards } from '../delivery/registerImage.ts';
import { dotted } from '../tree/words.ts';
import { writeCatalogue } from './contract/catalogueChange.ts';
import type { Command } from './contract/command.ts';

const layers: readonly { readonly value: RegisteredImage['layer']; readonly label: string; readonly description: string }[] = [
  { value: 'base', label: 'Base image', description: 'what services stand on' },
  { value: 'os', label: 'OS image', description: 'what base images stand on' },
  { value: 'builder', label: 'Builder image', description: 'what artifacts are compiled in' },
];

/** Looks at an image in its registry and writes it into the standards (R12). */
export const registerImage: Command = {
  contribution: {
    id: 'waybill.image.register',
    title: 'Register Image…',
    icon: 'add',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/title', when: 'view == waybill.baseImages', group: 'navigation@2' }],
  },
  async run(context) {
    const { ui } = context;
    const reference = await ui.input({
      title: 'Register Image (1 of 2)',
      prompt: 'Repository and tag of an image that is in its registry.',
      value: '',
      problem: (text) => (/^[^\s@]+:\w[\w.-]*$/.test(text) ? undefined : 'Write `host/path:tag`.'),
    });
    if (!reference) return;
    const layer = await ui.pick({
      title: 'Register Image (2 of 2)',
      placeholder: 'What is it?',
      choices: layers.map(({ value, label, description }) => ({ value, label, description, icon: 'layers' })),
    });
    if (!layer) return;
    const ports = await context.ports();
    const { image, description, line } = await ui.run({ verb: 'Inspect', service: reference }, (progress, signal) =>
      inspectForStandards(ports, { reference, layer }, (event) => event.type === 'stage' && progress(event.message), signal),
    );
    await writeCatalogue(
      context,
      line ? { change: 'pin', image: line.id, tag: image.tag, digest: image.digest } : { change: 'register', image },
    );
    const seen = dotted(
      description.release?.PRETTY_NAME,
      `${description.layers.length} layers`,
      `user ${description.user || 'root'}`,
      description.ports.length > 0 && `ports ${description.ports.join(', ')}`,
    );
    ui.inform(`${line ? `${line.name} is ${image.tag}` : `${image.name} is`} in the standards now; save them. ${seen}`, []);
  },
};
