import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Takes UIP's events. */
final class Uip {
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final SecretKeySpec secret;
  private final String api;
  private final String apiKey;
  private final Receiver.Once taken;

  Uip(String secret, String api, String apiKey, Receiver.Once taken) {
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.api = api;
    this.apiKey = apiKey;
    this.taken = taken;
  }

  Receiver.Answer take(HttpExchange request, byte[] body) throws Exception {
    // Over the bytes that came, not over what a parser makes of them.
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(secret);
    String want = HexFormat.of().formatHex(mac.doFinal(body));
    String got = request.getRequestHeaders().getFirst("X-UIP-Signature");
    // In constant time, which String.equals is not.
    if (got == null || !MessageDigest.isEqual(bytes(got), bytes(want))) {
      return new Receiver.Answer(401, "the signature is not of this body");
    }
    String event;
    String id;
    try {
      JsonObject told = Receiver.object(new String(body, StandardCharsets.UTF_8));
      event = Receiver.text(told, "event");
      id = Receiver.text(told.getAsJsonObject("data"), "audit_id");
    } catch (IOException | ClassCastException | NullPointerException wrong) {
      return new Receiver.Answer(400, "the body is no event");
    }
    if (id == null) {
      return Receiver.Answer.OK; // a test
    }
    String outcome = "";
    if ("message".equals(event)) {
      // Whether it was signed or declined is in the audit record alone.
      try {
        outcome = signed(id) ? "signed" : "declined";
      } catch (IOException | RuntimeException wrong) {
        return new Receiver.Answer(503, "the audit record cannot be fetched");
      }
    }
    String news = "uip " + event + " " + id + " " + outcome;
    taken.once(id, () -> System.out.println(news)); // here your work begins
    return Receiver.Answer.OK; // with 200: UIP takes nothing else
  }

  private boolean signed(String id) throws IOException, InterruptedException {
    URI url = URI.create(api + "/audit/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    HttpRequest ask =
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + apiKey)
            .timeout(Duration.ofSeconds(5))
            .build();
    HttpResponse<String> answer = client.send(ask, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("the API answers " + answer.statusCode());
    }
    return Receiver.object(answer.body())
        .getAsJsonObject("audit")
        .get("signed_accepted")
        .getAsBoolean();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
