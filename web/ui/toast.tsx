import { X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./cx.ts";

interface Said {
  id: number;
  text: string;
  bad: boolean;
  act: { name: string; run(): void } | null;
}
type Say = (text: string, how?: { bad?: boolean; act?: { name: string; run(): void } }) => void;

const Context = createContext<Say>(() => {});
const Quiet = createContext<() => void>(() => {});
/** Says something in passing, at the edge of the page; read out politely. */
export const useToast = (): Say => useContext(Context);

/** Ends what was said when something opens that it would lie over, or that goes on from there. */
export function QuietToasts(): null {
  const quiet = useContext(Quiet);
  useEffect(quiet, [quiet]);
  return null;
}

/** What can be undone, or went wrong, takes longer to read. */
const LONG_MS = 8000;
const SHORT_MS = 4000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<readonly Said[]>([]);
  const say = useCallback<Say>((text, { bad = false, act = null as Said["act"] } = {}) => {
    setSaid((before) => [...before.slice(-2), { id: (before.at(-1)?.id ?? 0) + 1, text, bad, act }]);
  }, []);
  const quiet = useCallback(() => setSaid([]), []);
  const forget = (id: number) => setSaid((before) => before.filter((each) => each.id !== id));
  return (
    <Context value={say}>
      <Radix.Provider label="Notice">
        <Quiet value={quiet}>{children}</Quiet>
        {said.map(({ id, text, bad, act }) => (
          <Radix.Root
            key={id}
            duration={act || bad ? LONG_MS : SHORT_MS}
            onOpenChange={(open) => !open && forget(id)}
            className={cx(
              "anim-appear flex items-center gap-2 rounded-md border bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-float",
              bad ? "border-bad text-bad" : "border-line",
            )}
          >
            <Radix.Description className="min-w-0 flex-1">{text}</Radix.Description>
            {act && (
              <Radix.Action asChild altText={`${act.name}: ${text}`} onClick={act.run}>
                <Button look="quiet" className="text-accent!">
                  {act.name}
                </Button>
              </Radix.Action>
            )}
            <Radix.Close asChild>
              <IconButton label="Dismiss" side="top" className="size-7! max-md:size-11!">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport
          className={cx(
            "fixed bottom-4 left-[68px] z-50 grid w-[min(21rem,calc(100vw-2rem))] gap-2 max-md:left-4",
            // On a phone, where nothing is pressed: over the rows of a list, the older words of a thread, the end of a dialog.
            "max-md:bottom-24 max-md:[body:has([data-screen=thread])_&]:top-16 max-md:[body:has([data-screen=thread])_&]:bottom-auto",
            "max-md:[body:has([data-whole])_&]:top-auto! max-md:[body:has([data-whole])_&]:bottom-4!",
          )}
        />
      </Radix.Provider>
    </Context>
  );
}
