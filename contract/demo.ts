/** The demo: customers' phones on the screen, and faults to play with. There only for the demo account. */
import { z } from "zod";
import { idOf } from "./ids.ts";
import { Phone } from "./phone.ts";

/** `GET /api/demo`, for anybody: it is asked before signing in. */
export const DemoState = z.object({
  /** Whether this installation has the demo account. */
  demo: z.boolean(),
  /** Whether `POST /api/demo/sign-in` would sign this browser in: on this machine itself only. */
  signInOffered: z.boolean(),
});
export type DemoState = z.infer<typeof DemoState>;

export const DEMO_FAULTS = ["none", "delay", "failure", "lost_answer"] as const;
/**
 * - delay: the provider takes 3 s to answer each send
 * - failure: messages are not delivered (30003, the phone is off)
 * - lost_answer: the provider takes each message, and the connection breaks before it can say so
 */
export const DemoFault = z.enum(DEMO_FAULTS);
export type DemoFault = z.infer<typeof DemoFault>;

/** A customer that one can be. */
export const DemoPhone = z.object({
  number: z.string(),
  name: z.string(),
  /** Who they are, and what there is to see with them. */
  about: z.string(),
  /** Texts that are one tap away. */
  suggestions: z.array(z.string()),
  /** One question in several quick texts, as people write. */
  burst: z.array(z.string()),
});
export type DemoPhone = z.infer<typeof DemoPhone>;

export const DemoPhones = z.object({
  items: z.array(DemoPhone),
  /** The business's numbers that these phones can text, the first by default. */
  businessNumbers: z.array(z.object({ number: z.string(), name: z.string().nullable() })),
  /** What is played with now. */
  fault: DemoFault,
});
export type DemoPhones = z.infer<typeof DemoPhones>;

export const DemoText = z.object({
  /** Stays the same each time one looks. */
  id: z.string(),
  /** `sent`: typed on this phone; `received`: from the business. */
  direction: z.enum(["sent", "received"]),
  /** The business's number at the other end. */
  with: z.string(),
  body: z.string(),
  /** Pictures; an address is of this origin, and null where there is nothing to show. */
  media: z.array(z.object({ url: z.string().nullable(), contentType: z.string().nullable() })),
  /** `failed`: typed here, and the business's webhook has not taken it. */
  delivery: z.enum(["pending", "delivered", "failed"]),
  /** Answered by the provider itself, as a STOP is; the inbox has no such message. */
  automatic: z.boolean(),
  at: z.iso.datetime(),
});
export type DemoText = z.infer<typeof DemoText>;

/** `GET /api/demo/phones/:number`: what is on that phone, oldest first, the last 200. */
export const DemoPhoneTexts = z.object({
  number: z.string(),
  /** The conversation with them that moved last; null before there is one. */
  conversationId: idOf("cnv").nullable(),
  items: z.array(DemoText),
});
export type DemoPhoneTexts = z.infer<typeof DemoPhoneTexts>;

export const PhoneParams = z.strictObject({ number: Phone });

const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp"] as const;
/** `POST /api/demo/phones/:number/texts`; a picture may have about 600 kB. */
export const NewDemoText = z
  .strictObject({
    /** Which of the business's numbers is texted. */
    to: Phone.optional(),
    body: z.string().max(1600).default(""),
    media: z
      .array(z.strictObject({ contentType: z.enum(PICTURES), base64: z.base64().max(900_000) }))
      .max(3)
      .default([]),
  })
  .refine(({ body, media }) => body.trim() !== "" || media.length > 0, {
    path: ["body"],
    error: "needs words or a picture",
  });
export type NewDemoText = z.input<typeof NewDemoText>;

/** What became of a text: the business's webhook has answered by then. */
export const DemoTextSent = z.object({
  messageSid: z.string().nullable(),
  /** The status that the webhook answered; null: it was not called, or did not answer. */
  webhookStatus: z.number().int().nullable(),
  /** Why the provider did not call the webhook, in its words. */
  reason: z.string().nullable(),
});
export type DemoTextSent = z.infer<typeof DemoTextSent>;

/** `POST /api/demo/faults`: from now on this, and nothing else. */
export const DemoFaultChoice = z.strictObject({ kind: DemoFault });
