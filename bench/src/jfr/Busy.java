import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Event;
import jdk.jfr.Name;

/**
 * Four threads walk through methods that call each other in ever new orders, and report each arrival as an event of the program's own; now and
 * then they park and contend. Small events, some hundred stacks. The argument: how many steps each thread takes.
 */
public class Busy {
  @Name("busy.Arrival")
  static class Arrival extends Event {
    String place;
    long order;
    int way;
    double price;
    Class<?> kind;
  }

  static final Object LOCK = new Object();
  static final String[] PLACES = {"harbour", "market", "museum", "station", null, "théâtre"};
  static volatile Object sink;

  public static void main(String[] args) throws Exception {
    int steps = Integer.parseInt(args[0]);
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      int seed = t;
      threads[t] = new Thread(() -> walk(new SplittableRandom(seed), steps), "walker-" + t);
      threads[t].start();
    }
    for (Thread thread : threads) thread.join();
  }

  static void walk(SplittableRandom random, int steps) {
    for (int n = 0; n < steps; n++) {
      left(random.nextInt(), random.nextInt(7), n);
      sink = new byte[1000 + n % 5000];
      if (n % 50 == 0) LockSupport.parkNanos(1000);
      if (n % 50 == 25) synchronized (LOCK) { sink = new int[100]; }
    }
  }

  static void left(int way, int depth, int n) {
    if (depth == 0) arrive(way, n);
    else if ((way & 1) == 0) left(way >> 1, depth - 1, n);
    else right(way >> 1, depth - 1, n);
  }

  static void right(int way, int depth, int n) {
    if (depth == 0) arrive(way, n);
    else if ((way & 1) == 0) left(way >> 1, depth - 1, n);
    else right(way >> 1, depth - 1, n);
  }

  static void arrive(int way, int n) {
    Arrival arrival = new Arrival();
    arrival.place = PLACES[n % PLACES.length];
    arrival.order = n;
    arrival.way = way;
    arrival.price = n / 8.0;
    arrival.kind = Arrival.class;
    arrival.commit();
  }
}
