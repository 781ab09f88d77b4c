import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The RSA keys that are published at a URL. They are fetched again when a token needs that, but not
 * more often than the cool-down, lest every forged token makes us ask.
 */
final class JwksKeys {
  /** The keys cannot be fetched, so nothing can be said of a token. */
  static final class UnavailableException extends Exception {
    UnavailableException(Exception cause) {
      super(cause);
    }
  }

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI url;
  private final Duration cooldown;
  private Map<String, PublicKey> keys = Map.of();
  private long fetched; // by System.nanoTime

  JwksKeys(URI url, Duration cooldown) {
    this.url = url;
    this.cooldown = cooldown;
  }

  /** The key of this name, or null, after the keys were fetched again if that may be. */
  synchronized PublicKey named(String kid, boolean again) throws UnavailableException {
    boolean cool = System.nanoTime() - fetched >= cooldown.toNanos();
    if (keys.isEmpty() || again && cool) {
      try {
        keys = fetch();
        fetched = System.nanoTime();
      } catch (InterruptedException wrong) {
        Thread.currentThread().interrupt();
        throw new UnavailableException(wrong);
      } catch (IOException | GeneralSecurityException | RuntimeException wrong) {
        throw new UnavailableException(wrong);
      }
    }
    return kid == null ? null : keys.get(kid);
  }

  private Map<String, PublicKey> fetch()
      throws IOException, InterruptedException, GeneralSecurityException {
    HttpRequest ask = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> answer = client.send(ask, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("the JWKS answers " + answer.statusCode());
    }
    Map<String, PublicKey> found = new HashMap<>();
    for (JsonElement element : Receiver.object(answer.body()).getAsJsonArray("keys")) {
      JsonObject key = element.getAsJsonObject();
      if ("RSA".equals(Receiver.text(key, "kty"))) {
        var numbers = new RSAPublicKeySpec(number(key, "n"), number(key, "e"));
        found.put(Receiver.text(key, "kid"), KeyFactory.getInstance("RSA").generatePublic(numbers));
      }
    }
    return found;
  }

  private static BigInteger number(JsonObject key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(Receiver.text(key, name)));
  }
}
