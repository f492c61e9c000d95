import fs from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { program } from "./root.ts";
import { runProgram } from "./run-program.ts";

export type Browser = { path: string } | { missing: string };

/** Playwright's own Chromium where it can be had, else one on the machine, else Debian's. */
export async function findBrowser(): Promise<Browser> {
  const named = process.env["LASTGOOD_CHROMIUM"];
  if (named !== undefined && named !== "") {
    return (await works(named)) ? { path: named } : { missing: `LASTGOOD_CHROMIUM (${named}) does not run.` };
  }
  const own = chromium.executablePath();
  if (await works(own)) return { path: own };
  if (!fs.existsSync(own) && (await isReachable("https://cdn.playwright.dev/"))) {
    console.log("Downloading Chromium…");
    await runProgram(program("playwright"), ["install", "chromium", "--no-shell"], { seconds: 150 });
    if (await works(own)) return { path: own };
  }
  const installed = await firstInstalled();
  if (installed !== undefined) return { path: installed };
  if (process.getuid?.() !== 0) {
    return { missing: "there is no Chromium here, none could be downloaded, and only root may install one." };
  }
  if (!fs.existsSync("/usr/bin/apt-get")) {
    return { missing: "there is no Chromium here, and no apt-get to install one." };
  }
  console.log("Installing Debian's Chromium…");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await runProgram("/usr/bin/apt-get", ["update", "-qq"], { env, seconds: 180 });
  const { output } = await runProgram(
    "/usr/bin/apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
    { env, seconds: 600 },
  );
  const debian = await firstInstalled();
  return debian === undefined
    ? { missing: `apt-get could not install Chromium: ${output.trim().split("\n").at(-1) ?? "no output"}` }
    : { path: debian };
}

async function firstInstalled(): Promise<string | undefined> {
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  for (const file of names.flatMap((name) => folders.map((folder) => path.join(folder, name)))) {
    if (await works(file)) return file;
  }
  return undefined;
}

/** A browser may be there and yet lack a library of the system: only opening a page shows it. */
async function works(file: string): Promise<boolean> {
  if (!fs.existsSync(file)) return false;
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const { code } = await runProgram(file, [...args, "--dump-dom", "about:blank"], { seconds: 30 });
  return code === 0;
}

async function isReachable(address: string): Promise<boolean> {
  try {
    await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(4000) });
    return true;
  } catch (error) {
    console.log(
      `Chromium cannot be downloaded here (${error instanceof Error ? error.message : "no answer"}).`,
    );
    return false;
  }
}
