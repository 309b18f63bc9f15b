/** What bytes are, by looking at them: neither a file's name nor whoever sent it is believed (WHATWG MIME Sniffing, section 6). */

type Look = (bytes: Buffer) => boolean;

const begins =
  (text: string, at = 0): Look =>
  (bytes) =>
    bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));
const all =
  (...looks: Look[]): Look =>
  (bytes) =>
    looks.every((look) => look(bytes));
/** An ISO media file whose brand is one of these. */
const branded =
  (pattern: RegExp): Look =>
  (bytes) =>
    begins("ftyp", 4)(bytes) && pattern.test(bytes.subarray(8, 12).toString("latin1"));
/** Text that opens with these words, whatever stands before it. */
const opens =
  (pattern: RegExp): Look =>
  (bytes) =>
    pattern.test(
      bytes
        .subarray(0, 512)
        .toString("utf8")
        .replace(/^[\uFEFF\s]+/, ""),
    );

const KNOWN: ReadonlyArray<readonly [type: string, look: Look]> = [
  ["image/jpeg", begins("\xff\xd8\xff")],
  ["image/png", begins("\x89PNG\r\n\x1a\n")],
  ["image/gif", (bytes) => begins("GIF87a")(bytes) || begins("GIF89a")(bytes)],
  ["image/webp", all(begins("RIFF"), begins("WEBPVP", 8))],
  ["image/tiff", (bytes) => begins("II*\0")(bytes) || begins("MM\0*")(bytes)],
  ["image/heic", branded(/^(heic|heix|hevc|hevx|mif1|msf1)$/)],
  ["image/avif", branded(/^(avif|avis)$/)],
  ["audio/mp4", branded(/^(M4A |M4B |F4A )$/)],
  ["video/quicktime", branded(/^qt {2}$/)],
  ["video/3gpp", branded(/^3g/)],
  ["video/mp4", branded(/^(isom|iso[2-9]|mp4[12]|avc1|dash|M4V |MSNV|mmp4|f4v )$/)],
  ["audio/wav", all(begins("RIFF"), begins("WAVE", 8))],
  ["audio/amr", begins("#!AMR")],
  ["audio/ogg", begins("OggS")],
  ["audio/mpeg", (bytes) => begins("ID3")(bytes) || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2)],
  ["video/mpeg", begins("\0\0\x01\xba")],
  ["video/webm", all(begins("\x1aE\xdf\xa3"), (bytes) => bytes.subarray(0, 64).includes("webm"))],
  ["application/pdf", begins("%PDF-")],
  ["text/rtf", begins("{\\rtf")],
  ["text/vcard", opens(/^BEGIN:VCARD\s/i)],
  ["text/calendar", opens(/^BEGIN:VCALENDAR\s/i)],
  ["image/bmp", all(begins("BM"), (bytes) => bytes.length > 26 && bytes.readUInt32LE(6) === 0)],
];

/** What runs when somebody opens it (Windows, Linux, macOS, scripts): no customer sends such a thing by phone. */
const PROGRAMS: readonly Look[] = [
  all(begins("MZ"), (bytes) => bytes.length > 64),
  begins("\x7fELF"),
  begins("\xfe\xed\xfa"),
  begins("\xcf\xfa\xed\xfe"),
  begins("\xca\xfe\xba\xbe"),
  (bytes) => begins("#!")(bytes) && !begins("#!AMR")(bytes),
];

/** Null: something that is not known here, to be handed on as a file without a type. */
export const contentTypeOf = (bytes: Buffer): string | null => KNOWN.find(([, look]) => look(bytes))?.[0] ?? null;

export const isProgram = (bytes: Buffer): boolean => PROGRAMS.some((look) => look(bytes));

/** What a browser shows by itself and runs nothing of; SVG and HTML are not among them. */
const SHOWN =
  /^(image\/(jpeg|png|gif|webp|bmp|avif)|audio\/(mpeg|mp4|ogg|wav|webm|amr)|video\/(mp4|webm|3gpp|quicktime))$/;
export const mayBeShown = (contentType: string): boolean => SHOWN.test(contentType);
