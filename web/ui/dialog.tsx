import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { IconButton } from "./button.tsx";
import { cx } from "./cx.ts";
import { QuietToasts } from "./toast.tsx";

const PLACES = {
  middle:
    "anim-appear top-[12vh] left-1/2 max-h-[80vh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg max-md:inset-0 max-md:max-h-none max-md:w-full max-md:translate-x-0 max-md:rounded-[0px]",
  wide: "anim-fade top-[4vh] left-1/2 max-h-[92vh] w-[min(60rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg max-md:inset-0 max-md:max-h-none max-md:w-full max-md:translate-x-0 max-md:rounded-[0px]",
  side: "anim-fade inset-y-0 right-0 w-[min(32rem,100vw)] border-l border-line",
} as const;

/** A dialog in the middle, or a sheet at the side; a whole screen on a phone. */
export function Dialog({
  open,
  onClose,
  title,
  about,
  place = "middle",
  focus = "form",
  children,
}: {
  open: boolean;
  onClose(): void;
  title: string;
  /** One sentence under the title. */
  about?: string;
  place?: keyof typeof PLACES;
  /** What has the keys at first: the first field of its form, or the first thing in it that can be pressed. */
  focus?: "form" | "first";
  children: ReactNode;
}) {
  const cameFrom = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="anim-fade fixed inset-0 z-40 bg-[rgb(20_20_18/35%)]" />
        <Radix.Content
          data-whole
          {...(about ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            // Where there is a form, its first field is what one came for; else the dialog itself, not its close button.
            event.preventDefault();
            cameFrom.current = document.activeElement;
            const content = event.currentTarget as HTMLElement;
            const wanted = focus === "first" ? "[data-body] button" : "form :is(input, textarea, [role=combobox])";
            (content.querySelector<HTMLElement>(wanted) ?? content).focus();
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the keys back to a button of its own only. Whoever has taken them meanwhile keeps them.
            event.preventDefault();
            const from = cameFrom.current;
            const isFree = document.activeElement === null || document.activeElement === document.body;
            if (isFree && from instanceof HTMLElement && from.isConnected) from.focus();
          }}
          className={cx("fixed z-40 flex flex-col bg-raised shadow-float outline-none", PLACES[place])}
        >
          <QuietToasts />
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold tracking-tight">{title}</Radix.Title>
              {about && <Radix.Description className="mt-0.5 text-sm text-ink-2">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" className="-my-1 -mr-2 max-md:-my-2.5">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div data-body className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
