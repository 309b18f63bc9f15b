/** HTTP of voice settings. */
import { z } from "zod";
import { idOf } from "../../../contract/ids.ts";
import { VoicePatch, VoiceSettings } from "../../../contract/voice.ts";
import { type Route, reads, writes } from "../../platform/http/route.ts";
import { connectionOf } from "../channels.ts";
import { changeVoice, readVoice } from "./voice.ts";

const channelId = z.strictObject({ id: idOf("chn") });

export function voiceRoutes({ publicUrl }: { publicUrl: string }): Route[] {
  return [
    reads({
      path: "/api/channels/:id/voice",
      summary: "How a number answers calls",
      permission: "sms.manage",
      params: channelId,
      answer: VoiceSettings,
      handle: async (view, { params }) => readVoice(view, (await connectionOf(view, params.id)).id, publicUrl),
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
        await changeVoice(tx, await connectionOf(tx, params.id), body, caller.actor);
        return readVoice(tx, params.id, publicUrl);
      },
    }),
  ];
}
