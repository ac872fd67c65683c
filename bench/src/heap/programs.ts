/** Java programs whose heaps are measured. Each is called with a number, says `ready` when its objects are made, and waits. */

/** A leak in a static map, beside it maps, trees and lists of mixed objects, some shared. Thousands of sessions. */
export const MIX = `
  import java.util.*; import java.util.concurrent.*;
  public class Mix {
    static final HashMap<String, Session> LEAK = new HashMap<>();
    static final ConcurrentHashMap<Long, String> NAMES = new ConcurrentHashMap<>();
    static final TreeMap<Integer, byte[]> TREE = new TreeMap<>();
    static final ArrayList<Object> LIST = new ArrayList<>();
    static final class Session {
      final String user; final byte[] data; final List<Long> seen = new ArrayList<>(); final Object[] shared; int count; boolean open;
      Session(String user, int size, Object[] shared) {
        this.user = user; this.data = new byte[size]; this.shared = shared;
        for (int i = 0; i < size % 7; i++) seen.add(1000L * size + i);
      }
    }
    public static void main(String[] args) throws Exception {
      int sessions = Integer.parseInt(args[0]) * 1000;
      Random random = new Random(7);
      Object[] shared = new Object[100];
      for (int i = 0; i < 100; i++) shared[i] = "shared-" + i;
      for (int i = 0; i < sessions; i++) LEAK.put("user-" + i, new Session("name-" + i % 1000 + "-" + i, 100 + random.nextInt(400), shared));
      for (int i = 0; i < sessions * 8 / 5; i++) NAMES.put((long) i * 31, "v" + i % 5000);
      for (int i = 0; i < sessions * 4 / 5; i++) TREE.put(random.nextInt(), new byte[random.nextInt(64)]);
      for (int i = 0; i < sessions * 12 / 5; i++)
        LIST.add(i % 3 == 0 ? (Object) new int[random.nextInt(8)] : i % 3 == 1 ? (Object) i : (Object) new LinkedList<Object>(Arrays.asList(i, "x")));
      System.out.println("ready");
      System.in.read();
    }
  }`;

/** What is worst for dominators: nodes that refer to each other at random, and a list as long, all with payloads that are shared. Thousands of nodes. */
export const TANGLE = `
  import java.util.*;
  public class Tangle {
    static final class Knot { Knot a, b, c; Object payload; }
    static final class Link { Link next; Object payload; }
    static Knot[] knots;
    static Link list;
    public static void main(String[] args) throws Exception {
      int count = Integer.parseInt(args[0]) * 1000;
      Random random = new Random(11);
      Object[] payloads = new Object[count / 10];
      for (int i = 0; i < payloads.length; i++) payloads[i] = new long[1 + i % 3];
      Knot[] all = new Knot[count];
      for (int i = 0; i < count; i++) all[i] = new Knot();
      for (Knot knot : all) {
        knot.a = all[random.nextInt(count)]; knot.b = all[random.nextInt(count)]; knot.c = all[random.nextInt(count)];
        knot.payload = payloads[random.nextInt(payloads.length)];
      }
      knots = Arrays.copyOf(all, 1000);
      for (int i = 0; i < count; i++) {
        Link link = new Link();
        link.next = list; link.payload = i % 2 == 0 ? payloads[random.nextInt(payloads.length)] : new Object();
        list = link;
      }
      all = null; payloads = null;
      System.out.println("ready");
      System.in.read();
    }
  }`;
