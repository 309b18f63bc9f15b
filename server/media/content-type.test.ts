/** What bytes are is seen by looking at them. */
import { describe, expect, test } from "vitest";
import { contentTypeOf, isProgram, mayBeShown } from "./content-type.ts";

const bytes = (text: string, length = 64) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(length)]);

test.each([
  ["image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"],
  ["image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["image/gif", "GIF89a"],
  ["image/webp", "RIFF\x24\0\0\0WEBPVP8 "],
  ["image/heic", "\0\0\0\x18ftypheic"],
  ["image/tiff", "II*\0"],
  ["audio/mp4", "\0\0\0\x1cftypM4A "],
  ["audio/mpeg", "ID3\x04"],
  ["audio/mpeg", "\xff\xfb\x90\x44"],
  ["audio/amr", "#!AMR\n"],
  ["audio/wav", "RIFF\x24\0\0\0WAVEfmt "],
  ["audio/ogg", "OggS"],
  ["video/mp4", "\0\0\0\x20ftypisom"],
  ["video/mp4", "\0\0\0\x20ftypmp42"],
  ["video/3gpp", "\0\0\0\x14ftyp3gp5"],
  ["video/quicktime", "\0\0\0\x14ftypqt  "],
  ["application/pdf", "%PDF-1.7"],
  ["text/vcard", "BEGIN:VCARD\r\nVERSION:3.0"],
  ["text/vcard", "\xef\xbb\xbfBEGIN:VCARD\n"],
  ["text/calendar", "BEGIN:VCALENDAR\r\n"],
  ["text/rtf", "{\\rtf1\\ansi"],
])("%s begins %j", (type, start) => {
  expect(contentTypeOf(bytes(start))).toBe(type);
});

describe("what a browser would run is no picture", () => {
  test.each([
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "<!doctype html><script>alert(1)</script>",
    "<?xml version='1.0'?><svg/>",
    "GIF8<script>alert(1)</script>",
    "hello",
    "",
  ])("%s", (text) => {
    expect(contentTypeOf(Buffer.from(text))).toBeNull();
  });

  test.each([
    "image/svg+xml",
    "text/html",
    "application/pdf",
    "text/vcard",
    "application/octet-stream",
    "image/jpeg; x",
  ])("%s is not shown in its place", (type) => {
    expect(mayBeShown(type)).toBe(false);
  });
});

test.each(["MZ\x90", "\x7fELF\x02", "#!/bin/sh\n", "\xcf\xfa\xed\xfe"])("a program begins %j", (start) => {
  expect(isProgram(bytes(start))).toBe(true);
});
test("a recording that begins like a script is none", () => {
  expect(isProgram(bytes("#!AMR\n"))).toBe(false);
});
