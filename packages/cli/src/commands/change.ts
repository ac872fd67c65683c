import { ChangeSeen } from "@heaptide/model";
import { type Context, defineCommand } from "../command.ts";
import { pairs, text, textArgument } from "../options.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";

export interface ChangeResult {
  readonly type: "change";
  readonly server: string;
  readonly change: Omit<ChangeSeen, "type" | "at"> & { readonly at: string };
}

/** Where the usual CI services put the commit, the run and its page. The first that is there counts. */
const COMMIT = ["GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILDKITE_COMMIT", "CIRCLE_SHA1", "BITBUCKET_COMMIT", "BUILD_SOURCEVERSION"];
const PAGE = ["CI_JOB_URL", "CI_PIPELINE_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL"];

export const command = defineCommand({
  description:
    "Tells a running server of a change, as the last step of a deployment: where growth begins after it, it is named as the cause, with commit and page.\n\n" +
    "The commit and the page of the run are taken from the variables of GitHub Actions, GitLab, Jenkins, Buildkite, CircleCI, Bitbucket and Azure where " +
    "no option names them. The same --id twice is one change, so that a step that is repeated does no harm.",
  options: {
    title: textArgument("title", 'what was changed, for people: "venue-enrichment 1.4.2"'),
    job: text("name", "Flink job that it concerns, by name or id; by default all of them"),
    process: text("key", "process that it concerns, by key or name"),
    sha: text("commit", "commit that was deployed"),
    url: text("URL", "page of the deployment or of the commit"),
    attribute: pairs("k=v,...", "anything else worth keeping"),
    at: text("time", "when it happened, ISO 8601; by default now"),
    id: text("id", "of the deployment: the same twice is one change"),
    ...SERVER_OPTIONS,
  },
  examples: [
    { line: 'heaptide change "venue-enrichment 1.4.2" --job venue-enrichment', says: "in a pipeline: commit and page are found" },
    { line: 'heaptide change "Flink configuration" --sha 3f2c1ab --url https://ci.example.org/runs/77', says: "by hand" },
    { line: 'heaptide change "rollout" --server http://heaptide:7070', says: "on another host; its token stands in HEAPTIDE_TOKEN" },
  ],
  async run(context, { server, title, job, process, sha, url, attribute, at, id }): Promise<ChangeResult> {
    const client = new ServerClient(server, context.environment, context.signal);
    const { commit, page } = ofPipeline(context);
    const attributes = {
      ...attribute,
      ...valued("commit", sha ?? commit),
      ...valued("url", url ?? page),
    };
    const posted = { title, attributes, ...valued("job", job), ...valued("process", process), ...valued("at", at), ...valued("id", id) };
    const { type: _, at: when, ...change } = await client.post("/api/changes", posted, ChangeSeen);
    return { type: "change", server: client.url, change: { ...change, at: new Date(when).toISOString() } };
  },
  format: ({ server, change }) => {
    const about = [change.attributes["commit"]?.slice(0, 12), change.attributes["url"]].filter(Boolean).join(" · ");
    return `${change.at}  ${change.title}${about === "" ? "" : `  (${about})`}\nHeaptide at ${server} knows of it: ${change.id}`;
  },
});

function ofPipeline({ environment: { variables } }: Context): { commit: string | undefined; page: string | undefined } {
  const first = (names: readonly string[]) => names.map((name) => variables[name]).find((value) => value !== undefined && value !== "");
  const { GITHUB_SERVER_URL: host, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  return { commit: first(COMMIT), page: host && repository && run ? `${host}/${repository}/actions/runs/${run}` : first(PAGE) };
}

const valued = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value });
