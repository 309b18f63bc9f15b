/** The pictures that were sent from a phone, handed through our own origin: pages show none from elsewhere. */
import { z } from "zod";
import { idOf } from "../../contract/ids.ts";
import { notFound } from "../platform/errors.ts";
import { FileAnswer } from "../platform/http/files.ts";
import { type Caller, handsOut, type Route } from "../platform/http/route.ts";
import type { Phones } from "./phones.ts";

const PATH = "/api/demo/pictures/:messageSid/:mediaSid";

export const picturePath = (messageSid: string, mediaSid: string): string =>
  PATH.replace(":messageSid", messageSid).replace(":mediaSid", mediaSid);

export const pictureRoute = (phonesFor: (caller: Caller) => Phones): Route =>
  handsOut({
    path: PATH,
    summary: "The demo: a picture that was sent from a phone",
    permission: "inbox.read",
    params: z.strictObject({
      messageSid: z.string().regex(/^MM[0-9a-f]{32}$/),
      mediaSid: z.string().regex(/^ME[0-9a-f]{32}$/),
    }),
    // As for every picture in a page: its address names the workspace.
    query: z.strictObject({ workspace: idOf("wsp").optional() }),
    async handle(_database, { params: { messageSid, mediaSid }, caller }) {
      const picture = phonesFor(caller).picture(messageSid, mediaSid);
      if (!picture) throw notFound("picture");
      const bytes = Buffer.from(picture.bytes);
      return new FileAnswer({
        contentType: picture.contentType,
        size: bytes.length,
        etag: mediaSid,
        name: `${mediaSid}.${picture.contentType.split("/")[1]}`,
        shown: true,
        async *open(first, last) {
          yield bytes.subarray(first, last + 1);
        },
      });
    },
  });
