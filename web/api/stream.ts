/** Reads a server-sent event stream: blocks of fields between blank lines, comments beginning with a colon. */

export interface StreamBlock {
  id: string | null;
  event: string | null;
  data: string | null;
  comment: string | null;
}

function readBlock(text: string): StreamBlock {
  const block: StreamBlock = { id: null, event: null, data: null, comment: null };
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon === 0) block.comment = line.slice(1).trim();
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") block.data = block.data === null ? value : `${block.data}\n${value}`;
    if (name === "id") block.id = value;
    if (name === "event") block.event = value;
  }
  return block;
}

export async function* readStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamBlock> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) yield readBlock(block);
    }
  } finally {
    await reader.cancel().catch(() => {}); // already over
  }
}
