import { type Answer, type Call, idOf } from "./call.ts";
import { notFound } from "./errors.ts";
import type { World } from "./world.ts";

/** What was said after the tone, as Twilio keeps it: its bytes are asked for by its URL alone, and come as WAV. */
export type CallRecording = { sid: string; accountSid: string; seconds: number };

export function addRecording(world: World, accountSid: string, seconds: number): CallRecording & { url: string } {
  const recording = { sid: world.sids.sid("RE"), accountSid, seconds };
  world.recordings.set(recording.sid, recording);
  return { ...recording, url: `${world.url}/2010-04-01/Accounts/${accountSid}/Recordings/${recording.sid}` };
}

export function fetchRecording(call: Call): Answer {
  const recording = call.world.recordings.get(idOf(call, 0));
  if (recording?.accountSid !== call.account.sid) throw notFound(call.path);
  return { status: 200, bytes: humming(recording.seconds), headers: { "Content-Type": "audio/x-wav" } };
}

const RATE = 8000;

/** A low hum: 16 bits, one channel. */
function humming(seconds: number): Uint8Array {
  const size = seconds * RATE * 2;
  const wav = Buffer.alloc(44 + size);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + size, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(size, 40);
  for (let at = 0; at < seconds * RATE; at += 1)
    wav.writeInt16LE(Math.round(3000 * Math.sin((2 * Math.PI * 220 * at) / RATE)), 44 + at * 2);
  return wav;
}
