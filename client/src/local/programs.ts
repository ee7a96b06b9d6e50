import { fail } from '../errors.ts';
import type { Programs } from '../ports.ts';
import { runProgram } from './program.ts';
import type { Redactor } from './redactor.ts';

/** Programs that manifests name, without a shell (S18), in trusted folders alone (S15); secrets are taken out of what they print (S6). */
export function localPrograms(options: { readonly requireTrust: () => void; readonly redactor: Redactor }): Programs {
  return {
    async run({ program, args, folder, env, timeout }, signal) {
      options.requireTrust();
      const result = await runProgram(program, args, { cwd: folder, env, timeout }, signal);
      if (result.ended === 'exit') return { code: result.code, output: options.redactor.redact(`${result.stdout}${result.stderr}`) };
      if (result.ended === 'missing')
        throw fail('configuration', `There is no program \`${program}\`.`, 'Install it, or correct the check.');
      throw fail('rejected', `\`${program}\` did not end within ${timeout / 1000} s.`, 'Give the check more time.');
    },
  };
}
