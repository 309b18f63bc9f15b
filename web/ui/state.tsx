import { CloudOff, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** What a list is for when nothing is in it, and the one thing to do. */
export const Empty = ({ title, children, act }: { title: string; children: ReactNode; act?: ReactNode }) => (
  <div className="anim-late mx-auto grid max-w-80 justify-items-center gap-1 px-6 py-12 text-center">
    <h2 className="text-md font-semibold">{title}</h2>
    <p className="text-sm text-pretty text-ink-2">{children}</p>
    {act && <div className="mt-3">{act}</div>}
  </div>
);

/** What could not be shown, what is still safe, and the way to try again. */
export const Failed = ({
  children,
  again,
  act = "Try again",
}: {
  children: ReactNode;
  again(): void;
  act?: string;
}) => (
  <div role="alert" className="mx-auto grid max-w-80 justify-items-center gap-1 px-6 py-12 text-center">
    <CloudOff aria-hidden className="mb-1 size-5 text-ink-3" />
    <p className="text-sm text-pretty text-ink-2">{children}</p>
    <Button className="mt-3" onClick={again}>
      <RotateCw aria-hidden className="size-3.5" /> {act}
    </Button>
  </div>
);
