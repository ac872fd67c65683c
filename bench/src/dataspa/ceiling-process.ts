/** So many connections, each with one request after the other, for so many milliseconds: what this machine and the stand-in can do without any Flink. Prints requests a second. */
import { Agent, request } from "node:http";

const [url, key, connections, duration] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4]), Number(process.argv[5])];
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const headers = { authorization: `Bearer ${key}`, "x-places-api-version": "2025-06-17" };
let answers = 0;

function ask(number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    request(`${url}/places/search?query=Hall%20${number}&fields=name,latitude,longitude,location&limit=1`, { agent, headers }, (answer) => {
      answer.resume().once("end", resolve);
    })
      .once("error", reject)
      .end();
  });
}

const began = performance.now();
await Promise.all(
  Array.from({ length: connections }, async (_, connection) => {
    for (let number = connection; performance.now() - began < duration; number += connections) {
      await ask(number);
      answers++;
    }
  }),
);
process.stdout.write(String((answers * 1000) / (performance.now() - began)));
process.exit(0);
