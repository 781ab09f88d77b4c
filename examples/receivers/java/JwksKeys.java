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
 * The RSA keys that are published at a URL. They are fetched when a token needs that, but not more
 * often than the cool-down, lest every forged token makes us ask. The last good ones are kept while
 * they cannot be fetched.
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
  // Replaced as a whole: who reads it never waits for a fetch that a forged token has caused.
  private volatile Map<String, PublicKey> keys = Map.of();
  // When it was asked for, by System.nanoTime, whatever came of it: the cool-down is for
  // failures too.
  private long asked;
  private Exception failure; // of the last fetch

  JwksKeys(URI url, Duration cooldown) {
    this.url = url;
    this.cooldown = cooldown;
    this.asked = System.nanoTime() - cooldown.toNanos();
  }

  /** The key of this name, or null when none is known. */
  PublicKey named(String kid) {
    return kid == null ? null : keys.get(kid);
  }

  /**
   * Fetches the keys again if that may be.
   *
   * @throws UnavailableException when the last fetch failed: a key that is not known may be there
   *     all the same
   */
  synchronized void refresh() throws UnavailableException {
    if (System.nanoTime() - asked >= cooldown.toNanos()) {
      asked = System.nanoTime();
      try {
        keys = fetch();
        failure = null;
      } catch (InterruptedException wrong) {
        Thread.currentThread().interrupt();
        failure = wrong;
      } catch (IOException | GeneralSecurityException | RuntimeException wrong) {
        failure = wrong;
      }
    }
    if (failure != null) {
      throw new UnavailableException(failure);
    }
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
    if (found.isEmpty()) {
      throw new IOException("the JWKS has no RSA key");
    }
    return found;
  }

  private static BigInteger number(JsonObject key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(Receiver.text(key, name)));
  }
}
