import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.json.webtoken.JsonWebSignature;
import com.google.api.client.json.webtoken.JsonWebToken;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collection;

/** Takes Uqudo's results. */
final class Uqudo {
  private final String clientId;
  private final JwksKeys keys;
  private final Receiver.Once taken;

  Uqudo(String clientId, JwksKeys keys, Receiver.Once taken) {
    this.clientId = clientId;
    this.keys = keys;
    this.taken = taken;
  }

  Receiver.Answer take(HttpExchange request, byte[] body) throws Exception {
    String token = new String(body, StandardCharsets.UTF_8).strip(); // all, in the LEGACY format
    String type = request.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.startsWith("text/plain")) {
      try {
        token = Receiver.text(Receiver.object(token), "jwsResult");
      } catch (IOException wrong) {
        return new Receiver.Answer(400, "the body is no JSON");
      }
      if (token == null) {
        return new Receiver.Answer(400, "there is no jwsResult");
      }
    }
    JsonWebToken.Payload claims;
    try {
      claims = verified(token);
    } catch (JwksKeys.UnavailableException wrong) {
      return new Receiver.Answer(503, "the keys cannot be fetched"); // it will be brought again
    } catch (GeneralSecurityException wrong) {
      return new Receiver.Answer(401, wrong.getMessage());
    }
    String session = claims.getJwtId();
    taken.once(session, () -> System.out.println("uqudo session " + session)); // here your work begins
    return Receiver.Answer.OK;
  }

  /** The claims of a result that Uqudo signed for us. */
  private JsonWebToken.Payload verified(String text)
      throws GeneralSecurityException, JwksKeys.UnavailableException {
    JsonWebSignature token;
    try {
      token = JsonWebSignature.parse(GsonFactory.getDefaultInstance(), text);
    } catch (IOException | IllegalArgumentException wrong) {
      throw new GeneralSecurityException("the token is no JWS");
    }
    // The library verifies ES256 as well: what we expect counts, not what the token says.
    if (!"RS256".equals(token.getHeader().getAlgorithm())) {
      throw new GeneralSecurityException("alg is " + token.getHeader().getAlgorithm());
    }
    if (!signed(token)) {
      throw new GeneralSecurityException("no key of Uqudo's verifies the token");
    }
    // exp is not looked at: retries take two hours, and a token may live shorter. Nor is iat,
    // because the mock's clock may have been advanced.
    JsonWebToken.Payload claims = token.getPayload();
    if (!"https://id.uqudo.io".equals(claims.getIssuer())) {
      throw new GeneralSecurityException("iss is " + claims.getIssuer());
    }
    Object audience = claims.getAudience(); // one, or several
    if (!clientId.equals(audience)
        && !(audience instanceof Collection<?> several && several.contains(clientId))) {
      throw new GeneralSecurityException("aud is " + audience);
    }
    if (claims.getJwtId() == null || claims.getJwtId().isEmpty()) {
      throw new GeneralSecurityException("there is no jti");
    }
    return claims;
  }

  /**
   * Whether the key that the token names verifies it: a fresh one when it is unknown, or was
   * replaced under its name since it was fetched.
   */
  private boolean signed(JsonWebSignature token) throws JwksKeys.UnavailableException {
    for (boolean again : new boolean[] {false, true}) {
      if (again) {
        keys.refresh();
      }
      PublicKey key = keys.named(token.getHeader().getKeyId());
      try {
        if (key != null && token.verifySignature(key)) {
          return true;
        }
      } catch (GeneralSecurityException wrong) {
        // such as a signature of another length
      }
    }
    return false;
  }
}
