// A JDK of 17 or newer. It is found by its `release` file: starting a JVM only to ask for its version would cost more than all else here.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { Missing } from "./step.mjs";

const NEEDED = 17;

/** The home of the first suitable JDK: JAVA_HOME, then `javac` on the PATH, then where systems keep theirs. @throws Missing */
export function setUpJava() {
  const seen = [];
  for (const home of candidates()) {
    const version = versionOf(home);
    if (version === null) continue;
    const complete = existsSync(path.join(home, "bin", executable("javac")));
    if (version >= NEEDED && complete) return home;
    seen.push(`${home} is ${complete ? `Java ${version}` : `a JRE of Java ${version}, without a compiler`}`);
  }
  const found = seen.length > 0 ? ` Found: ${seen.join("; ")}.` : "";
  throw new Missing(`A JDK of ${NEEDED} or newer is needed: Flink and its jobs run on it, and there is none.${found}`, howToInstall());
}

function* candidates() {
  if (process.env.JAVA_HOME) yield process.env.JAVA_HOME;
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const compiler = path.join(folder, executable("javac"));
    if (folder && existsSync(compiler)) yield path.dirname(path.dirname(realpathSync(compiler)));
  }
  yield* foldersIn("/usr/lib/jvm", "");
  yield* foldersIn("/Library/Java/JavaVirtualMachines", "Contents/Home");
  yield* ["/opt/homebrew/opt/openjdk", "/opt/homebrew/opt/openjdk@17", "/usr/local/opt/openjdk", "/usr/local/opt/openjdk@17"];
}

function foldersIn(folder, below) {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => path.join(folder, name, below));
  } catch {
    return [];
  }
}

/** 17 for `JAVA_VERSION="17.0.13"`, 8 for "1.8.0_392"; null where there is no `release` file, thus no JDK. */
function versionOf(home) {
  try {
    const match = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(readFileSync(path.join(home, "release"), "utf8"));
    return match ? Number(match[1]) : null;
  } catch {
    return null;
  }
}

function executable(name) {
  return process.platform === "win32" ? `${name}.exe` : name;
}

function howToInstall() {
  if (process.platform === "darwin") return "brew install openjdk@17 maven";
  if (process.platform === "win32") return "winget install EclipseAdoptium.Temurin.17.JDK";
  if (existsSync("/usr/bin/apt-get")) return "sudo apt-get install openjdk-17-jdk-headless maven   (or: sudo scripts/setup-debian.sh)";
  if (existsSync("/usr/bin/dnf")) return "sudo dnf install java-17-openjdk-devel maven";
  return "install a JDK 17, for instance from https://adoptium.net, and set JAVA_HOME to its folder";
}
