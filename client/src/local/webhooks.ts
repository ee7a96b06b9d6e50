import { fail } from '../errors.ts';
import type { Webhooks } from '../ports.ts';
import type { Redactor } from './redactor.ts';

const patience = 10_000;

/** JSON by POST over HTTPS, or HTTP to this machine. Addresses are secrets: they stand in no message. */
export function localWebhooks(options: { readonly requireTrust: () => void; readonly redactor: Redactor }): Webhooks {
  return {
    async post(address, body, signal) {
      options.requireTrust();
      const url = URL.canParse(address) ? new URL(address) : undefined;
      const local = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
      if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
        throw fail('configuration', 'The address of a webhook is no HTTPS address.', 'Correct the secret that `notify.webhook` names.');
      }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
      const request = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: options.redactor.redact(JSON.stringify(body)),
      };
      const answer = await fetch(url, { ...request, redirect: 'error', signal: limit }).catch(() => undefined);
      await answer?.body?.cancel();
      if (!answer) throw fail('unreachable', 'A webhook could not be called.', 'Look whether its host can be reached from here.');
      if (!answer.ok) throw fail('rejected', `A webhook answered ${answer.status}.`, 'Correct the secret that `notify.webhook` names.');
    },
  };
}
