import type { ImportAnswer } from '../../../../server/src/protocol.ts';
import { fail } from '../../errors.ts';
import type { CommandContext } from './command.ts';

const patience = 30_000;

/** Makes manifests of what a file describes, asks which where there are several, and shows what did not carry over. */
export async function importInto({ ui, authoring }: CommandContext, uri: string): Promise<void> {
  const text = await ui.readText(uri);
  const first = await ask(undefined);
  const chosen = first.choices.length > 1 ? await chooseServices(first) : undefined;
  if (first.choices.length > 1 && !chosen?.length) return;
  const answer = chosen ? await ask(chosen) : first;
  const there = answer.services.filter(({ exists }) => exists);
  const fresh = answer.services.filter(({ exists }) => !exists);
  if (fresh.length > 0) await ui.createFiles(fresh);
  if (answer.notes.length + answer.services.flatMap(({ notes }) => notes).length > 0)
    await ui.showReport(`Import of ${nameOf(uri)}`, answer.report);
  if (there.length > 0)
    ui.warn(
      `${there.map(({ name }) => name).join(', ')} ${there.length === 1 ? 'has' : 'have'} a waybill.yaml already: it was left as it is.`,
      [{ label: 'Open', run: () => ui.openLocation({ uri: there[0]?.uri ?? uri, range: top }) }],
    );

  async function ask(services: readonly string[] | undefined): Promise<ImportAnswer> {
    const found = await authoring.importFile({ uri, text, ...(services ? { services } : {}) }, AbortSignal.timeout(patience));
    if ('problem' in found)
      throw fail('configuration', found.problem, 'Begin with a Dockerfile, a Compose file, or the YAML of a Deployment or StatefulSet.');
    return found;
  }

  function chooseServices({ choices, source }: ImportAnswer): Promise<readonly string[] | undefined> {
    const someOwn = choices.some(({ own }) => own);
    return ui.pickSeveral({
      title: `Create waybill.yaml from ${nameOf(uri)}`,
      placeholder: source === 'Compose' ? 'Which services? Images of others are better left where they are.' : 'Which workloads?',
      choices: choices.map(({ name, detail, own }) => ({
        label: name,
        description: detail,
        icon: own ? 'package' : 'cloud',
        picked: own || !someOwn,
        value: name,
      })),
    });
  }
}

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
