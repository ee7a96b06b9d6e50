/**
 * An API server that is not asked twice for the same thing: equal questions at the same moment are one request, and what hardly
 * changes (its version, what it serves, what one may do) is known for a few seconds. Plans of many services ask much that is equal.
 */
import { fail } from '../errors.ts';
import type { Api, ApiAnswer, ApiRequest } from './request.ts';

/** Milliseconds that an answer of the second sort is good for. */
const goodFor = 5_000;
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

type Answer = ApiAnswer<unknown>;

/** The same API server; `now` is in milliseconds. */
export function sharing(api: Api, now: () => number): Api {
  const asked = new Map<string, Promise<Answer>>();
  const known = new Map<string, { readonly answer: Answer; readonly until: number }>();
  const ask = (key: string, request: ApiRequest): Promise<Answer> => {
    // Whoever gives up waiting does not take the answer from the others; the request has its own time limit.
    const answer = api
      .send<unknown>(request, new AbortController().signal)
      .then((found) => {
        if (lasts(request, found)) known.set(key, { answer: found, until: now() + goodFor });
        return found;
      })
      .finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  };
  return {
    ...api,
    send: async <T>(request: ApiRequest, signal: AbortSignal) => {
      if (!isQuestion(request)) return api.send<T>(request, signal);
      signal.throwIfAborted();
      const key = JSON.stringify([request.method, request.path, request.query, request.body]);
      const before = known.get(key);
      if (before && before.until > now()) return before.answer as ApiAnswer<T>;
      known.delete(key);
      // The shape is what the API documents for the path asked.
      return (await unlessAborted(asked.get(key) ?? ask(key, request), signal)) as ApiAnswer<T>;
    },
  };
}

const isQuestion = ({ method = 'GET', path }: ApiRequest): boolean => method === 'GET' || (method === 'POST' && path === reviews);

/** A permission that is missing is asked for anew: somebody may just be giving it. */
function lasts({ path }: ApiRequest, { body }: Answer): boolean {
  if (path === reviews) return member(member(body, 'status'), 'allowed') === true;
  return path === '/version' || /^\/(api\/v1|apis\/[^/]+\/[^/]+)$/.test(path);
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((done, failed) => {
    const stop = (): void => failed(fail('cancelled', 'Cancelled.', 'Nothing more is done.'));
    signal.addEventListener('abort', stop, { once: true });
    work.then(done, failed).finally(() => signal.removeEventListener('abort', stop));
  });
}
