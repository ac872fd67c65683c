import java.util.ArrayList;
import java.util.List;

/** Keeps what it allocates in a static list: first `objects` of them, then `perSecond` more each second. Makes a little garbage all the time. */
public class Keeper {
    static final class Kept {
        final byte[] payload;

        Kept(int size) {
            payload = new byte[size];
        }
    }

    static final List<Kept> KEPT = new ArrayList<>();
    static volatile Object garbage;

    public static void main(String[] args) throws InterruptedException {
        int objects = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        int size = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int perSecond = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        for (int i = 0; i < objects; i++) {
            KEPT.add(new Kept(size));
        }
        System.out.println("ready " + ProcessHandle.current().pid());
        for (;;) {
            keep(perSecond / 10, size);
            garbage = new byte[10_000];
            Thread.sleep(100);
        }
    }

    /** Into the list in one step: while a thread is inside the list's method, its stack is as good a root for the list as the static. */
    static void keep(int objects, int size) {
        List<Kept> batch = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            batch.add(new Kept(size));
            startThread();
        }
        KEPT.addAll(batch);
    }

    static void startThread() {
        Thread worker = new Thread(() -> garbage = new Object[10], "keeper-worker");
        worker.setDaemon(true);
        worker.start();
    }
}
