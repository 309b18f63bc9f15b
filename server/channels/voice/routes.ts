/** HTTP of voice settings. */
import { z } from "zod";
import { idOf } from "../../../contract/ids.ts";
import { PointCalls, VoicePatch, VoiceSettings } from "../../../contract/voice.ts";
import { acts, type Route, reads, writes } from "../../platform/http/route.ts";
import { connectionOf } from "../channels.ts";
import { type PointParts, pointCalls, unpointCalls } from "./point.ts";
import { changeVoice, readVoice } from "./voice.ts";

const channelId = z.strictObject({ id: idOf("chn") });

export function voiceRoutes(parts: PointParts): Route[] {
  const { publicUrl } = parts;
  return [
    reads({
      path: "/api/channels/:id/voice",
      summary: "How a number answers calls",
      permission: "sms.manage",
      params: channelId,
      answer: VoiceSettings,
      handle: async (view, { params }) => readVoice(view, await connectionOf(view, params.id), publicUrl),
    }),
    writes({
      method: "PATCH",
      path: "/api/channels/:id/voice",
      summary: "Change how a number answers calls, and the text that answers a missed one",
      permission: "sms.manage",
      params: channelId,
      body: VoicePatch,
      answer: VoiceSettings,
      async handle(tx, { params, body, caller }) {
        const connection = await connectionOf(tx, params.id);
        await changeVoice(tx, connection, body, caller.actor);
        return readVoice(tx, connection, publicUrl);
      },
    }),
    acts({
      method: "POST",
      path: "/api/channels/:id/voice/point",
      summary: "Have a number's calls come here, set at its provider",
      permission: "sms.manage",
      params: channelId,
      body: PointCalls,
      answer: VoiceSettings,
      handle: (database, { params, body, caller }) => pointCalls(database, parts, params.id, body, caller),
    }),
    acts({
      method: "DELETE",
      path: "/api/channels/:id/voice/point",
      summary:
        "Have a number's calls no longer come here: our addresses are cleared at its provider, and nobody else's",
      permission: "sms.manage",
      params: channelId,
      answer: VoiceSettings,
      handle: (database, { params, caller }) => unpointCalls(database, parts, params.id, caller),
    }),
  ];
}
