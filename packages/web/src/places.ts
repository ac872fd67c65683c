/** The pages of the sidebar, with the key that follows `g`. */
export const PLACES = [
  { to: "/", name: "Overview", key: "o" },
  { to: "/incidents", name: "Incidents", key: "i" },
  { to: "/processes", name: "Processes", key: "p" },
  { to: "/instances", name: "Instances", key: "n" },
  { to: "/allocations", name: "Allocations", key: "a" },
  { to: "/flow", name: "Data flow", key: "f" },
  { to: "/logs", name: "Logs", key: "l" },
  { to: "/dumps", name: "Dumps", key: "d" },
  { to: "/alerts", name: "Alerts", key: "r" },
  { to: "/agents", name: "Agents", key: "e" },
  { to: "/settings", name: "Settings", key: "s" },
] as const;
