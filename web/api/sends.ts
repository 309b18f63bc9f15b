/** Which conversations have words of ours on the way, so that their echo in the event stream is not shown twice. */
const underWay = new Map<string, Set<Promise<unknown>>>();

export function noteSend(conversationId: string, sending: Promise<unknown>): void {
  const sends = underWay.get(conversationId) ?? new Set();
  underWay.set(conversationId, sends.add(sending));
  const done = () => {
    sends.delete(sending);
    if (sends.size === 0) underWay.delete(conversationId);
  };
  sending.then(done, done);
}

/** Resolves when what was under way is answered, whatever the answer; null where nothing is. */
export function sendsUnderWay(conversationId: string): Promise<unknown> | null {
  const sends = underWay.get(conversationId);
  return sends ? Promise.allSettled(sends) : null;
}
