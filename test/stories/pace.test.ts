/** Pace: no sender sends faster than it may, nor slower than it could. */
import { test } from "vitest";
test.todo("being written");
