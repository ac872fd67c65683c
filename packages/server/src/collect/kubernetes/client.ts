import { readFile } from "node:fs/promises";
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { join } from "node:path";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { z } from "zod";

/**
 * The Kubernetes API, as a pod uses it: HTTPS with the certificate authority and the token of its service account, which are files that the kubelet renews.
 * Layout: kubernetes.io/docs/reference/using-api/api-concepts; only `list` is asked for, with `resourceVersion=0`, which the API server answers from memory.
 */
export interface KubernetesPlace {
  /** Of the API server. */
  readonly url: string;
  /** Folder of the service account: `token`, `ca.crt`, `namespace`. */
  readonly account: string;
}

const TIMEOUT = 15_000;
const LARGEST = 64 << 20;
const List = z.object({ items: z.array(z.unknown()) });

export class KubernetesClient {
  readonly #place: KubernetesPlace;

  constructor(place: KubernetesPlace) {
    this.#place = place;
  }

  /** The pod's own namespace. @throws KUBERNETES_UNREACHABLE outside of a pod */
  async namespace(): Promise<string> {
    return (await this.#file("namespace")).trim();
  }

  /** @param path such as `/api/v1/namespaces/flink/pods`. @throws KUBERNETES_UNREACHABLE, KUBERNETES_REFUSED */
  async list<Item>(path: string, schema: z.ZodType<Item>, signal: AbortSignal): Promise<Item[]> {
    const [token, ca] = await Promise.all([this.#file("token"), this.#file("ca.crt").catch(() => undefined)]);
    const { status, text } = await this.#get(`${path}?resourceVersion=0`, token.trim(), ca, signal);
    if (status !== 200) throw new HeaptideError("KUBERNETES_REFUSED", { path, status });
    try {
      // An item of a form that is not known is no reason to see none.
      return List.parse(JSON.parse(text)).items.flatMap((item) => schema.safeParse(item).data ?? []);
    } catch (error) {
      throw new HeaptideError("KUBERNETES_REFUSED", { path, status }, { cause: error });
    }
  }

  #get(path: string, token: string, ca: string | undefined, signal: AbortSignal): Promise<{ status: number; text: string }> {
    const target = new URL(path, this.#place.url);
    const limits = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { accept: "application/json", authorization: `Bearer ${token}` };
      const request = (target.protocol === "https:" ? overHttps : overHttp)(target, {
        headers,
        signal: limits,
        ...(ca !== undefined && { ca }),
      });
      request.on("error", reject);
      request.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text += piece;
          if (text.length > LARGEST) response.destroy(new RangeError("the list is too large"));
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.end();
    }).catch((error: unknown) => {
      if (isHeaptideError(error)) throw error;
      signal.throwIfAborted();
      const { code, message } = error as NodeJS.ErrnoException;
      throw new HeaptideError("KUBERNETES_UNREACHABLE", { url: this.#place.url, cause: code ?? message }, { cause: error });
    });
  }

  async #file(name: string): Promise<string> {
    try {
      return await readFile(join(this.#place.account, name), "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new HeaptideError(
        "KUBERNETES_UNREACHABLE",
        { url: this.#place.url, cause: `${name} of the service account: ${code}` },
        { cause: error },
      );
    }
  }
}
