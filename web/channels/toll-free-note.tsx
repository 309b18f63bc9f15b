/** In place of what 10DLC asks: it is for ordinary numbers alone. */
export const TollFreeNote = () => (
  <p className="text-md text-pretty text-ink-2">
    This is a toll-free number, so US carriers do not ask for 10DLC: toll-free verification applies instead. Submit it
    in Twilio’s console, and keep an eye on it there: carriers block the texts of a toll-free number until it is
    verified. Nothing needs to be filled in here.
  </p>
);
