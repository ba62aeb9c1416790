// Threads, direct buffers, compression (native memory) and collections; prints digests of what they hold.

import java.io.*;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
import java.util.zip.*;

public class Stress {
  static String digest(byte[] data) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(data);
    return String.format("%02x%02x%02x%02x %d", hash[0], hash[1], hash[2], hash[3], data.length);
  }

  static byte[] compressed(int seed) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < 20000; n++) text.append(n * seed % 977).append(' ');
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int level = 1; level <= 9; level += 4) {
      Deflater deflater = new Deflater(level);
      try (DeflaterOutputStream stream = new DeflaterOutputStream(out, deflater)) { stream.write(bytes); }
      deflater.end();
    }
    return out.toByteArray();
  }

  static long direct(int seed) {
    List<ByteBuffer> buffers = new ArrayList<>();
    long sum = 0;
    for (int n = 0; n < 400; n++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(n * 37 + seed);
      while (buffer.hasRemaining()) buffer.put((byte) n);
      buffers.add(buffer);
      if (n % 3 == 0) buffers.remove(0);
    }
    for (ByteBuffer buffer : buffers) sum += buffer.capacity() + buffer.get(0);
    return sum;
  }

  public static void main(String[] arguments) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<String>> answers = new ArrayList<>();
    for (int n = 1; n <= 24; n++) {
      int seed = n;
      answers.add(pool.submit(() -> digest(compressed(seed)) + " " + direct(seed)));
    }
    for (Future<String> answer : answers) System.out.println(answer.get());
    pool.shutdown();

    ConcurrentHashMap<String, Integer> words = new ConcurrentHashMap<>();
    IntStream.range(0, 300_000).parallel().forEach(n -> words.merge("word" + n % 5003, n % 10, Integer::sum));
    System.out.println("words " + words.size() + " " + new TreeMap<>(words).hashCode());

    List<Thread> threads = new ArrayList<>();
    for (int n = 0; n < 200; n++) threads.add(new Thread(() -> words.put(Thread.currentThread().getName(), 1)));
    for (Thread thread : threads) thread.start();
    for (Thread thread : threads) thread.join();
    System.out.println("threads " + (words.size() > 5003));

    Process child = new ProcessBuilder("/bin/echo", "child").start();
    System.out.println(new String(child.getInputStream().readAllBytes()).trim() + " " + child.waitFor());
  }
}
