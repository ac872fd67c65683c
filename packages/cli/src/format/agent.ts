import type { AgentResult } from "../commands/agent.ts";

export const formatAgent = ({ name, server }: AgentResult): string => `The agent ${name} of ${server} has ended.`;
