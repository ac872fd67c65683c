import { HeaptideError } from "@heaptide/base";
import { createTransport } from "nodemailer";
import { type Channel, headlineOf, textOf } from "./channel.ts";

export interface EmailSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const TIMEOUT = 20_000;

/** Mail by SMTP. The server is named by whoever operates Heaptide, so it may be anywhere. */
export function email({ name, host, port, secure, user, password, from, to }: EmailSettings): Channel {
  const transport = createTransport({
    host,
    port,
    secure,
    ...(user !== undefined && { auth: { user, pass: password ?? "" } }),
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    // Nothing of a message may name a file or an address to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name,
    kind: "email",
    target: `${to.join(", ")} by ${host}`,
    async send(message) {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: headlineOf(message).replaceAll(/\s+/g, " ").slice(0, 200),
          text: textOf(message),
          // A repeated delivery carries the same id: mailboxes show one.
          messageId: `<${message.id}@heaptide>`,
        });
      } catch (error) {
        const { code = "", responseCode = "" } = error as { code?: string; responseCode?: number };
        // The server's words may repeat what it was sent, a password among it: the codes alone are told.
        throw new HeaptideError("DELIVERY_FAILED", { channel: name, cause: `${host}: ${code} ${responseCode}`.trim() }, { cause: error });
      }
    },
  };
}
