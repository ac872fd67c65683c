/** `npm run dataspa`: the whole platform on this machine. `npm run dataspa -- --help` lists its commands. */
import { program } from "./command-line.ts";

await program.parseAsync();
