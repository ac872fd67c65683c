import { defineCommand } from "../command.ts";
import type { Check } from "../doctor/check.ts";
import { checkHost } from "../doctor/host.ts";
import { checkPrograms } from "../doctor/programs.ts";
import { checkFlink, checkJvms } from "../doctor/targets.ts";
import { formatDoctor } from "../format/doctor.ts";
import { text } from "../options.ts";

export interface DoctorResult {
  readonly type: "doctor";
  readonly checks: readonly Check[];
}

export const command = defineCommand({
  description:
    "Looks at what Heaptide needs: programs, the JVMs of this host and whether they can be attached to, a cluster's REST API, the data folder. " +
    "Changes nothing. Each line says what to do where something is missing. Exit code 2 when something makes the work impossible.",
  options: {
    flink: text("url", "REST address of a Flink cluster to look at too"),
    data: text("folder", "data folder to look at instead of the default one"),
  },
  examples: [
    { line: "heaptide doctor", says: "this host" },
    { line: "heaptide doctor --flink http://localhost:8081", says: "this host and a cluster" },
  ],
  async run({ environment, progress, signal }, { flink, data }): Promise<DoctorResult> {
    const checks: Check[] = [
      ...checkPrograms(environment.variables),
      ...(await checkHost(environment.platform, data ?? environment.dataFolder)),
    ];
    if (environment.platform === "linux") {
      progress.update("Looking at the JVMs of this host");
      checks.push(...(await checkJvms(signal)));
    }
    if (flink !== undefined) {
      progress.update(`Asking ${flink}`);
      checks.push(...(await checkFlink(flink)));
    }
    return { type: "doctor", checks };
  },
  format: formatDoctor,
  exitCode: ({ checks }) => (checks.some((check) => check.state === "fail") ? 2 : 0),
});
