/** A call of `work` when the last wish for it is so old; wishes in between are one. Milliseconds. */
export function later(work: () => void, wait: number): () => void {
  const pending: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  return () => {
    clearTimeout(pending.timer);
    pending.timer = setTimeout(work, wait).unref();
  };
}
