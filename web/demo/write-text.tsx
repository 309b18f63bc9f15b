/** Writing on the phone: by hand, or with one tap. */
import { ArrowUp, Image, ImagePlus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { DemoPhone } from "../../contract/demo.ts";
import { useKeys } from "../shell/keyboard.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { takesFocus } from "./phone-place.ts";
import { ownPicture, type Picture, samplePicture } from "./pictures.ts";
import type { Texting } from "./texting.ts";

/** What the law and the provider act upon. */
const KEYWORDS = ["STOP", "START"];
const MAX_CHARACTERS = 1600;

interface Props {
  phone: DemoPhone;
  /** The number of the business that is texted. */
  to: string | undefined;
  texting: Texting;
  /** Why nothing can be sent; null where it can. */
  reason: string | null;
  who: string;
}

export function WriteText({ phone, to, texting, reason, who }: Props) {
  const [words, setWords] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus("phone")) box.current?.focus();
  });
  useKeys({ p: () => box.current?.focus() });

  const text = (body: string, media: Picture[] = []) =>
    texting.text({ body, media, ...(to === undefined ? {} : { to }) });
  const send = async () => {
    if (reason || words.trim() === "") return;
    setWords("");
    if (!(await text(words))) setWords((now) => now || words);
  };
  const sendPicture = async (picture: Promise<Picture>) => {
    const media = await picture.catch(() => null);
    if (media) await text(words, [media]).then((taken) => taken && setWords(""));
    else texting.complain("This file is no picture that the browser can read. Choose a JPEG, PNG or WebP.");
  };
  const onKeys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <div className="border-t px-2.5 pt-2 pb-2.5">
      <fieldset aria-label="Texts to send with one tap" className="mb-2 flex min-w-0 flex-wrap gap-1.5">
        {phone.suggestions.map((each) => (
          <Tap key={each} reason={reason} send={() => text(each)}>
            <span className="min-w-0 truncate">{each}</span>
          </Tap>
        ))}
        {KEYWORDS.map((each) => (
          <Tap key={each} reason={reason} send={() => text(each)}>
            <span className="font-mono text-xs">{each}</span>
          </Tap>
        ))}
        <Tap reason={reason} send={() => sendPicture(samplePicture())}>
          <Image aria-hidden className="size-3.5" /> Photo
        </Tap>
        <Tap reason={reason} send={() => phone.burst.map((each) => text(each))}>
          Three quick texts
        </Tap>
      </fieldset>
      <div className="flex items-end gap-1 rounded-[18px] border border-line-strong py-0.5 pr-0.5 pl-1 focus-within:border-accent">
        <IconButton
          label="Send a photo of your own"
          side="top"
          reason={reason}
          onClick={() => file.current?.click()}
          className="rounded-full!"
        >
          <ImagePlus aria-hidden />
        </IconButton>
        <input
          ref={file}
          type="file"
          accept="image/jpeg,image/png,image/gif,image/webp"
          tabIndex={-1}
          aria-hidden
          hidden
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen) void sendPicture(ownPicture(chosen));
            event.target.value = "";
          }}
        />
        <textarea
          ref={box}
          aria-label={`Text as ${phone.name}`}
          aria-keyshortcuts="P"
          placeholder={`Write as ${who}`}
          rows={1}
          maxLength={MAX_CHARACTERS}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={onKeys}
          className="field-sizing-content max-h-24 min-w-0 flex-1 resize-none bg-transparent py-1.5 text-md leading-snug outline-none max-md:py-3 max-md:text-[16px]"
        />
        <IconButton
          label={`Send as ${who}`}
          side="top"
          reason={reason ?? (words.trim() === "" ? "Write something first." : null)}
          onClick={() => void send()}
          className="rounded-full! bg-sms! text-surface! hover:opacity-90"
        >
          <ArrowUp aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

const Tap = ({ reason, send, children }: { reason: string | null; send(): unknown; children: ReactNode }) => (
  <Button
    reason={reason}
    onClick={() => void send()}
    className="min-h-7! max-w-full rounded-full! px-2.5! py-0.5! max-md:min-h-11!"
  >
    {children}
  </Button>
);
