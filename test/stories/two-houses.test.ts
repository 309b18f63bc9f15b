/** Two processes on one database: together they do everything once, and in order. */
import { test } from "vitest";
test.todo("being written");
