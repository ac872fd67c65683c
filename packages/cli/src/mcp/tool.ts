import { isHeaptideError } from "@heaptide/base";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import type { Context } from "../command.ts";
import type { ServerClient } from "../server-client.ts";
import type { PauseBudgets } from "./pause-budgets.ts";

/** What tools work with: the server, where one runs, and the JVMs of this host, within a budget that all calls share. */
export interface Workbench {
  readonly context: Context;
  readonly server: ServerClient;
  readonly budgets: PauseBudgets;
}

/** One tool: what a model reads before it calls it, and what the call does. */
export interface Tool<Input extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  /** What it tells, what it costs, and when to use another one. */
  readonly description: string;
  readonly input: Input;
  /** Does it pause a process, or write a file? A client may ask a person first. */
  readonly touches: "nothing" | "pauses a process";
  readonly run: (bench: Workbench, input: z.infer<z.ZodObject<Input>>, signal: AbortSignal) => Promise<object>;
}

/** Lets TypeScript infer a tool's input from its shape. */
export const defineTool = <Input extends z.ZodRawShape>(tool: Tool<Input>): Tool => tool as unknown as Tool;

/** An expected failure is an answer that says what to do next; a bug is the protocol's own error. */
export async function answerOf(run: () => Promise<object>): Promise<CallToolResult> {
  try {
    const result = await run();
    return { content: [{ type: "text", text: JSON.stringify(result) }], structuredContent: { ...result } };
  } catch (error) {
    if (!isHeaptideError(error)) throw error;
    const failure = error.toJSON();
    return { isError: true, content: [{ type: "text", text: JSON.stringify(failure) }] };
  }
}
