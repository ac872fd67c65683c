import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** The JDK's own reader: every event and its stack. Prints events, frames of their stacks, and the peak of resident memory in KiB. */
public class ReadAll {
  public static void main(String[] args) throws Exception {
    long events = 0;
    long frames = 0;
    try (RecordingFile file = new RecordingFile(Path.of(args[0]))) {
      for (; file.hasMoreEvents(); events++) {
        RecordedStackTrace stack = file.readEvent().getStackTrace();
        if (stack != null) frames += stack.getFrames().size();
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/status")))
      if (line.startsWith("VmHWM")) System.out.println(events + " " + frames + " " + line.replaceAll("[^0-9]", ""));
  }
}
