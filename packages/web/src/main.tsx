import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LiveProvider } from "./api/live.tsx";
import { queryClient } from "./api/queries.ts";
import "./look/tokens.css";
import "./look/base.css";
import "./look/shell.css";
import "./look/parts.css";
import "./look/charts.css";
import "./look/overview.css";
import "./look/incident.css";
import "./look/classes.css";
import "./look/allocations.css";
import "./look/flow.css";
import "./look/logs.css";
import "./look/settings.css";
import "./look/dumps.css";
import { router } from "./routes.tsx";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
