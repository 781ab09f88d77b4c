package uqudo_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// newTap listens without an HTTP server, and hands out each request as it
// stood on the wire.
func newTap(t *testing.T) (url string, requests <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	tapped := make(chan string, 8)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			var wire bytes.Buffer
			if r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &wire))); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
				tapped <- wire.String()
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			}
			c.Close()
		}
	}()
	return "http://" + listener.Addr().String(), tapped
}

func TestARequestOnTheWireByteForByte(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	url, requests := newTap(t)
	l.webhook(url + "/some/hook?a=b%20c")
	h := l.finish(`{"flow": "enrollment"}`)
	l.stands(h.Deliveries[0], "delivered", 1)
	wire := <-requests
	head, body, _ := strings.Cut(wire, "\r\n\r\n")
	want := "POST /some/hook?a=b%20c HTTP/1.1\r\nHost: " + strings.TrimPrefix(url, "http://") + "\r\n" +
		fmt.Sprintf("User-Agent: kycmock\r\nContent-Length: %d\r\nContent-Type: application/json", len(body))
	if head != want {
		t.Errorf("the head is\n%s\nwant\n%s", head, want)
	}
	if !regexp.MustCompile(`^\{"jwsResult":"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"\}$`).MatchString(body) {
		t.Errorf("the body is %.60s ... %s", body, body[max(0, len(body)-10):])
	}
	if shown := l.delivery(h.Deliveries[0].ID).Attempts[0].Request.Body; shown != body {
		t.Errorf("the control API shows another body: %.60s", shown)
	}
}

func TestCredentialsOnTheWire(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	url, requests := newTap(t)
	basic := func(user, password string) string {
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	for _, c := range []struct {
		name   string
		config object
		want   []string // lines of the head, beside those of every request
	}{
		{"NONE sends nothing", object{"securityType": "NONE"}, nil},
		{"BASIC with plain words", object{"securityType": "BASIC_AUTHENTICATION", "userId": "user", "password": "pass"}, []string{"Authorization: Basic dXNlcjpwYXNz"}},
		{"BASIC with colons and spaces in the password", object{"securityType": "BASIC_AUTHENTICATION", "userId": "us er", "password": " a:b : c:"}, []string{basic("us er", " a:b : c:")}},
		{"BASIC beyond ASCII, as UTF-8", object{"securityType": "BASIC_AUTHENTICATION", "userId": "ülker", "password": "пароль✓"}, []string{basic("ülker", "пароль✓")}},
		{"one header", object{"securityType": "CUSTOM_HEADERS", "customHeaders": []object{{"name": "X-Api-Key", "value": "k"}}}, []string{"X-Api-Key: k"}},
		{"a Bearer token", object{"securityType": "CUSTOM_HEADERS", "customHeaders": []object{{"name": "Authorization", "value": "Bearer a.b.c"}}}, []string{"Authorization: Bearer a.b.c"}},
		{"five headers in the case that they are written in", object{"securityType": "CUSTOM_HEADERS", "customHeaders": []object{
			{"name": "x-lower", "value": "1"}, {"name": "X-UPPER", "value": "2"}, {"name": "x-MiXeD_1", "value": "3"},
			{"name": "authorization", "value": "Token t"}, {"name": "X-Words", "value": "a, b;  c=\"d\"\té"}}},
			[]string{"x-lower: 1", "X-UPPER: 2", "x-MiXeD_1: 3", "authorization: Token t", "X-Words: a, b;  c=\"d\"\té"}},
		{"a User-Agent in place of the mock's", object{"securityType": "CUSTOM_HEADERS", "customHeaders": []object{{"name": "user-agent", "value": "mine"}}}, []string{"User-Agent: mine"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			c.config["url"] = url
			if a := l.call("PUT", account+"/global-webhook", c.config.text()); a.status != 200 {
				a.wants(201)
			}
			l.finish(`{"flow": "face"}`)
			head, _, _ := strings.Cut(<-requests, "\r\n\r\n")
			got := slices.DeleteFunc(strings.Split(head, "\r\n")[1:], func(line string) bool {
				return slices.ContainsFunc([]string{"Host:", "User-Agent: kycmock", "Content-Length:", "Content-Type:"}, func(p string) bool { return strings.HasPrefix(line, p) })
			})
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("sent %q, want %q", got, c.want)
			}
		})
	}
}

func TestAResultHasExactlyItsHeaderAndClaims(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	l.call("PUT", "/uqudo/accounts/other/global-webhook", object{"url": h.URL, "securityType": "NONE"}.text()).wants(201)
	var set struct{ Keys []struct{ KID string } }
	l.ask("GET", "/uqudo/api/.well-known/jwks.json", "", nil).wants(200).into(&set)
	l.advance(`{"by": "90s"}`) // so that the mock's clock is no other
	for _, c := range []struct {
		account, flow string
		lifetime      float64
	}{
		{"default", "enrollment", 7200}, {"default", "reading", 7200}, {"default", "lookup", 7200}, {"default", "face", 600}, {"other", "enrollment", 7200},
	} {
		t.Run(c.account+"/"+c.flow, func(t *testing.T) {
			l := l.in(t)
			var done happening
			l.call("POST", "/uqudo/accounts/"+c.account+"/sessions", `{"flow": "`+c.flow+`"}`).wants(202).into(&done)
			l.advance(`{"by": "0s"}`)
			h.mu.Lock()
			token := h.got[len(h.got)-1].token(t)
			h.mu.Unlock()
			header, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
			if want := `{"kid":"` + set.Keys[0].KID + `","alg":"RS256"}`; string(header) != want || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(set.Keys[0].KID) {
				t.Errorf("the header is %s, want %s", header, want)
			}
			claims := tokenClaims(t, token)
			if got, want := slices.Sorted(maps.Keys(claims)), []string{"aud", "data", "exp", "iat", "iss", "jti"}; !slices.Equal(got, want) {
				t.Errorf("the claims are %v, want %v", got, want)
			}
			var account struct{ ClientID string }
			l.call("GET", "/uqudo/accounts/"+c.account, "").wants(200).into(&account)
			iat := float64(labStart.Unix() + 90)
			if claims["iss"] != "https://id.uqudo.io" || claims["aud"] != account.ClientID || claims["iat"] != iat || claims["exp"] != iat+c.lifetime {
				t.Errorf("iss %v aud %v iat %v exp %v, want the account's %s and %v", claims["iss"], claims["aud"], claims["iat"], claims["exp"], account.ClientID, iat)
			}
			data := claims["data"].(map[string]any)
			if c.flow != "face" {
				if claims["jti"] != done.Session.ID || data["sessionId"] != nil {
					t.Errorf("jti is %v, want the session %s", claims["jti"], done.Session.ID)
				}
				return
			}
			if jti, _ := claims["jti"].(string); jti == done.Session.ID || len(jti) != 36 || data["sessionId"] != done.Session.ID {
				t.Errorf("jti is %v and sessionId %v, want another UUID and the session %s", jti, data["sessionId"], done.Session.ID)
			}
		})
	}
}

func TestSecretsAreShownOnlyToWhoAsks(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, 503)
	secrets := []string{"basic-secret", "header-secret", "client-secret", base64.StdEncoding.EncodeToString([]byte("u:basic-secret"))}
	basic := object{"url": h.URL, "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "basic-secret"}
	custom := object{"url": h.URL, "securityType": "CUSTOM_HEADERS", "customHeaders": []object{{"name": "x-key", "value": "header-secret"}, {"name": "Authorization", "value": "Bearer header-secret"}}}
	l.settings(`{"clientSecret": "client-secret"}`)
	l.call("PUT", account+"/hosted-kyc/shop", object{"webhook": custom}.text()).wants(201)
	answers := map[string]answer{
		"PUT":        l.call("PUT", account+"/global-webhook", basic.text()).wants(201),
		"PUT hosted": l.call("PUT", account+"/hosted-kyc/bank", object{"webhook": basic}.text()).wants(201),
		"refused":    l.call("PUT", account+"/global-webhook", strings.Replace(custom.text(), "Authorization", "bad name", 1)).wants(422),
	}
	done := l.finish(`{"flow": "enrollment", "hostedKyc": "shop"}`)
	global, hosted := done.Deliveries[0].ID, done.Deliveries[1].ID
	l.call("DELETE", account+"/hosted-kyc/shop", "").wants(204)
	for _, path := range []string{
		account, "/uqudo/accounts", account + "/global-webhook", account + "/hosted-kyc", account + "/hosted-kyc/bank", "/journal?limit=1000",
		"/sessions", "/deliveries", "/deliveries?reveal=true", "/deliveries/" + global, "/deliveries/" + hosted, "/deliveries/" + hosted + "/wait?status=delivered",
		"/deliveries/" + global + "/wait?status=delivered&timeout=1ms",
	} {
		answers["GET "+path] = l.call("GET", path, "")
	}
	events, err := http.Get(l.url + "/_mock/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	var journal struct{ Entries []struct{ Seq int } }
	answers["GET /journal?limit=1000"].into(&journal)
	seen := bufio.NewReader(events.Body)
	stream := ""
	for last := fmt.Sprintf(`"seq":%d,`, journal.Entries[len(journal.Entries)-1].Seq); !strings.Contains(stream, last); {
		line, err := seen.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %s", err, stream)
		}
		stream += line
	}
	answers["events"] = answer{body: []byte(stream)}
	for what, a := range answers {
		for _, secret := range secrets {
			if strings.Contains(string(a.body), secret) {
				t.Errorf("%s shows %s: %s", what, secret, a.body)
			}
		}
	}
	for path, want := range map[string]string{
		account + "?reveal=true":                   `"clientSecret":"client-secret"`,
		"/uqudo/accounts?reveal=true":              `"clientSecret":"client-secret"`,
		account + "/global-webhook?reveal=true":    `"password":"basic-secret"`,
		account + "/global-webhook":                `"password":"***"`,
		account + "/hosted-kyc/bank?reveal=true":   `"password":"basic-secret"`,
		"/deliveries/" + hosted + "?reveal=true":   `"x-key":["header-secret"]`,
		"/deliveries/" + global + "?reveal=true":   secrets[3],
		"/deliveries/" + hosted:                    `"x-key":["***"]`,
		"/deliveries/" + hosted + "/wait?reveal=1": `Bearer header-secret`,
		account + "/hosted-kyc?reveal=true":        `"password":"basic-secret"`,
	} {
		if got := l.call("GET", path, "").wants(200); !strings.Contains(string(got.body), want) {
			t.Errorf("%s lacks %s: %s", path, want, got.body)
		}
	}
	if !json.Valid(answers["GET /journal?limit=1000"].body) || len(journal.Entries) < 8 {
		t.Errorf("the journal has %d entries", len(journal.Entries))
	}
	if kind := events.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("events come as %s", kind)
	}
}
