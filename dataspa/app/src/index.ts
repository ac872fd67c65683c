export { ActionIntake } from "./actions/intake.ts";
export { ACTIONS_TOPIC, type App, type AppOptions, startApp } from "./app.ts";
export { type Flow, type FlowSource, flowSource } from "./flow-source.ts";
