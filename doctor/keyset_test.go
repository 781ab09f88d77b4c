package doctor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"kycmock/doctor"
	"kycmock/keys"
)

// elsewhere resolves every name to an address of examples, where nothing is.
func elsewhere(context.Context, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("203.0.113.1")}, nil
}

func TestAKeySetOnLoopbackIsForThisMachineAlone(t *testing.T) {
	jwks := keySet(t).URL + path
	c := doctor.Checkup{Receiver: "http://app.test:3000/", JWKS: jwks, Timeout: 500 * time.Millisecond, Lookup: elsewhere, Dial: silent}
	_, told, _ := run(t, c)
	told.wants(t, "JWKS is for others", false, "it would ask itself", "app.test", "start the mock with --public-url")
	told.wants(t, "JWKS is a key set", true)
	c.Local = func() []netip.Addr { return []netip.Addr{netip.MustParseAddr("203.0.113.1")} }
	_, told, _ = run(t, c)
	told.wants(t, "JWKS is for others", true, "the receiver is on this machine too")
	c.Local, c.Receiver = nil, "http://host.docker.internal:3000/"
	_, told, _ = run(t, c)
	told.wants(t, "JWKS is for others", true, "on the host", "publish the port")
	c.Receiver, c.JWKS = answering(t, 405), "http://mock.test:8080"+path
	_, told, _ = run(t, c)
	told.wants(t, "JWKS connects", false, "203.0.113.1:8080")
	told.wants(t, "JWKS is for others", true, "mock.test:8080")
}

func TestWhatIsNoKeySetIsSaid(t *testing.T) {
	receiver := answering(t, 405)
	twice := fmt.Sprintf(`{"keys":[%[1]s,%[1]s]}`, keys.Default().PublicJWK())
	for body, says := range map[string]string{"<html>": "a web page", `{"keys":[]}`: "it has no keys", "": "it is empty"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		_, told, _ := run(t, doctor.Checkup{Receiver: receiver, JWKS: s.URL})
		told.wants(t, "JWKS is a key set", false, says, "a mock has it at "+path)
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, twice) })
	_, told, _ := run(t, doctor.Checkup{Receiver: receiver, JWKS: s.URL})
	told.wants(t, "JWKS is a key set", false, "which an earlier one has")
	_, told, _ = run(t, doctor.Checkup{Receiver: receiver, JWKS: keySet(t).URL + "/.well-known/jwks.json"})
	told.wants(t, "JWKS is a key set", false, "404", path)
	_, told, _ = run(t, doctor.Checkup{Receiver: receiver, JWKS: answering(t, 503)})
	told.wants(t, "JWKS is a key set", false, "503")
}

// mock says by which URL others reach it.
func mock(t *testing.T, public string) *httptest.Server {
	jwks := keySet(t)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/version" {
			jwks.Config.Handler.ServeHTTP(w, r)
			return
		}
		fmt.Fprintf(w, `{"version":"devel","url":%q}`, public)
	})
}

func TestTheMockIsAskedHowOthersReachIt(t *testing.T) {
	receiver := answering(t, 405)
	m := mock(t, "")
	healthy, told, _ := run(t, doctor.Checkup{Receiver: receiver, Server: m.URL + "/"})
	told.wants(t, "mock answers", true, m.URL)
	told.wants(t, "JWKS is a key set", true)
	if !healthy {
		t.Errorf("it is not healthy: %+v", told)
	}
	gone := refusing(t)
	_, told, _ = run(t, doctor.Checkup{Receiver: receiver, Server: mock(t, "http://"+gone).URL})
	told.wants(t, "mock answers", true, gone)
	told.wants(t, "JWKS connects", false, gone)

	_, told, names := run(t, doctor.Checkup{Receiver: receiver, Server: "http://" + gone})
	told.wants(t, "mock connects", false, "refused", "start the mock, or say with --server where it is")
	if strings.HasPrefix(names[len(names)-1], "JWKS") {
		t.Errorf("without a mock it went on: %q", names)
	}
	_, told, _ = run(t, doctor.Checkup{Receiver: receiver, Server: receiver})
	told.wants(t, "mock answers", false, "is no mock: it answers 405")
}
