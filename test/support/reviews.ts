/** The sentences of stories about reviews: a text that may be an opt-out, and what becomes of it. */
import type { Review } from "../../contract/consent.ts";
import type { Message } from "../../contract/messages.ts";
import type { Answer } from "./api.ts";
import { conversationWith, listed, newcomer, write } from "./story.ts";
import type { Town } from "./town.ts";

export const UNCLEAR = "Why do you keep texting me?";

/** Somebody new who has just written these words. */
export async function somebodyWrites(town: Town, words = UNCLEAR): Promise<string> {
  const phone = newcomer();
  await town.text(phone, words);
  return phone;
}

export async function reviewsOf(town: Town, phone: string, status?: Review["status"]): Promise<Review[]> {
  const { id } = await conversationWith(town, phone);
  return listed<Review>(town, `/api/reviews?conversationId=${id}${status ? `&status=${status}` : ""}`);
}

export async function openReviewOf(town: Town, phone: string): Promise<Review> {
  const [review] = await reviewsOf(town, phone, "open");
  if (!review) throw new Error(`no review of ${phone} is open`);
  return review;
}

/** Decides the open review of somebody. */
export const decide = async (
  town: Town,
  phone: string,
  verdict: "opt_out" | "keep",
  more: object = {},
): Promise<Answer> =>
  town.api.post(`/api/reviews/${(await openReviewOf(town, phone)).id}/decide`, { verdict, ...more });

/** Asks somebody whose review is open whether they meant stop. */
export const askThem = async (town: Town, phone: string, body: object = {}): Promise<Answer> =>
  town.api.post(`/api/reviews/${(await openReviewOf(town, phone)).id}/ask`, body);

/** A one-to-one text that is no reply: the kind that a review holds. */
export const notice = (town: Town, phone: string, content = "Your bowl is glazed."): Promise<Message> =>
  write(town, content, { to: phone, kind: "service" });
