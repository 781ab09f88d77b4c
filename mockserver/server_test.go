package mockserver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
)

func TestProbesAndVersionAnswer(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{Version: "1.2.3", Commit: "abc"}))
	for _, path := range []string{"/livez", "/readyz", "/healthz"} {
		if r := a.call("GET", path, "").want(200); string(r.body) != "ok" {
			t.Errorf("%s answers %q, want ok", path, r.body)
		}
	}
	var v struct{ Version, Commit, Go string }
	a.call("GET", "/version", "").want(200).into(&v)
	if v.Version != "1.2.3" || v.Commit != "abc" || !strings.HasPrefix(v.Go, "go1.") {
		t.Errorf("the version is %+v", v)
	}
	if r := a.call("GET", "/", "").want(200); !strings.Contains(string(r.body), "<title>kycmock</title>") {
		t.Errorf("the page is %s", r.body)
	}
}

func TestWhatIsNotThereIsSaidSoInTheWordingOfItsPlace(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	for _, c := range []struct {
		name, method, path string
		status             int
		contentType        string
	}{
		{"a path of the control API", "GET", "/_mock/v1/nothing", 404, "application/problem+json"},
		{"a method of the control API", "PATCH", "/_mock/v1/clock", 405, "application/problem+json"},
		{"a path of ours outside the version", "GET", "/_mock/nothing", 404, "application/problem+json"},
		{"a path of the vendor", "GET", "/uqudo/api/v9", 404, "application/json"},
		{"a method of the vendor", "POST", "/uqudo/api/.well-known/jwks.json", 405, "application/json"},
		{"a path that the vendor does not clean up", "GET", "/uqudo//api/.well-known/jwks.json", 404, "application/json"},
		{"a file of the page", "GET", "/nothing.js", 404, "text/plain; charset=utf-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := a.call(c.method, c.path, "").want(c.status)
			if got := r.header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Content-Type is %q, want %q: %s", got, c.contentType, r.body)
			}
		})
	}
}

func TestABodyOverEightMebibytesIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	large := `{"url": "` + strings.Repeat("x", 8<<20) + `"}`
	a.call("PUT", globalWebhook, large).problem(413)
}

func TestTheOpenAPIDocumentListsEveryFixedPath(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	a.call("GET", "/_mock/v1/openapi.json", "").want(200).into(&doc)
	a.call("GET", "/_mock/v1/openapi.yaml", "").want(200)
	for path, methods := range map[string][]string{
		"/_mock/v1/clock":                                        {"get", "put"},
		"/_mock/v1/clock/advance":                                {"post"},
		"/_mock/v1/providers":                                    {"get"},
		"/_mock/v1/triggers":                                     {"post"},
		"/_mock/v1/sessions":                                     {"get"},
		"/_mock/v1/sessions/{id}":                                {"get"},
		"/_mock/v1/deliveries":                                   {"get"},
		"/_mock/v1/deliveries/{id}":                              {"get"},
		"/_mock/v1/deliveries/{id}/wait":                         {"get"},
		"/_mock/v1/deliveries/{id}/redeliver":                    {"post"},
		"/_mock/v1/deliveries/{id}/attempt":                      {"post"},
		"/_mock/v1/deliveries/{id}/cancel":                       {"post"},
		"/_mock/v1/journal":                                      {"get"},
		"/_mock/v1/events":                                       {"get"},
		"/_mock/v1/reset":                                        {"post"},
		"/_mock/v1/receiver":                                     {"put"},
		"/_mock/v1/uqudo/accounts":                               {"get"},
		"/_mock/v1/uqudo/accounts/{account}":                     {"put"},
		"/_mock/v1/uqudo/accounts/{account}/global-webhook":      {"get", "put", "delete"},
		"/_mock/v1/uqudo/accounts/{account}/hosted-kyc":          {"get"},
		"/_mock/v1/uqudo/accounts/{account}/hosted-kyc/{config}": {"get", "put", "delete"},
		"/_mock/v1/uqudo/accounts/{account}/sessions":            {"post"},
		"/_mock/v1/keys":                                         {"get"},
		"/_mock/v1/keys/rotate":                                  {"post"},
		"/_mock/v1/keys/{kid}/retire":                            {"post"},
		"/_mock/v1/keys/{kid}/public.pem":                        {"get"},
		"/_mock/v1/keys/{kid}/public.jwk":                        {"get"},
		"/_mock/v1/faults":                                       {"get"},
		"/_mock/v1/faults/armed":                                 {"get", "post"},
		"/_mock/v1/faults/armed/{id}":                            {"delete"},
	} {
		for _, method := range methods {
			if doc.Paths[path][method] == nil {
				t.Errorf("the document has no %s %s", method, path)
			}
		}
	}
}

// panicking is a vendor whose API panics.
type panicking struct{ provider.Provider }

func (panicking) Profile() provider.Profile { return provider.Profile{Name: "panicking"} }
func (panicking) Control(huma.API)          {}
func (panicking) Mount(r *mux.Router) {
	r.HandleFunc("/now", func(http.ResponseWriter, *http.Request) { panic("for a test") })
}

func TestAHandlerThatPanicsCostsItsRequestAlone(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{Providers: append(mockserver.Vendors(),
		func(provider.Env) (provider.Provider, error) { return panicking{}, nil })}))
	if p := a.call("GET", "/panicking/now", "").problem(500); strings.Contains(p.Detail, "for a test") {
		t.Errorf("the mock tells of its inside: %s", p.Detail)
	}
	a.call("GET", "/readyz", "").want(200)
}

func TestAServerMountsIntoTheCallersOwn(t *testing.T) {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	own := httptest.NewServer(mock)
	defer own.Close()
	a := api{t, own.URL}
	a.listen(own.URL + "/_mock/receiver/default")
	id := a.enroll()[0]
	a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?status=delivered", "").want(200)
}

func TestStartTellsWhyItCannotListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := mockserver.Start(mockserver.Config{Addr: taken.Addr().String()}); err == nil {
		t.Fatal("two listen at one address")
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	twice := append(mockserver.Vendors(), mockserver.Vendors()...)
	if _, err := mockserver.New(mockserver.Config{Providers: twice}); err == nil || !strings.Contains(err.Error(), "uqudo") {
		t.Errorf("the error is %v", err)
	}
	broken := errors.New("broken for a test")
	_, err := mockserver.New(mockserver.Config{Providers: []provider.New{
		func(provider.Env) (provider.Provider, error) { return nil, broken },
	}})
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

func TestCloseEndsStreamsAndWaitsAndMayBeCalledTwice(t *testing.T) {
	mock, err := mockserver.Start(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		close(began)
		<-r.Context().Done()
	}))
	defer hung.Close()
	a := apiOf(t, mock)
	a.listen(hung.URL)
	id := a.enroll()[0]
	<-began
	r, err := http.NewRequestWithContext(context.Background(), "GET", mock.URL+"/_mock/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	// The long poll goes without a socket: one that had not been accepted yet
	// would only prove that the listener was closed.
	waiting := make(chan int, 1)
	go func() {
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, httptest.NewRequest("GET", "/_mock/v1/deliveries/"+id+"/wait?timeout=10m", nil))
		waiting <- w.Code
	}()

	if err := mock.Close(); err != nil {
		t.Error(err)
	}
	if err := mock.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	if status := <-waiting; status != http.StatusRequestTimeout {
		t.Errorf("the long poll answered %d", status)
	}
	if _, err := http.Get(mock.URL + "/readyz"); err == nil {
		t.Error("it still answers")
	}
}
