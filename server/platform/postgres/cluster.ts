import { closeSync, constants, existsSync, fstatSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { chownSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requireUserEntry } from "./account.ts";
import { authentication } from "./address.ts";
import { openOwnFile, syncDir } from "./data-dir.ts";
import { type Account, program } from "./probe.ts";
import { ownDatabase, PostgresRefused } from "./refusal.ts";
import { runTethered } from "./tether.ts";
