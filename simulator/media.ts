import { type Answer, type Call, idOf, rfc2822 } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { messageAt } from "./messages.ts";
import type { Media, Message } from "./model.ts";
import { list2010 } from "./paging.ts";
import type { World } from "./world.ts";

export function listMedia(call: Call): Answer {
  const message = messageAt(call);
  return list2010(call, "media_list", message.media, (media) => mediaJson(message, media));
}

export function fetchMedia(call: Call): Answer {
  const message = messageAt(call);
  return { status: 200, json: mediaJson(message, mediaIn(call, message)) };
}

export function deleteMedia(call: Call): Answer {
  const message = messageAt(call);
  const gone = mediaIn(call, message);
  message.media = message.media.filter((media) => media !== gone);
  return { status: 204 };
}

/** The bytes, by way of a redirect to the file store, as Twilio redirects to its CDN. */
export function fetchMediaFile(call: Call): Answer {
  const message = messageAt(call);
  const media = mediaIn(call, message);
  return { status: 302, headers: { Location: `${call.world.url}/media/${message.sid}/${media.sid}` } };
}

/** The file store behind the redirect: whoever knows the address may read, as with Twilio's signed CDN addresses. */
export function storedMedia(world: World, path: string): Answer {
  const [, , messageSid = "", mediaSid = ""] = path.split("/");
  const media = world.messages.get(messageSid)?.media.find(({ sid }) => sid === mediaSid);
  if (media === undefined) throw new TwilioError(20404, 404);
  return { status: 200, bytes: media.bytes, headers: { "Content-Type": media.contentType } };
}

/** The address that a webhook's MediaUrlN gives. */
export function mediaUrl(world: World, message: Message, media: Media): string {
  return `${world.url}/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${media.sid}`;
}

function mediaIn(call: Call, message: Message): Media {
  const media = message.media.find(({ sid }) => sid === idOf(call, 1));
  if (media === undefined) throw notFound(call.path);
  return media;
}

function mediaJson(message: Message, media: Media): Record<string, unknown> {
  return {
    account_sid: message.accountSid,
    content_type: media.contentType,
    date_created: rfc2822(media.createdAt),
    date_updated: rfc2822(media.createdAt),
    parent_sid: message.sid,
    sid: media.sid,
    uri: `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${media.sid}.json`,
  };
}
