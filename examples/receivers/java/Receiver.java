import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * A receiver of Uqudo's and UIP's webhooks, made of the JDK's HTTP server, Gson, and Google's HTTP
 * client library, which reads and verifies a JWS. run.sh compiles and runs it.
 *
 * <p>It takes Uqudo's results at /uqudo and UIP's events at /uip, on 127.0.0.1:3000 unless HOST and
 * PORT say otherwise.
 */
public final class Receiver {
  private static final int MOST = 16 << 20; // bytes: results with images are large

  /** What a webhook is answered. */
  record Answer(int status, String text) {
    static final Answer OK = new Answer(200, "OK");
  }

  /** Whoever takes webhooks. */
  interface Taker {
    Answer take(HttpExchange request, byte[] body) throws Exception;
  }

  /** What is to be done with what was taken; it throws when it fails. */
  interface Work {
    void run() throws Exception;
  }

  /**
   * What was taken, so that it is taken once. Yours is a table with a unique key, which outlives a
   * restart and which all your processes share.
   */
  static final class Once {
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    /**
     * Does the work for an ID unless that was done. When the work fails the ID counts as new again,
     * or the retry would be taken for a duplicate and the result be lost. In a database the ID and
     * the work belong into one transaction, which does the same, even when the process ends
     * half-way.
     */
    void once(String id, Work work) throws Exception {
      if (!ids.add(id)) {
        return;
      }
      boolean done = false;
      try {
        work.run();
        done = true;
      } finally {
        if (!done) {
          ids.remove(id);
        }
      }
    }
  }

  public static void main(String[] args) throws IOException {
    String mock = env("KYCMOCK_URL", "http://127.0.0.1:8080");
    Once taken = new Once();
    JwksKeys keys =
        new JwksKeys(
            URI.create(env("JWKS_URL", mock + "/uqudo/api/.well-known/jwks.json")),
            Duration.ofMillis((long) (1000 * Double.parseDouble(env("JWKS_COOLDOWN", "30")))));
    Uqudo uqudo = new Uqudo(env("UQUDO_CLIENT_ID", null), keys, taken);
    Uip uip =
        new Uip(
            env("UIP_SECRET", null),
            env("UIP_API_URL", mock + "/uip/v1"),
            env("UIP_API_KEY", null),
            taken);

    String host = env("HOST", "127.0.0.1");
    int port = Integer.parseInt(env("PORT", "3000"));
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
    server.setExecutor(Executors.newCachedThreadPool()); // or one webhook would wait for another
    server.createContext("/uqudo", webhook(uqudo::take));
    server.createContext("/uip", webhook(uip::take));
    server.createContext("/healthz", exchange -> answer(exchange, new Answer(200, "ok")));
    server.start();
    System.out.println("listening on http://" + host + ":" + server.getAddress().getPort());
  }

  /** What the environment says; without another value it has to say something. */
  private static String env(String name, String otherwise) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      value = otherwise;
    }
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }

  private static com.sun.net.httpserver.HttpHandler webhook(Taker taker) {
    return exchange -> {
      byte[] body = exchange.getRequestBody().readNBytes(MOST + 1);
      Answer answer;
      if (!exchange.getRequestMethod().equals("POST")) {
        answer = new Answer(405, "want POST");
      } else if (body.length > MOST) {
        answer = new Answer(413, "the body is too large");
      } else {
        try {
          answer = taker.take(exchange, body);
        } catch (Exception mistake) { // ours: it will be brought again
          mistake.printStackTrace();
          answer = new Answer(500, "something is wrong here");
        }
      }
      answer(exchange, answer);
    };
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(answer.status(), text.length);
    try (exchange) {
      exchange.getResponseBody().write(text);
    }
  }

  /** A JSON object. Unlike Gson.fromJson, which lets much pass, this is strict. */
  static JsonObject object(String text) throws IOException {
    JsonObject object;
    try {
      object = new Gson().getAdapter(JsonObject.class).fromJson(text);
    } catch (JsonParseException | ClassCastException wrong) {
      throw new IOException(wrong);
    }
    if (object == null) {
      throw new IOException("want a JSON object");
    }
    return object;
  }

  /** A member that is a text, or null. */
  static String text(JsonObject object, String name) {
    return object.get(name) != null && object.get(name).isJsonPrimitive()
        ? object.get(name).getAsString()
        : null;
  }

  private Receiver() {}
}
