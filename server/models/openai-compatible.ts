/** Models on servers that speak OpenAI's chat completions: the hosted ones and those on the business's own machines. */
import type { Outside } from "../platform/db/handles.ts";
import type { World } from "../platform/world.ts";
import type { AnsweringModel, ModelAnswer, ModelRequest } from "./answering-model.ts";
import { promptOf, readReply } from "./protocol.ts";

/** For one answer, the second attempt included. */
export const ANSWER_WITHIN_MS = 20_000;
/** Room for models that think aloud first; an answer itself is short. */
const MAX_OUTPUT_TOKENS = 1500;

export interface ModelServer {
  baseUrl: string;
  model: string;
  apiKey: string | null;
}

export function openAiCompatible(server: ModelServer): AnsweringModel {
  return {
    answer: ({ world }: Outside, request) =>
      within(world, ANSWER_WITHIN_MS, async (signal) => {
        const first = await ask(server, request, signal);
        const isLost = first.outcome === "failed" && first.reason === "unreachable" && !signal.aborted;
        return isLost ? ask(server, request, signal) : first;
      }),
  };
}

async function ask(server: ModelServer, request: ModelRequest, abortSignal: AbortSignal): Promise<ModelAnswer> {
  const [{ APICallError, AISDKError, generateText }, { createOpenAICompatible }] = await Promise.all([
    import("ai"),
    import("@ai-sdk/openai-compatible"),
  ]);
  const provider = createOpenAICompatible({
    name: "openai-compatible",
    baseURL: server.baseUrl,
    ...(server.apiKey ? { apiKey: server.apiKey } : {}),
  });
  const { system, user } = promptOf(request);
  try {
    const { text } = await generateText({
      model: provider.chatModel(server.model),
      instructions: system,
      prompt: user,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      maxRetries: 0,
      abortSignal,
    });
    return readReply(
      text,
      request.passages.map((passage) => passage.id),
    );
  } catch (error) {
    if (abortSignal.aborted) return { outcome: "failed", reason: "timed_out" };
    if (APICallError.isInstance(error)) return { outcome: "failed", reason: meaningOf(error.statusCode) };
    if (AISDKError.isInstance(error)) return { outcome: "failed", reason: "malformed" };
    throw error;
  }
}

/** Without a status nothing answered; with a good one, what answered was no chat completion. */
function meaningOf(status: number | undefined): "unreachable" | "refused" | "malformed" {
  if (status === undefined || status === 429 || status >= 500) return "unreachable";
  return status >= 400 ? "refused" : "malformed";
}

async function within(
  world: World,
  ms: number,
  act: (signal: AbortSignal) => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const limit = new AbortController();
  const done = new AbortController();
  const late = world.sleep(ms, done.signal).then((): ModelAnswer => {
    limit.abort();
    return { outcome: "failed", reason: "timed_out" };
  });
  try {
    return await Promise.race([act(limit.signal), late]);
  } finally {
    done.abort();
  }
}
