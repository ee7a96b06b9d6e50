import { userInfo } from 'node:os';
import type { Identity, Origin } from '../ports.ts';
import { runProgram } from './program.ts';

export interface UserIdentityOptions {
  /** The folder whose git configuration counts; absent: the user's own. */
  readonly folder?: string;
  readonly origin?: Origin;
}

/** Who is acting: git's `user.email`, else the login name. Asked once. */
export function userIdentity(options: UserIdentityOptions = {}): Identity {
  let answer: Promise<string> | undefined;
  return {
    ...(options.origin ? { origin: options.origin } : {}),
    name: () => {
      answer ??= ask(options);
      return answer;
    },
  };
}

async function ask({ folder }: UserIdentityOptions): Promise<string> {
  const result = await runProgram('git', ['config', '--get', 'user.email'], { ...(folder ? { cwd: folder } : {}), timeout: 5_000 });
  const email = result.ended === 'exit' && result.code === 0 ? result.stdout.trim() : '';
  return email || loginName();
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
