/** The lock between sending and STOP: once a STOP is answered 200, nothing but a notice leaves for that person. */
import { test } from "vitest";
test.todo("being written");
