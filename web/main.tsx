import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./app.css";
import { notifyManager, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAppRouter } from "./routes.tsx";
import { createDeskApi, DeskApiContext } from "./shell/desk-api.ts";
import { nonce } from "./shell/page.ts";
import { ToastProvider } from "./ui/toast.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";

setNonce(nonce);
// What came is drawn with the next frame, not after a timer's turn.
notifyManager.setScheduler(queueMicrotask);

const api = createDeskApi(() => {
  // The session ended while a page was open: come back to it after signing in.
  if (location.pathname !== "/sign-in" && api.cache.getQueryData(["me"]))
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
});
const router = createAppRouter(api);

const root = document.getElementById("app");
if (!root) throw new Error("the page has no place for the app");
createRoot(root).render(
  <StrictMode>
    <DeskApiContext value={api}>
      <QueryClientProvider client={api.cache}>
        <TooltipProvider>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </DeskApiContext>
  </StrictMode>,
);
