import { Command as Cmdk } from "cmdk";
import { Check } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { QuietToasts } from "./toast.tsx";

/** One of many, by a few letters and Enter: a list that filters itself, over the page. */
export function Choices({
  title,
  about,
  placeholder,
  text,
  onText,
  makes = false,
  onClose,
  children,
}: {
  title: string;
  about?: ReactNode;
  placeholder: string;
  text?: string;
  onText?(text: string): void;
  /** Whether what is typed can become a choice of its own. */
  makes?: boolean;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="anim-fade fixed inset-0 z-40 bg-[rgb(20_20_18/35%)]" />
        <Radix.Content
          {...(about ? {} : { "aria-describedby": undefined })}
          className="anim-appear fixed top-[14vh] left-1/2 z-40 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg bg-raised shadow-float max-md:top-auto max-md:bottom-4"
        >
          <div className="px-4 pt-3">
            <QuietToasts />
            <Radix.Title className="text-sm font-semibold">{title}</Radix.Title>
            {about && <Radix.Description className="text-sm text-ink-2">{about}</Radix.Description>}
          </div>
          <Cmdk label={title} loop>
            <Cmdk.Input
              placeholder={placeholder}
              {...(text === undefined ? {} : { value: text })}
              {...(onText ? { onValueChange: onText } : {})}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-md outline-none max-md:text-[16px]"
            />
            <Cmdk.List className="max-h-[46vh] overflow-y-auto p-1.5">
              {!makes && (
                <Cmdk.Empty className="px-3 py-5 text-center text-sm text-ink-2">Nothing goes by that name.</Cmdk.Empty>
              )}
              {children}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const Choice = ({
  name,
  checked,
  aside,
  always = false,
  onChoose,
  children,
}: {
  /** What is typed to find it; each has another. */
  name: string;
  checked?: boolean;
  /** What stands at its end. */
  aside?: ReactNode;
  /** It is there whatever is typed. */
  always?: boolean;
  onChoose(): void;
  children: ReactNode;
}) => (
  <Cmdk.Item
    value={name}
    onSelect={onChoose}
    {...(always ? { forceMount: true } : {})}
    className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 text-md data-[selected=true]:bg-sunken max-md:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-3"
  >
    {checked !== undefined && (
      <>
        <Check aria-hidden className={cx("text-accent!", !checked && "invisible")} />
        {checked && <span className="sr-only">Chosen: </span>}
      </>
    )}
    <span className="min-w-0 flex-1 truncate">{children}</span>
    {aside && <span className="text-sm text-ink-3 tabular">{aside}</span>}
  </Cmdk.Item>
);
