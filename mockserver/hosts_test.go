package mockserver_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
)

// as calls the mock under another host's name, as whoever finds it by an alias
// of the network does.
func (a api) as(host, method, path, body string, headers ...string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Host = host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return replyOf(a.t, answer)
}

func TestAVendorsOwnHostIsServedAtTheRoot(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	const jwks = "/api/.well-known/jwks.json"
	published := a.call("GET", "/uqudo"+jwks, "").want(200)
	for _, host := range []string{
		"id.uqudo.io", "auth.uqudo.io", "id.dev.uqudo.io", "auth.dev.uqudo.io",
		"ID.Uqudo.IO", "id.uqudo.io.", "id.uqudo.io:8080", "id.uqudo.io.:443",
	} {
		if got := a.as(host, "GET", jwks, "").want(200); string(got.body) != string(published.body) || got.header.Get("Etag") != published.header.Get("Etag") {
			t.Errorf("%s: the key set is %s", host, got.body)
		}
	}
	for _, host := range []string{"uqudo.io", "x.id.uqudo.io", "id.uqudo.io.test", "localhost", "api.uip.digital"} {
		if got := a.as(host, "GET", jwks, ""); got.status != 404 {
			t.Errorf("%s: answered %d", host, got.status)
		}
	}
}

func TestUIPsOwnHostTakesACall(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.call("PUT", "/_mock/v1/uip/businesses/default/webhook", `{"url": "`+newHook(t).URL+`"}`).want(201)
	var session struct {
		SessionID string `json:"session_id"`
	}
	a.as("api.uip.digital", "POST", "/v1/identify", `{"intent": "Sign in"}`,
		"Authorization", "Bearer uip-test-key", "Content-Type", "application/json").want(200).into(&session)
	if session.SessionID == "" {
		t.Error("there is no session")
	}
	a.call("GET", "/_mock/v1/sessions/"+session.SessionID, "").want(200)
}

func TestOnAVendorsOwnHostThereIsNothingElse(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	for _, c := range []struct {
		host, method, path string
		like               string // the same below the vendor's prefix
	}{
		{"id.uqudo.io", "GET", "/", "/uqudo/"},
		{"id.uqudo.io", "GET", "/index.html", "/uqudo/index.html"},
		{"id.uqudo.io", "GET", "/_mock/v1/clock", "/uqudo/_mock/v1/clock"},
		{"id.uqudo.io", "GET", "/_mock/v1/ca.pem", "/uqudo/_mock/v1/ca.pem"},
		{"id.uqudo.io", "GET", "/livez", "/uqudo/livez"},
		{"id.uqudo.io", "GET", "/uqudo/api/.well-known/jwks.json", "/uqudo/uqudo/api/.well-known/jwks.json"},
		{"id.uqudo.io", "GET", "//api/.well-known/jwks.json", "/uqudo//api/.well-known/jwks.json"},
		{"id.uqudo.io", "GET", "/../uip/v1/audit/x", "/uqudo/../uip/v1/audit/x"},
		{"id.uqudo.io", "POST", "/api/.well-known/jwks.json", "/uqudo/api/.well-known/jwks.json"},
		{"api.uip.digital", "GET", "/", "/uip/"},
		{"api.uip.digital", "GET", "/v1/identify", "/uip/v1/identify"},
		{"api.uip.digital", "GET", "/v1/audit/", "/uip/v1/audit/"},
		{"api.uip.digital", "GET", "/uip/v1/audit/x", "/uip/uip/v1/audit/x"},
	} {
		got, want := a.as(c.host, c.method, c.path, ""), a.call(c.method, c.like, "")
		if got.status != want.status || string(got.body) != string(want.body) || got.header.Get("Content-Type") != want.header.Get("Content-Type") {
			t.Errorf("%s %s%s answers %d %s, want %d %s", c.method, c.host, c.path, got.status, got.body, want.status, want.body)
		}
		if got.status < 400 {
			t.Errorf("%s %s%s answers %d", c.method, c.host, c.path, got.status)
		}
	}
}

func TestWhatIsArmedActsOnAVendorsOwnHost(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	arm := func(fault string) { a.call("POST", "/_mock/v1/faults/armed", `{"fault": `+fault+`}`).want(201) }
	arm(`{"name": "api-error", "params": {"route": "POST /v1/identify", "code": "rate-limit/exceeded"}}`)
	if got := a.as("api.uip.digital", "POST", "/v1/identify", `{}`); !strings.Contains(string(got.body), "rate-limit/exceeded") {
		t.Errorf("answered %d %s", got.status, got.body)
	}
	arm(`{"name": "api-reset", "params": {"route": "GET /api/.well-known/jwks.json"}}`)
	r, err := http.NewRequestWithContext(t.Context(), "GET", a.base+"/api/.well-known/jwks.json", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "id.uqudo.io"
	if answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r); err == nil {
		t.Errorf("answered %d", replyOf(t, answer).status)
	} else if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the call ended with %v", err)
	}
	a.as("id.uqudo.io", "GET", "/api/.well-known/jwks.json", "").want(200)
}

func TestOnAVendorsOwnHostABodyMayBeAsLargeAsTheVendors(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{Providers: []provider.New{newHomely("toy.test")}})
	for _, c := range []struct {
		host   string
		size   int64
		status int
	}{
		{"toy.test", 64 << 20, 200}, {"toy.test", 64<<20 + 1, 413},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "http://"+c.host+"/swallow", io.LimitReader(endless{}, c.size))
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s with %d bytes answers %d", c.host, c.size, w.Code)
		}
	}
}

// homely is a keeper of toys with hosts of its own, where it tells what it sees
// of a request.
type homely struct {
	provider.Provider
	hosts []string
}

func newHomely(hosts ...string) provider.New {
	return func(env provider.Env) (provider.Provider, error) {
		p, err := newKeeper(new([]string))(env)
		return homely{p, hosts}, err
	}
}

func (h homely) Profile() provider.Profile {
	p := h.Provider.Profile()
	p.Hosts = h.hosts
	return p
}

func (h homely) Mount(r *mux.Router) {
	h.Provider.Mount(r)
	r.HandleFunc("/seen/{what}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s %s %s", r.Host, r.URL.Path, r.URL.EscapedPath(), r.URL.RawQuery, mux.Vars(r)["what"])
	})
}

func (homely) Control(huma.API) {}

func TestAVendorSeesOfACallWhatItAlwaysSees(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{Providers: []provider.New{newHomely("Toy.Test.")}}))
	const call = "/seen/a%20b!c%3F?d=e%2Ff&g"
	want := a.as("other.test", "GET", "/toy"+call, "").want(200)
	got := a.as("toy.test", "GET", call, "").want(200)
	if strings.Replace(string(want.body), "other.test", "toy.test", 1) != string(got.body) {
		t.Errorf("it sees %s, want %s", got.body, want.body)
	}
}

func TestARequestAsToAProxyIsServedByItsHost(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	for _, c := range []struct{ line, status string }{
		{"GET http://id.uqudo.io/api/.well-known/jwks.json HTTP/1.1", "200 OK"},
		{"GET http://id.uqudo.io HTTP/1.1", "404 Not Found"},
		{"GET http://other.test/livez HTTP/1.1", "200 OK"},
		{"CONNECT id.uqudo.io:443 HTTP/1.1", "404 Not Found"},
	} {
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(mock.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s\r\nHost: ignored.test\r\nConnection: close\r\n\r\n", c.line)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", c.line, err)
		}
		if answer.Status != c.status {
			t.Errorf("%s: answered %s", c.line, answer.Status)
		}
		conn.Close()
	}
}

func TestAHostBelongsToOneVendor(t *testing.T) {
	toy := func(env provider.Env) (provider.Provider, error) {
		return newHomely("api.uip.digital")(env)
	}
	_, err := mockserver.New(mockserver.Config{Providers: append(mockserver.Vendors(), toy)})
	if err == nil || !strings.Contains(err.Error(), "api.uip.digital") {
		t.Errorf("the error is %v", err)
	}
}

func TestThePublicURLIsHowOthersReachTheMock(t *testing.T) {
	var version struct{ URL string }
	for given, want := range map[string]string{
		"http://kycmock:8080":        "http://kycmock:8080",
		"http://kycmock:8080/":       "http://kycmock:8080",
		"HTTPS://mock.example.test.": "https://mock.example.test.",
		"http://[2001:db8::1]:8080":  "http://[2001:db8::1]:8080",
		"http://my_mock:8080":        "http://my_mock:8080",
	} {
		mock := mockserver.Test(t, mockserver.Config{PublicURL: given})
		if mock.PublicURL != want || mock.URL == want {
			t.Errorf("%s: the public URL is %s, the other one %s", given, mock.PublicURL, mock.URL)
		}
		apiOf(t, mock).call("GET", "/version", "").want(200).into(&version)
		if version.URL != want {
			t.Errorf("%s: /version says %s", given, version.URL)
		}
	}

	loopback, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mock := mockserver.Test(t, mockserver.Config{Listener: everywhere{loopback}})
	if !strings.HasPrefix(mock.PublicURL, "http://127.0.0.1:") || mock.PublicURL != mock.URL {
		t.Errorf("by itself it is %s", mock.PublicURL)
	}
	handler, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer handler.Close()
	if handler.PublicURL != "" {
		t.Errorf("of one that does not listen it is %s", handler.PublicURL)
	}
}

// everywhere is a listener that says it listens on all addresses.
type everywhere struct{ net.Listener }

func (e everywhere) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4zero, Port: e.Listener.Addr().(*net.TCPAddr).Port}
}

func TestWhatIsNoPublicURLIsRefused(t *testing.T) {
	for url, says := range map[string]string{
		"kycmock:8080":                "want an absolute http or https URL",
		"//kycmock":                   "want an absolute http or https URL",
		"ftp://kycmock":               "want an absolute http or https URL",
		"http://":                     "want an absolute http or https URL",
		"http://:8080":                "want an absolute http or https URL",
		"http://kycmock:x":            "want an absolute http or https URL",
		"http://kycmock/base":         `want no path, not "/base"`,
		"http://kycmock//":            `want no path, not "//"`,
		"http://kycmock?a=b":          "want no query and no fragment",
		"http://kycmock?":             "want no query and no fragment",
		"http://kycmock/#":            "want no query and no fragment",
		"http://me:secret@kycmock":    "want no user",
		"http://kycmock:":             "want a port from 1 to 65535",
		"http://kycmock:0":            "want a port from 1 to 65535",
		"http://kycmock:65536":        "want a port from 1 to 65535",
		"http://kyc mock":             "want an absolute http or https URL",
		"http://kycm%C3%B6ck":         "want a host of letters, digits, points and hyphens",
		"http://-kycmock":             "want a host of letters, digits, points and hyphens",
		"https://id.uqudo.io":         "want a host other than id.uqudo.io, where nothing is served but uqudo",
		"http://API.uip.digital.:123": "where nothing is served but uip",
	} {
		_, err := mockserver.New(mockserver.Config{PublicURL: url})
		if err == nil || !strings.HasPrefix(err.Error(), "the public URL: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error is %v, want %q", url, err, says)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("a secret is repeated: %v", err)
		}
	}
}
