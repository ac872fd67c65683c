import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Overview } from "./screens/overview.tsx";
import { Broken, Nowhere, Shell } from "./shell.tsx";
import { readSearch } from "./span.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: Nowhere, errorComponent: Broken, validateSearch: readSearch });
const at = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load as never, name as never) });

/** An address a screen; only the overview comes with the first load. */
export const router = createRouter({
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Nowhere,
  routeTree: root.addChildren([
    createRoute({ getParentRoute: () => root, path: "/", component: Overview }),
    at("/incidents", () => import("./screens/incidents.tsx"), "Incidents"),
    at("/incidents/$id", () => import("./screens/incident/incident.tsx"), "IncidentPage"),
    at("/processes", () => import("./screens/processes.tsx"), "Processes"),
    at("/processes/$key", () => import("./screens/process/process.tsx"), "ProcessPage"),
    at("/instances", () => import("./screens/instances/instances.tsx"), "Instances"),
    at("/allocations", () => import("./screens/allocations/allocations.tsx"), "Allocations"),
    at("/flow", () => import("./screens/flow/flow.tsx"), "Flow"),
    at("/logs", () => import("./screens/logs.tsx"), "Logs"),
    at("/dumps", () => import("./screens/dumps/dumps.tsx"), "Dumps"),
    at("/alerts", () => import("./screens/alerts/alerts.tsx"), "Alerts"),
    at("/agents", () => import("./screens/agents.tsx"), "Agents"),
    at("/settings", () => import("./screens/settings/settings.tsx"), "Settings"),
  ]),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
