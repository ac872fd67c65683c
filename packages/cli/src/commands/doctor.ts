import { defineCommand } from "../command.ts";

export const command = defineCommand({
  description: "x",
  options: {},
  examples: [],
  run: async () => ({ type: "doctor" as const }),
  format: () => "",
});
