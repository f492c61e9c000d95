import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export type MountNamespace = {
  /** The program and arguments that run a program inside. */
  inside: (program: string, ...args: string[]) => [string, string[]];
  close: () => Promise<void>;
};

/** What a kubelet sets for the whole machine when it starts. */
const tunables = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

/**
 * A view of the file system for containerd and kubelet: what they mount is seen by nobody else and ends with them, what
 * they write below /var and /run lands in `folder`, and the kernel settings that a kubelet changes are copies.
 */
export async function openMountNamespace(folder: string): Promise<MountNamespace> {
  const lines: string[] = [];
  for (const name of ["var", "run"]) {
    const [upper, work] = [path.join(folder, `${name}-upper`), path.join(folder, `${name}-work`)];
    mkdirSync(upper);
    mkdirSync(work);
    lines.push(`mount -t overlay overlay -o lowerdir=/${name},upperdir=${upper},workdir=${work} /${name}`);
  }
  for (const name of tunables) {
    const copy = path.join(folder, name.replaceAll("/", "-"));
    writeFileSync(copy, readFileSync(path.join("/proc/sys", name)));
    lines.push(`mount --bind ${copy} /proc/sys/${name}`);
  }
  const script = `set -e\n${lines.join("\n")}\necho open\nexec sleep infinity`;
  const keeper = spawn("unshare", ["--mount", "--propagation", "private", "/bin/sh", "-c", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(keeper, "exit");
  let trouble = "";
  keeper.stderr.on("data", (chunk: Buffer) => (trouble += chunk.toString("utf8")));
  await Promise.race([once(keeper.stdout, "data"), exited]);
  if (keeper.exitCode !== null) throw new Error(`No mount namespace of our own: ${trouble}`);
  return {
    inside: (program, ...args) => ["nsenter", [`--mount=/proc/${keeper.pid}/ns/mnt`, "--", program, ...args]],
    close: async () => {
      keeper.kill("SIGKILL");
      await exited;
    },
  };
}
